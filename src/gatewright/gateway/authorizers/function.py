"""Lambda authorizers of REST APIs: TOKEN and REQUEST.

AWS: "Use API Gateway Lambda authorizers". In this order:

    401   an identity source is missing or empty, or the token does not match its expression: nothing is called
    kept  a result for these values of the identity sources (of a TOKEN authorizer: for this token)
    call  of the function; equal requests share it (results.py)
    401   the function failed with the words "Unauthorized";  500  whatever else is not a whole, sound answer

What is kept is the policy, not the verdict: each request is judged by its own method's ARN, so that a policy that
allows one method opens no other. Verdicts of policies without conditions and variables are remembered by ARN.
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from gatewright.gateway.authorizers import trail
from gatewright.gateway.authorizers.answers import Output, read_output
from gatewright.gateway.authorizers.events import request_event, token_event
from gatewright.gateway.authorizers.invoking import Invoked, Invoker, function_failed, misconfigured, told
from gatewright.gateway.authorizers.results import Done, Results, weight_of
from gatewright.gateway.authorizers.sources import ContextValue, Identity, collector
from gatewright.gateway.context import context_value
from gatewright.gateway.deciding import decide
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant, Guard, Verdict
from gatewright.gateway.limits import URI_TOO_LONG
from gatewright.gateway.live import Parts
from gatewright.gateway.method_arn import method_arn
from gatewright.gateway.paths import is_pattern
from gatewright.program.authorizers import FunctionAuthorizer
from gatewright.program.records import MethodProgram

LONGEST_ARN = 1600  # bytes; AWS's quota
_MOST_VERDICTS = 10_000  # remembered per authorizer


def build(method: MethodProgram, parts: Parts) -> Guard:
    """The guard of a method. Methods of one stage that name the same authorizer share it, and so its results."""
    authorizer = method.authorizer
    if not isinstance(authorizer, FunctionAuthorizer):
        return _refuse
    key = ("function authorizer", authorizer.id)
    guard: Any = parts.shared.get(key)
    if guard is None:
        guard = parts.shared[key] = FunctionGuard(authorizer, parts)
    assert isinstance(guard, FunctionGuard)
    return guard.ask


def _refuse(exchange: Exchange) -> Verdict:
    """A method whose authorizer is not there (any more)."""
    raise misconfigured("the method names no Lambda authorizer")


class Kept:
    """A result: what the function said, and what every request gets that it allows."""

    __slots__ = ("fresh", "grant", "number", "output")

    def __init__(self, number: int, output: Output, latency: int) -> None:
        self.number = number
        self.output = output
        context: dict[str, Any] = {**output.context, "principalId": output.principal_id}
        self.grant = Grant(context=context, usage_key=output.usage_key)
        self.fresh = replace(self.grant, latency=latency)  # for those who waited


class FunctionGuard:
    """One authorizer of one stage."""

    __slots__ = ("_authorizer", "_collect", "_invoker", "_kept", "_number", "_results", "_token", "_verdicts")

    def __init__(
        self,
        authorizer: FunctionAuthorizer,
        parts: Parts,
        *,
        keep: bool = True,
        context: ContextValue = context_value,
    ) -> None:
        """`keep` False: each request is one's own. `context`: where `context.X` among the sources is read."""
        program = parts.program
        self._authorizer = authorizer
        self._token = authorizer.payload == "TOKEN"
        self._kept = keep and authorizer.ttl > 0
        self._collect = collector(authorizer.sources, program.variables, context, spelled=not self._token)
        self._invoker = Invoker(authorizer, program.api_id, program.account, program.region, parts)
        self._results = Results[Kept](authorizer.ttl if keep else 0)
        self._verdicts: dict[tuple[int, str, bytes], Verdict] = {}
        self._number = 0

    def ask(self, exchange: Exchange) -> Verdict | Awaitable[Verdict]:
        """Raises GatewayError (401, 414, 500), now or when awaited."""
        arn = method_arn(exchange)
        if len(arn) > LONGEST_ARN or (not arn.isascii() and len(arn.encode()) > LONGEST_ARN):
            raise GatewayError(URI_TOO_LONG)
        identity = self.identify(exchange)
        if self._kept and identity is not None:
            kept = self._results.find(identity, exchange.clock.monotonic())
            if kept is not None:
                return self._recall(exchange, kept)
        return self._judged(exchange, self.answer(exchange, arn, identity))

    def identify(self, exchange: Exchange) -> Identity | None:
        """The values of the identity sources. Only a REQUEST authorizer whose results are not kept may do without."""
        identity = self._collect(exchange)
        if not self._token:
            if identity is None and self._authorizer.ttl:
                raise GatewayError("UNAUTHORIZED")
            return identity
        # unverified: a token that comes several times. Here it is none: a backend might believe another one.
        if identity is None or not isinstance(identity[0], str):
            raise GatewayError("UNAUTHORIZED")
        validation = self._authorizer.validation
        if validation is not None and not validation.fullmatch(identity[0]):
            raise GatewayError("UNAUTHORIZED")
        return identity

    def answer(self, exchange: Exchange, arn: str, identity: Identity | None) -> Awaitable[Kept]:
        """What the function says: now asked, or being asked already."""

        def begin(done: Done[Kept]) -> None:
            def answered(outcome: Invoked | GatewayError) -> None:
                try:
                    kept = self._read(exchange, outcome)
                except GatewayError as error:
                    told(error, outcome)
                    done(error, 0)
                else:
                    done(kept, weight_of(identity, outcome.body if isinstance(outcome, Invoked) else b""))

            self._invoker.call(exchange, self._event(exchange, arn, identity), answered)

        # What is said of /* is for this request alone: a function that allows the ARN it sees has allowed all of them.
        key = None if is_pattern(exchange.path) else identity
        return self._results.join(key, begin, exchange.clock)

    def _event(self, exchange: Exchange, arn: str, identity: Identity | None) -> bytes:
        if self._token and identity is not None and isinstance(identity[0], str):
            return token_event(arn, identity[0])
        return request_event(exchange, arn)

    def _read(self, exchange: Exchange, outcome: Invoked | GatewayError) -> Kept:
        if isinstance(outcome, GatewayError):
            raise outcome
        if outcome.error is not None:
            error = function_failed(outcome)
            if error.status != 401:
                trail.answered(exchange, outcome.body)
            raise error
        trail.answered(exchange, outcome.body)
        output = read_output(outcome.body)
        self._number += 1
        return Kept(self._number, output, outcome.latency)

    async def _judged(self, exchange: Exchange, answer: Awaitable[Kept]) -> Verdict:
        kept = await answer
        return _judge(exchange, kept, kept.fresh)

    def _recall(self, exchange: Exchange, kept: Kept) -> Verdict:
        if not kept.output.policy.plain:
            return _judge(exchange, kept, kept.grant)
        key = (kept.number, exchange.verb, exchange.path)
        verdict = self._verdicts.get(key)
        if verdict is None:
            if len(self._verdicts) >= _MOST_VERDICTS:
                self._verdicts.clear()
            verdict = self._verdicts[key] = _judge(exchange, kept, kept.grant)
        return verdict


def _judge(exchange: Exchange, kept: Kept, grant: Grant) -> Verdict:
    decision = decide(kept.output.policy.decide, exchange, grant.principal)
    return Verdict(decision.effect, grant, decision.statement, policies=(kept.output.policy,))
