"""The response cache: a kept answer ends the request; else the integration is called and its answer kept (`kept`).

Whoever gets here may call the method: authorization, API key, throttling and validation come first, for hits too. A
client asks for a fresh answer with `Cache-Control: max-age=0`. If the method's settings require it, only callers who
have signed their request (AWS_IAM) and may do execute-api:InvalidateCache get one; callers of other accounts do not.

AWS: "Enable API caching to enhance responsiveness", "Manage cache invalidation".
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from gatewright.gateway.cache_keys import key_of
from gatewright.gateway.deciding import decide
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Answer, Exchange, Outcome, Step
from gatewright.gateway.grants import Grant
from gatewright.gateway.kept import Attempt, unpack, warned
from gatewright.gateway.live import Parts
from gatewright.gateway.method_arn import masked, method_arn
from gatewright.gateway.steps.authorization import is_foreign
from gatewright.language.policy.base import Effect
from gatewright.language.policy.document import Policy
from gatewright.program.caching import Caching
from gatewright.program.records import MethodProgram
from gatewright.state.base import Cache
from gatewright.state.sealed import SealedCache

logger = logging.getLogger("gatewright.gateway")
INVALIDATE = "execute-api:InvalidateCache"


def build(method: MethodProgram, parts: Parts) -> Step | None:
    if not parts.caches(method):
        return None
    assert method.caching is not None
    look = CachedMethod(method, method.caching, parts).look
    return _of_get(look) if method.verb == "ANY" else look


def _of_get(step: Step) -> Step:
    """Of a method ANY only what is asked for with GET is cached."""

    def look(exchange: Exchange) -> Outcome:
        if exchange.verb == "GET":
            return step(exchange)
        exchange.attempt = None
        return None

    return look


class CachedMethod:
    """The cached answers of one method."""

    __slots__ = ("_cache", "_counters", "_flights", "_guarded", "_key", "_policy", "_strategy", "_ttl")

    def __init__(self, method: MethodProgram, caching: Caching, parts: Parts) -> None:
        answers, traffic, cache = parts.answers, parts.traffic, parts.program.cache
        assert answers is not None
        assert traffic is not None
        assert cache is not None
        verb = "GET" if method.verb == "ANY" else method.verb
        self._cache: Cache = answers
        if caching.encrypted:
            assert cache.secret is not None, "whoever publishes a stage gives it a key"
            self._cache = SealedCache(answers, cache.secret)
        self._key = key_of(cache.part, verb, caching, per_caller=traffic.cache_per_caller)
        self._ttl = float(caching.ttl)
        self._guarded = caching.guarded
        self._strategy = caching.strategy
        self._policy = parts.program.policy
        self._counters = parts.counters
        self._flights = parts.flights

    def look(self, exchange: Exchange) -> Outcome:
        key = self._key(exchange)
        asked = exchange.header(b"cache-control")
        warn = False
        if asked is not None and wants_fresh(exchange):
            if not self._guarded or may_invalidate(exchange, self._policy):
                self._miss(exchange)
                exchange.attempt = Attempt(self._cache, key, self._ttl, None, False)
                return None
            if self._strategy == "FAIL_WITH_403":
                raise _refused(exchange)
            warn = self._strategy == "SUCCEED_WITH_RESPONSE_HEADER"
        found = self._cache.get(key)
        if isinstance(found, bytes):
            self._hit(exchange)
            answer = unpack(found, exchange)
            return warned(answer) if warn else answer
        if found is None:
            return self._missed(exchange, key, warn)
        return self._wait(exchange, key, warn, found)

    async def _wait(self, exchange: Exchange, key: bytes, warn: bool, found: Awaitable[bytes | None]) -> Answer | None:
        try:
            data = await found
        except Exception as error:  # noqa: BLE001 - whatever the store raises, the backend can answer
            logger.error("the cache could not be asked: %s", error)
            data = None
        if data is not None:
            self._hit(exchange)
            answer = unpack(data, exchange)
            return warned(answer) if warn else answer
        waiting = self._missed(exchange, key, warn)
        return None if waiting is None else await waiting

    def _hit(self, exchange: Exchange) -> None:
        self._counters.cache_hits += 1
        if exchange.detail is not None:
            exchange.detail.cache_hits += 1

    def _miss(self, exchange: Exchange) -> None:
        self._counters.cache_misses += 1
        if exchange.detail is not None:
            exchange.detail.cache_misses += 1

    def _missed(self, exchange: Exchange, key: bytes, warn: bool) -> Awaitable[Answer | None] | None:
        self._miss(exchange)
        flights = self._flights
        exchange.attempt = Attempt(self._cache, key, self._ttl, flights, warn)
        if flights is None:
            return None
        others = flights.join(exchange, key)
        return _warned_later(others) if others is not None and warn else others


async def _warned_later(others: Awaitable[Answer | None]) -> Answer | None:
    answer = await others
    return None if answer is None else warned(answer)


def wants_fresh(exchange: Exchange) -> bool:
    """Whether the client asks for an answer from the backend: `max-age=0` in any Cache-Control."""
    for name, value in exchange.request.headers:
        if name.lower() == b"cache-control":
            for directive in value.lower().split(b","):
                word, _, age = directive.partition(b"=")
                if word.strip() == b"max-age" and age.strip(b' \t"') == b"0":
                    return True
    return False


def may_invalidate(exchange: Exchange, policy: Policy | None) -> bool:
    """Whether the caller may have an entry replaced. `policy`: the API's own, which can only forbid it."""
    grant: Grant | None = exchange.grant
    if grant is None or grant.signer is None or is_foreign(exchange, grant.principal):
        return False
    if decide(grant.signer.holder.decide, exchange, grant.principal, INVALIDATE).effect is not Effect.ALLOW:
        return False
    return policy is None or decide(policy.decide, exchange, grant.principal, INVALIDATE).effect is not Effect.DENY


def _refused(exchange: Exchange) -> GatewayError:
    """unverified: AWS's words."""
    grant: Grant | None = exchange.grant
    who = "anonymous" if grant is None else grant.principal.arn or "anonymous"
    return GatewayError(
        "ACCESS_DENIED",
        f"User: {who} is not authorized to perform: {INVALIDATE} on resource: {masked(method_arn(exchange))}",
    )
