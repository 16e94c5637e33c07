"""Authorizers of HTTP APIs, compiled: what each route asks before it is served.

AWS: "Control access to HTTP APIs with AWS Lambda authorizers", "… with JWT authorizers". A stage variable may stand in
the URI and the role of an authorizer; one that is not defined makes the authorizer's configuration error, which every
call then meets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from gatewright.deploy.base import RefusedError
from gatewright.language.uri import fill_variables
from gatewright.program.authorizers import Authorizer, FunctionAuthorizer, IdentitySource, IssuerAuthorizer

Body = Mapping[str, Any]
Build = Callable[[Body, Mapping[str, str], str], Authorizer]

# What the data plane reads of an authorizer's document.
MEMBERS = (
    "AuthorizerId",
    "AuthorizerType",
    "AuthorizerUri",
    "AuthorizerCredentialsArn",
    "AuthorizerPayloadFormatVersion",
    "AuthorizerResultTtlInSeconds",
    "EnableSimpleResponses",
    "IdentitySource",
    "JwtConfiguration",
)
_TTL = 300  # seconds, when nothing is said (unverified)
_TIMEOUT = 10.0  # seconds; AWS's limit
_URI = re.compile(r"arn:[^:]+:apigateway:[^:]+:lambda:path//?2015-03-31/functions/(?P<arn>arn:[^/]+)/invocations")
_FUNCTION = re.compile(r"arn:[^:]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9_$-]+)?")
_ROLE = re.compile(r"arn:[^:]+:iam::\d{12}:role/\S+")
_SOURCE = re.compile(
    r"\$request\.(?P<place>header|querystring)\.(?P<name>\S+)|\$(?P<root>context|stageVariables)\.(?P<variable>\S+)"
)
_LOCATIONS: Mapping[str, Any] = {"stageVariables": "stage"}


def compile_authorizer(
    route: Body, authorizers: Mapping[str, Body], variables: Mapping[str, str], api_arn: str
) -> Authorizer | None:
    """The authorizer of a route; None where its authorization type takes none. Raises RefusedError.

    `authorizers` by id; `api_arn`: arn:…:execute-api:{region}:{account}:{api}.
    """
    kind = route.get("AuthorizationType") or "NONE"
    entry = _KINDS.get(kind)
    if entry is None:
        return None
    wanted, build = entry
    found = authorizers.get(route.get("AuthorizerId") or "")
    if found is None or found.get("AuthorizerType") != wanted:
        raise RefusedError(f"authorization type {kind} requires a valid authorizer")
    return build(found, variables, api_arn)


def parse_source(expression: str) -> IdentitySource:
    """An identity source. Raises RefusedError."""
    match = _SOURCE.fullmatch(expression)
    if match is None:
        raise RefusedError(f"Invalid identity source expression: {expression}")
    location: Any = match["place"] or _LOCATIONS.get(match["root"], match["root"])
    name = match["name"] or match["variable"]
    return IdentitySource(location, name.lower() if location == "header" else name)


def _function(authorizer: Body, variables: Mapping[str, str], api_arn: str) -> FunctionAuthorizer:
    authorizer_id = authorizer["AuthorizerId"]
    text = fill_variables(authorizer.get("AuthorizerUri") or "", variables)
    wrapped = _URI.fullmatch(text)
    arn = wrapped["arn"] if wrapped else ""
    problem = None if _FUNCTION.fullmatch(arn) else f"Invalid Authorizer URI: {text}"
    role = fill_variables(authorizer.get("AuthorizerCredentialsArn") or "", variables) or None
    if authorizer.get("AuthorizerCredentialsArn") and _ROLE.fullmatch(role or "") is None:
        problem = problem or f"Invalid role ARN: {role or ''}"
    payload = authorizer.get("AuthorizerPayloadFormatVersion")
    if payload not in ("1.0", "2.0"):
        raise RefusedError(f"AuthorizerPayloadFormatVersion {payload} is not supported")
    simple = bool(authorizer.get("EnableSimpleResponses"))
    if simple and payload != "2.0":
        raise RefusedError('EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".')
    sources = tuple(parse_source(each) for each in authorizer.get("IdentitySource") or ())
    ttl = authorizer.get("AuthorizerResultTtlInSeconds")
    return FunctionAuthorizer(
        id=authorizer_id,
        function_arn="" if problem else arn,
        target=f"/2015-03-31/functions/{quote(arn, safe='')}/invocations".encode(),
        assume_role=role,
        source_arn=f"{api_arn}/authorizers/{authorizer_id}",
        payload=payload,
        sources=sources,
        validation=None,
        ttl=(_TTL if ttl is None else int(ttl)) if sources else 0,  # without sources all callers would be one
        timeout=_TIMEOUT,
        simple=simple,
        problem=problem,
    )


def _issuer(authorizer: Body, variables: Mapping[str, str], api_arn: str) -> IssuerAuthorizer:
    """Without an audience no token is for it."""
    configuration = authorizer.get("JwtConfiguration") or {}
    issuer = configuration.get("Issuer")
    sources: list[str] = authorizer.get("IdentitySource") or []
    if not issuer:
        raise RefusedError("JwtConfiguration must not be null for JWT Authorizer")
    if len(sources) != 1 or not sources[0].startswith("$request."):
        raise RefusedError(f"Invalid identity source expression: {','.join(sources) or 'null'}")
    audience = frozenset(configuration.get("Audience") or ())
    return IssuerAuthorizer(authorizer["AuthorizerId"], issuer, audience, parse_source(sources[0]))


# Authorization type → the type of its authorizers, and what compiles them.
_KINDS: Mapping[str, tuple[str, Build]] = {
    "CUSTOM": ("REQUEST", _function),
    "JWT": ("JWT", _issuer),
}
