"""AWS_IAM of HTTP APIs: the caller's own policies decide. Without resource policies nobody of another account may call.

Whatever is wrong, the client is told "Forbidden"; the log says what. AWS: "Control access to HTTP APIs with IAM
authorization in API Gateway".
"""

from __future__ import annotations

from collections.abc import Awaitable

from gatewright.gateway.authorizers.iam import NO_KEYS, judge
from gatewright.gateway.authorizers.signature import Signatures
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.grants import Signer
from gatewright.gateway.http_api.exchange import HttpExchange, own
from gatewright.gateway.http_api.live import HttpParts
from gatewright.gateway.method_arn import method_arn
from gatewright.language.policy.base import Effect
from gatewright.program.http_api import RouteProgram


def build(route: RouteProgram, parts: HttpParts) -> Step:
    """The step of a route; without a source of keys it answers 500."""
    identities = parts.identities
    if identities is None or identities.keys is None:
        return _refuse
    signatures = Signatures(identities.keys, identities.clock, parts.program.region)

    def authorize(exchange: Exchange) -> Awaitable[None] | None:
        found = signatures.signer(exchange.request)
        if isinstance(found, Signer):
            _settle(own(exchange), found)
            return None
        return _settle_later(own(exchange), found)

    return authorize


def _settle(exchange: HttpExchange, signer: Signer) -> None:
    """Raises GatewayError (403) unless the signer may call."""
    verdict = judge(exchange, signer)
    principal = verdict.grant.principal
    exchange.grant = verdict.grant
    if verdict.effect is not Effect.ALLOW:
        explicit = " with an explicit deny" if verdict.effect is Effect.DENY else ""
        resource = f"{method_arn(exchange)}{explicit}"
        raise _denied(f"User: {principal.arn} is not authorized to perform: execute-api:Invoke on {resource}")
    if principal.account != exchange.api.account:
        raise _denied(f"User: {principal.arn} is of another account than the API, which has no resource policy")


async def _settle_later(exchange: HttpExchange, found: Awaitable[Signer]) -> None:
    _settle(exchange, await found)


def _denied(log: str) -> GatewayError:
    return GatewayError("ACCESS_DENIED", log=log)


def _refuse(exchange: Exchange) -> None:
    raise configuration_error(NO_KEYS)
