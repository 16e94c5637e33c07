"""The limits of a method or a route, and of the account.

AWS checks the finer limit first: what it refuses does not reach the coarser one, so that nobody can use up there what
others share. A token taken from the finer bucket is put back where the coarser one refuses: no bucket counts a request
that was not let through. Buckets mostly answer at once; only where one has to ask the shared store does a step wait.
AWS: "Throttle requests to your REST APIs for better throughput in API Gateway", "Throttling requests to your HTTP API".
"""

from __future__ import annotations

from collections.abc import Awaitable

from gatewright.gateway.base import Traffic
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Step
from gatewright.program.throttle import Throttle
from gatewright.state.base import Bucket


def build(traffic: Traffic | None, owner: tuple[str, str], name: str, throttle: Throttle | None) -> Step | None:
    """The step of what `name` is the bucket of, in an API of this account and Region; None: nothing limits it."""
    if traffic is None:
        return None
    account, buckets = traffic.account, traffic.state.buckets
    fine = None if throttle is None else buckets.bucket(name, throttle.rate, throttle.burst)
    if account is None:
        return None if fine is None else _Limit(fine).check
    shared = buckets.bucket(f"account/{owner[0]}/{owner[1]}", account.rate, account.burst)
    return _Limit(shared).check if fine is None else _Limits(fine, shared).check


def limit(bucket: Bucket) -> Step:
    """The step of one bucket alone."""
    return _Limit(bucket).check


class _Limit:
    """One bucket."""

    __slots__ = ("_bucket",)

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def check(self, exchange: Exchange) -> Awaitable[None] | None:
        taken = self._bucket.take()
        if taken is True:
            return None
        if taken is False:
            raise GatewayError("THROTTLED")
        return self._wait(taken)

    async def _wait(self, taken: Awaitable[bool]) -> None:
        if not await taken:
            raise GatewayError("THROTTLED")


class _Limits:
    """A bucket, and one that it shares with others."""

    __slots__ = ("_fine", "_shared")

    def __init__(self, fine: Bucket, shared: Bucket) -> None:
        self._fine = fine
        self._shared = shared

    def check(self, exchange: Exchange) -> Awaitable[None] | None:
        taken = self._fine.take()
        if taken is True:
            return self._share()
        if taken is False:
            raise GatewayError("THROTTLED")
        return self._wait(taken)

    def _share(self) -> Awaitable[None] | None:
        taken = self._shared.take()
        if taken is True:
            return None
        if taken is False:
            self._fine.back()
            raise GatewayError("THROTTLED")
        return self._wait_shared(taken)

    async def _wait(self, taken: Awaitable[bool]) -> None:
        if not await taken:
            raise GatewayError("THROTTLED")
        more = self._share()
        if more is not None:
            await more

    async def _wait_shared(self, taken: Awaitable[bool]) -> None:
        if not await taken:
            self._fine.back()
            raise GatewayError("THROTTLED")
