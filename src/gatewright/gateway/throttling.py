"""The limits of a method or a route, and of the account.

AWS checks the finer limit first: what it refuses does not reach the coarser one, so that nobody can use up there what
others share. A token taken from the finer bucket is put back where the coarser one refuses: no bucket counts a request
that was not let through. Buckets mostly answer at once; only where one has to ask the shared store does a step wait.
`headers` of `Traffic` tells a refused client when the next token comes; AWS does not.
AWS: "Throttle requests to your REST APIs for better throughput in API Gateway", "Throttling requests to your HTTP API".
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

from gatewright.gateway.base import Traffic
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Step
from gatewright.program.throttle import Throttle
from gatewright.state.base import Bucket

# What is done for a request that is refused here.
Undo = Callable[[Exchange], None]


def build(
    traffic: Traffic | None, owner: tuple[str, str], name: str, throttle: Throttle | None, undo: Undo | None = None
) -> Step | None:
    """The step of what `name` is the bucket of, in an API of this account and Region; None: nothing limits it."""
    if traffic is None:
        return None
    fine = None if throttle is None else _Limit(traffic, name, throttle, undo)
    if traffic.account is None:
        return None if fine is None else fine.check
    shared = _Limit(traffic, f"account/{owner[0]}/{owner[1]}", traffic.account, undo)
    return shared.check if fine is None else _Limits(fine, shared).check


def retry_after(seconds: int | None) -> bytes:
    """The header; none where it would never help."""
    return b"" if seconds is None else b"Retry-After: %d\r\n" % seconds


def wait_for(rate: float) -> int | None:
    """Whole seconds until a bucket has its next token; None: it never has one."""
    return max(1, math.ceil(1 / rate)) if rate > 0 else None


def limit(traffic: Traffic, name: str, throttle: Throttle) -> Step:
    """The step of one bucket alone."""
    return _Limit(traffic, name, throttle, None).check


class _Limit:
    """One bucket."""

    __slots__ = ("_more", "_name", "_throttle", "_undo", "bucket")

    def __init__(self, traffic: Traffic, name: str, throttle: Throttle, undo: Undo | None) -> None:
        self._name = name
        self._throttle = throttle
        self._undo = undo
        self.bucket: Bucket = traffic.state.buckets.bucket(name, throttle.rate, throttle.burst)
        blocks = not throttle.rate or not throttle.burst
        self._more = b"" if blocks or not traffic.headers else retry_after(wait_for(throttle.rate))

    def check(self, exchange: Exchange) -> Awaitable[None] | None:
        taken = self.bucket.take()
        if taken is True:
            return None
        if taken is False:
            raise self.refusal(exchange)
        return self._wait(exchange, taken)

    def refusal(self, exchange: Exchange) -> GatewayError:
        exchange.more += self._more
        if self._undo is not None:
            self._undo(exchange)
        limits = {"rate": self._throttle.rate, "burst": self._throttle.burst}
        return GatewayError("THROTTLED", why={"limit": self._name, **limits})

    async def _wait(self, exchange: Exchange, taken: Awaitable[bool]) -> None:
        if not await taken:
            raise self.refusal(exchange)


class _Limits:
    """A bucket, and one that it shares with others."""

    __slots__ = ("_fine", "_shared")

    def __init__(self, fine: _Limit, shared: _Limit) -> None:
        self._fine = fine
        self._shared = shared

    def check(self, exchange: Exchange) -> Awaitable[None] | None:
        taken = self._fine.bucket.take()
        if taken is True:
            return self._share(exchange)
        if taken is False:
            raise self._fine.refusal(exchange)
        return self._wait(exchange, taken)

    def _share(self, exchange: Exchange) -> Awaitable[None] | None:
        taken = self._shared.bucket.take()
        if taken is True:
            return None
        if taken is False:
            raise self._refusal(exchange)
        return self._wait_shared(exchange, taken)

    def _refusal(self, exchange: Exchange) -> GatewayError:
        self._fine.bucket.back()
        return self._shared.refusal(exchange)

    async def _wait(self, exchange: Exchange, taken: Awaitable[bool]) -> None:
        if not await taken:
            raise self._fine.refusal(exchange)
        more = self._share(exchange)
        if more is not None:
            await more

    async def _wait_shared(self, exchange: Exchange, taken: Awaitable[bool]) -> None:
        if not await taken:
            raise self._refusal(exchange)
