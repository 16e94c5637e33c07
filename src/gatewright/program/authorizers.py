"""The records of authorizers: what a method or route asks before it is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gatewright.language.regex import Pattern


@dataclass(frozen=True, slots=True)
class IdentitySource:
    """A part of the request that says who calls. Header names are lower case; query names count as written."""

    location: Literal["header", "querystring", "stage", "context"]
    name: str


@dataclass(frozen=True, slots=True)
class FunctionAuthorizer:
    """A Lambda authorizer. Of a REST API `payload` is "TOKEN" or "REQUEST", of an HTTP API "1.0" or "2.0".

    `source_arn`: who calls, for the function's resource policy (arn:…:{api}/authorizers/{id}).
    """

    id: str
    function_arn: str
    target: bytes  # path of the Invoke call
    assume_role: str | None
    source_arn: str
    payload: str
    sources: tuple[IdentitySource, ...]
    validation: Pattern | None  # of the token; TOKEN only
    ttl: int  # seconds that a result is kept; 0: not at all
    timeout: float  # seconds
    simple: bool = False  # answers {"isAuthorized": …}; 2.0 only
    problem: str | None = None  # the configuration error that every call of it meets


@dataclass(frozen=True, slots=True)
class PoolAuthorizer:
    """Cognito user pools. `issuers`: the `iss` of each pool's tokens."""

    id: str
    issuers: tuple[str, ...]
    header: bytes  # lower case
    validation: Pattern | None  # of an ID token's `aud`
    ttl: int


@dataclass(frozen=True, slots=True)
class IssuerAuthorizer:
    """A JWT authorizer of an HTTP API."""

    id: str
    issuer: str
    audience: frozenset[str]
    source: IdentitySource


Authorizer = FunctionAuthorizer | PoolAuthorizer | IssuerAuthorizer
