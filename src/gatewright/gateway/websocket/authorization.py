"""Who may open a connection: the step that asks, before $connect. What it grants is the connection's for all its life.

    AWS_IAM   the signature of the handshake (header or presigned query), and the signer's own policies
    CUSTOM    a REQUEST authorizer, called for each connection: nothing is kept
    other     refused, every time

AWS: "Control access to a WebSocket API with AWS Lambda REQUEST authorizers", "… with IAM authorization". The resource
is arn:…:{api}/{stage}/$connect. unverified: the words for signatures that are refused (here: those of REST APIs).
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from gatewright.gateway.authorizers.answers import Output, read_output
from gatewright.gateway.authorizers.iam import NO_KEYS, judge
from gatewright.gateway.authorizers.invoking import Invoked, Invoker, function_failed, misconfigured, told
from gatewright.gateway.authorizers.results import Done, Results
from gatewright.gateway.authorizers.signature import Signatures
from gatewright.gateway.authorizers.sources import collector
from gatewright.gateway.deciding import decide
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.grants import Grant, Signer
from gatewright.gateway.method_arn import method_arn
from gatewright.gateway.websocket.context import value_of
from gatewright.gateway.websocket.errors import FORBIDDEN
from gatewright.gateway.websocket.events import authorizer_event
from gatewright.gateway.websocket.exchange import SocketExchange, own
from gatewright.gateway.websocket.live import SocketParts
from gatewright.language.policy.base import Effect
from gatewright.program.authorizers import FunctionAuthorizer
from gatewright.program.websocket import SocketRoute

LARGEST = 8 * 1024  # bytes of an authorizer's answer


def build(route: SocketRoute, parts: SocketParts) -> Step | None:
    """None where anybody may connect."""
    kind = route.authorization
    if kind == "NONE":
        return None
    if kind == "AWS_IAM":
        return _signed(parts)
    if kind == "CUSTOM" and route.authorizer is not None:
        return FunctionGuard(route.authorizer, parts).check

    def refuse(exchange: Exchange) -> None:
        raise GatewayError(FORBIDDEN, log=f"authorizationType {kind} is not supported: the call was refused")

    return refuse


def _signed(parts: SocketParts) -> Step:
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


def _refuse(exchange: Exchange) -> None:
    raise configuration_error(NO_KEYS)


def _settle(exchange: SocketExchange, signer: Signer) -> None:
    """Raises GatewayError (403) unless the signer may connect."""
    verdict = judge(exchange, signer)
    principal = verdict.grant.principal
    exchange.grant = verdict.grant
    if verdict.effect is not Effect.ALLOW:
        explicit = " with an explicit deny" if verdict.effect is Effect.DENY else ""
        raise _denied(f"User: {principal.arn} may not execute-api:Invoke {method_arn(exchange)}{explicit}")
    if principal.account != exchange.api.account:
        raise _denied(f"User: {principal.arn} is of another account than the API, which has no resource policy")


async def _settle_later(exchange: SocketExchange, found: Awaitable[Signer]) -> None:
    _settle(exchange, await found)


def _denied(log: str, why: Mapping[str, Any] | None = None) -> GatewayError:
    return GatewayError(FORBIDDEN, log=log, why=why)


class FunctionGuard:
    """The authorizer of $connect."""

    __slots__ = ("_calls", "_collect", "_invoker", "_sources")

    def __init__(self, authorizer: FunctionAuthorizer, parts: SocketParts) -> None:
        program = parts.program
        self._sources = bool(authorizer.sources)
        self._collect = collector(authorizer.sources, program.variables, value_of)
        self._calls = Results[Invoked](0)  # keeps nothing; bounds the calls under way
        self._invoker = Invoker(authorizer, program.api_id, program.account, program.region, parts)

    def check(self, exchange: Exchange) -> Awaitable[None]:
        """Raises GatewayError (401, 403, 500), now or when awaited."""
        if self._sources and self._collect(exchange) is None:
            raise GatewayError("UNAUTHORIZED")
        event = own(exchange)

        def begin(done: Done[Invoked]) -> None:
            asked = orjson.dumps(authorizer_event(event, method_arn(event)))
            self._invoker.call(event, asked, lambda outcome: done(outcome, 0))

        return _judged(event, self._calls.join(None, begin, event.clock))


def _read(outcome: Invoked) -> Output:
    """Raises GatewayError (401, 500)."""
    if outcome.error is not None:
        raise function_failed(outcome)
    if len(outcome.body) > LARGEST:
        raise misconfigured(f"the answer is larger than {LARGEST} bytes")
    return read_output(outcome.body)


async def _judged(exchange: SocketExchange, answer: Awaitable[Invoked]) -> None:
    outcome = await answer
    try:
        output = _read(outcome)
    except GatewayError as error:
        told(error, outcome)
        raise
    context: dict[str, Any] = {"principalId": output.principal_id, **output.context}
    grant = replace(Grant(context=context, usage_key=output.usage_key), latency=outcome.latency)
    decision = decide(output.policy.decide, exchange, grant.principal)
    if decision.effect is not Effect.ALLOW:
        why = {"policies": {"authorizer": (output.policy,)}}
        raise _denied(f"The authorizer's policy does not allow {method_arn(exchange)}", why)
    exchange.grant = grant
