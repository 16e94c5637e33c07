"""Lambda authorizers of HTTP APIs: the step that asks one, or remembers what it said.

    a value of an identity source is missing    401, and the function is not called
    a result is kept for these values           it decides at once: no call, no Task
    else                                        one call for all requests with these values (authorizers/results.py)

AWS: "Control access to HTTP APIs with AWS Lambda authorizers". All routes with the same authorizer share its results,
so that one that should be told apart by route needs `$context.routeKey` among its sources, or a policy: a policy is
asked for each route. A refusal is kept as an allowance is (unverified); a failure is not.
"""

from __future__ import annotations

from collections.abc import Awaitable

import orjson

from gatewright.gateway.authorizers.invoking import Invoked, Invoker, function_failed, told
from gatewright.gateway.authorizers.results import Done, Results, weight_of
from gatewright.gateway.authorizers.sources import Identity, collector
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.http_api.authorizers.answers import Decisions, FunctionResult, read_answer
from gatewright.gateway.http_api.authorizers.events import EVENTS
from gatewright.gateway.http_api.context import context_value
from gatewright.gateway.http_api.exchange import HttpExchange, own
from gatewright.gateway.http_api.live import HttpParts
from gatewright.gateway.paths import is_pattern
from gatewright.program.authorizers import FunctionAuthorizer
from gatewright.program.http_api import RouteProgram


def build(route: RouteProgram, parts: HttpParts) -> Step:
    """The step of a route; routes with the same authorizer have the same."""
    authorizer = route.authorizer
    assert isinstance(authorizer, FunctionAuthorizer)  # so the compiler
    known: FunctionGuard | None = parts.shared.get(authorizer)
    if known is None:
        known = parts.shared[authorizer] = FunctionGuard(authorizer, parts)
    return known.check


class FunctionGuard:
    """One authorizer of one stage."""

    __slots__ = ("_authorizer", "_collect", "_decisions", "_invoker", "_make", "_number", "_results")

    def __init__(self, authorizer: FunctionAuthorizer, parts: HttpParts) -> None:
        program = parts.program
        self._authorizer = authorizer
        self._make = EVENTS[authorizer.payload]
        self._collect = collector(authorizer.sources, program.variables, _context_value)
        self._invoker = Invoker(authorizer, program.api_id, program.account, program.region, parts)
        self._results: Results[FunctionResult] = Results(authorizer.ttl)
        self._decisions: Decisions = {}
        self._number = 0  # of answers so far

    def check(self, exchange: Exchange) -> Awaitable[None] | None:
        """Go on, now or later, with the grant in the exchange. Raises GatewayError (401, 403, 500)."""
        visit = own(exchange)
        identity = self._collect(exchange)
        if identity is None:
            raise GatewayError("UNAUTHORIZED")
        kept = self._results.find(identity, exchange.clock.monotonic())
        if kept is None:
            return self._ask(visit, identity)
        self._settle(visit, kept)
        return None

    def _ask(self, visit: HttpExchange, identity: Identity) -> Awaitable[None]:
        def begin(done: Done[FunctionResult]) -> None:
            self._call(visit, identity, done)

        # What is said of /* is for this request alone: a function that allows the ARN it sees has allowed all of them.
        key = None if is_pattern(visit.path) else identity
        return self._settle_later(visit, self._results.join(key, begin, visit.clock))

    def _call(self, visit: HttpExchange, identity: Identity, done: Done[FunctionResult]) -> None:
        def answered(result: Invoked | GatewayError) -> None:
            try:
                if isinstance(result, GatewayError):
                    raise result
                answer = self._read(result)
            except GatewayError as error:
                told(error, result)
                done(error, 0)
            else:
                done(answer, weight_of(identity, result.body))

        self._invoker.call(visit, orjson.dumps(self._make(visit, identity)), answered)

    def _read(self, result: Invoked) -> FunctionResult:
        if result.error is not None:
            raise function_failed(result)
        self._number += 1
        return read_answer(result.body, self._authorizer, self._number)

    async def _settle_later(self, visit: HttpExchange, result: Awaitable[FunctionResult]) -> None:
        self._settle(visit, await result)

    def _settle(self, visit: HttpExchange, result: FunctionResult) -> None:
        """Put the grant into the exchange. Raises GatewayError (403)."""
        visit.grant = result.grant
        if not result.allows(visit, self._decisions):
            raise GatewayError("ACCESS_DENIED", why={"policies": {"authorizer": result.policies}})


def _context_value(exchange: Exchange, name: str) -> str | None:
    return context_value(own(exchange), name)
