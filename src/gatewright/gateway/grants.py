"""What authorizers give back.

A guard answers at once where it can (a cached result, a signature of a known key) and gives an Awaitable only where
something must be asked first: a request that does not wait costs no Task.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gatewright.aws.holder import Holder
from gatewright.gateway.exchange import Exchange
from gatewright.language.policy.base import ANONYMOUS, Effect, Principal
from gatewright.language.policy.document import Policy


@dataclass(frozen=True, slots=True)
class Signer:
    """Who has signed a request: proved."""

    access_key: str
    holder: Holder


@dataclass(frozen=True, slots=True)
class Grant:
    """What an authorizer knows of the caller. Many requests may share one: nobody changes it.

    `principal` is what resource policies see. `identity`: members of $context.identity and requestContext.identity by
    name (accessKey, accountId, caller, user, userArn, principalOrgId, cognito…). `context`: requestContext.authorizer
    as events of payload 1.0 show it, but for integrationLatency; $context.authorizer.<name> reads it. `payload2`: the
    same as payload 2.0 shows it. `usage_key`: the API key value that an authorizer
    named (usageIdentifierKey). `latency`: milliseconds that the authorizer took; 0 for a cached result. `signer`: who
    has signed, for integrations that are called as the caller; it holds a secret, and nothing shows it.
    """

    principal: Principal = ANONYMOUS
    identity: Mapping[str, str | None] = field(default_factory=dict)
    context: Mapping[str, Any] | None = None
    payload2: Mapping[str, Any] | None = None  # {"lambda": {…}} | {"jwt": {…}} | {"iam": {…}}
    usage_key: str | None = None
    latency: int = 0
    signer: Signer | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an authorizer of a REST API says of one request. `statement`: of the policy that said it.

    `limited`: what limits the caller is silent, so that a resource policy's Allow for the caller's role does not count.
    """

    effect: Effect
    grant: Grant
    statement: str | None = None
    limited: bool = False
    policies: tuple[Policy, ...] = ()  # of a Lambda authorizer: what its function answered with


# Of REST APIs: the step `authorization` joins the verdict with the resource policy. Raises GatewayError (401, 403, 500)
# where AWS ends the request without asking any policy.
Guard = Callable[[Exchange], Verdict | Awaitable[Verdict]]
