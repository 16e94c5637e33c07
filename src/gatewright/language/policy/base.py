"""What a policy decides about, and what it says.

AWS: "Policy evaluation logic", "AWS global condition context keys".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Effect(Enum):
    """What a policy says of a request. An explicit DENY wins over ALLOW; NEITHER: no statement applies."""

    ALLOW = "Allow"
    DENY = "Deny"
    NEITHER = ""


class PolicyKind(Enum):
    """Where a policy stands, which decides what its statements must and must not have."""

    IDENTITY = "identity"  # of a user, role, group or session: no Principal
    RESOURCE = "resource"  # of an API, a function: Principal or NotPrincipal in every statement
    AUTHORIZER = "authorizer"  # what a Lambda authorizer answers with


class PolicyError(ValueError):
    """A document that is no policy. `place`: which part, as Statement[1].Condition.StringEquals."""

    def __init__(self, place: str, message: str) -> None:
        self.place = place
        super().__init__(f"{place}: {message}" if place else message)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls. `ANONYMOUS` is nobody in particular."""

    type: str  # as aws:PrincipalType: "Anonymous", "Account" (root), "User", "AssumedRole", "FederatedUser"
    account: str | None = None
    arn: str | None = None  # as $context.identity.userArn: arn:aws:sts::…:assumed-role/name/session for a session
    role_arn: str | None = None  # of a session: arn:aws:iam::…:role/path/name
    user_id: str | None = None  # as aws:userid: AIDA…, AROA…:session, the account for root
    user_name: str | None = None  # as aws:username; users only
    org_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)  # aws:PrincipalTag/<name>
    # When the temporary credentials were given out, ISO 8601; None for long-term ones (the key is then absent).
    token_issued: str | None = None
    mfa: bool | None = None  # aws:MultiFactorAuthPresent; None: absent
    bounded: bool = False  # has a permissions boundary
    service: str | None = None  # of type "Service": apigateway.amazonaws.com
    federated: str | None = None  # who vouched for it: an identity provider's name or ARN


ANONYMOUS = Principal("Anonymous")

# Values of a condition key by its lower-case name ("aws:sourceip"); None: the request does not carry it. Keys that end
# in a name (aws:principaltag/<name>) keep the name as written.
Context = Callable[[str], Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Query:
    """One request for a decision."""

    action: str  # "execute-api:Invoke"
    resource: str  # full ARN
    principal: Principal
    context: Context
    meant: str | None = None  # the resource that the request may be for as well: what excludes it allows neither


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy says, and which statement says it (its Sid, else its number from 0); None for NEITHER."""

    effect: Effect
    statement: str | None = None
    # An ALLOW of a resource policy that names the caller's account only. It lets the account decide: unless the caller
    # is its root, one of the caller's own policies must allow, too, even in the account of the resource.
    delegated: bool = False
    # An ALLOW of a resource policy that names the role of the caller's session: what limits that must allow, too.
    through_role: bool = False
    # Of a caller's own policies: a permissions boundary or a session policy is silent.
    limited: bool = False
