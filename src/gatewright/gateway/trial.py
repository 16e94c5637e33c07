"""TestInvokeAuthorizer: one authorizer is asked about a request that was only described.

AWS: "Test an authorizer" (TestInvokeAuthorizer). The function is called for real, and no result is kept or looked up.
Of user pools ID tokens can be tried, access tokens cannot (AWS's Knowledge Center): scopes are a method's.
`clientStatus` is 200 whatever the policy says, since no method is called; otherwise what the client would have got.
Lines of the log and names in the event are AWS's (observed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from gatewright.gateway.authorizers import pools, trail
from gatewright.gateway.authorizers.answers import Output
from gatewright.gateway.authorizers.function import FunctionGuard
from gatewright.gateway.authorizers.invoking import misconfigured
from gatewright.gateway.authorizers.sources import collector
from gatewright.gateway.context import context_value
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Verdict
from gatewright.gateway.live import Parts
from gatewright.gateway.method_arn import method_arn
from gatewright.program.authorizers import FunctionAuthorizer, PoolAuthorizer
from gatewright.program.records import TEST_STAGE

_STAGE = "ESTestInvoke-stage"  # in method ARNs; elsewhere the stage is called as in tests of methods
_SPELLED = {
    "header": "method.request.header.",
    "querystring": "method.request.querystring.",
    "stage": "stageVariables.",
    "context": "context.",
}


async def try_authorizer(exchange: Exchange, parts: Parts) -> Mapping[str, Any]:
    """Ask the authorizer of the exchange's method. Gives the members of TestInvokeAuthorizerResponse."""
    log, started = exchange.log, exchange.clock.monotonic()
    assert log is not None  # so who calls
    program = exchange.program
    exchange.program = replace(program, arn=program.arn.removesuffix(TEST_STAGE) + _STAGE)
    try:
        result = await _ask(exchange, parts)
    except GatewayError as error:
        trail.failed(exchange, error)
        result = {"clientStatus": error.status}
    return {
        **result,
        "log": log.text(exchange.request_id.decode()),
        "latency": round((exchange.clock.monotonic() - started) * 1000),
    }


async def _ask(exchange: Exchange, parts: Parts) -> dict[str, Any]:
    authorizer = exchange.method.authorizer
    if isinstance(authorizer, PoolAuthorizer):
        return await _ask_pools(exchange, authorizer, parts)
    if not isinstance(authorizer, FunctionAuthorizer):
        raise misconfigured("the method names no Lambda authorizer")
    guard = FunctionGuard(authorizer, parts, keep=False, context=_context)
    trail.begins(exchange, authorizer.id)
    identity = guard.identify(exchange)
    _say_who(exchange, authorizer)
    kept = await guard.answer(exchange, method_arn(exchange), identity)
    trail.believed(exchange, kept.output.principal_id)
    return _shown(kept.output)


async def _ask_pools(exchange: Exchange, authorizer: PoolAuthorizer, parts: Parts) -> dict[str, Any]:
    """unverified: the lines of the log."""
    source = None if parts.identities is None else parts.identities.issuers
    if source is None:
        raise pools.unchecked()
    trail.begins(exchange, authorizer.id)
    guard = pools.PoolGuard(authorizer, source, keep=False)
    trail.token(exchange, guard.value(exchange).decode("utf-8", "replace"))
    found = pools.MethodCheck(guard, ()).ask(exchange)
    verdict = found if isinstance(found, Verdict) else await found
    trail.completed(exchange)
    context = verdict.grant.context
    return {"clientStatus": 200, "claims": {} if context is None else context["claims"]}


def _context(exchange: Exchange, name: str) -> str | None:
    """A variable as the call gave it, with or without its prefix, or else as of any request."""
    simulation = exchange.simulation
    given: Mapping[str, str] = {} if simulation is None else simulation.context
    return given.get(name) or given.get(f"context.{name}") or context_value(exchange, name)


def _say_who(exchange: Exchange, authorizer: FunctionAuthorizer) -> None:
    identity = collector(authorizer.sources, exchange.program.variables, _context)(exchange) or ()
    texts = [value if isinstance(value, str) else ",".join(value) for value in identity]
    if authorizer.payload == "TOKEN":
        trail.token(exchange, texts[0])
        return
    names = [_SPELLED[source.location] + source.name for source in authorizer.sources]
    trail.sources(exchange, dict(zip(names, texts, strict=False)))


def _shown(output: Output) -> dict[str, Any]:
    return {
        "clientStatus": 200,
        "principalId": output.principal_id,
        "policy": orjson.dumps(output.document).decode(),
        "authorization": {name: [text] for name, text in output.context.items() if text is not None},
    }
