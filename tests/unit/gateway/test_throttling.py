"""The limits of a method and of the account, with buckets that answer at once and with ones that have to ask."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.base import Traffic
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.throttling import build, retry_after, wait_for
from gatewright.program.throttle import Throttle
from gatewright.state.base import Bucket, Buckets, Cache, Quotas
from gatewright.state.memory import MemoryBucket, MemoryBuckets
from gatewright.state.node import NodeState
from tests.unit.gateway.support import exchange

OWNER = ("123456789012", "us-east-1")


class AskingBucket:
    """A bucket that has to ask each time."""

    def __init__(self, bucket: MemoryBucket) -> None:
        self._bucket = bucket

    def take(self) -> Awaitable[bool]:
        async def ask() -> bool:
            await asyncio.sleep(0)
            return self._bucket.take()

        return ask()

    def back(self) -> None:
        self._bucket.back()


class SharedState:
    """The state of a node, with buckets far away; `asks` says which."""

    def __init__(self, node: NodeState, clock: FakeClock, asks: Callable[[str], bool]) -> None:
        self._node = node
        self._buckets = MemoryBuckets(clock)
        self._asks = asks

    @property
    def buckets(self) -> Buckets:
        return self

    @property
    def quotas(self) -> Quotas:
        return self._node.quotas

    def bucket(self, name: str, rate: float, burst: int) -> Bucket:
        found = self._buckets.bucket(name, rate, burst)
        return AskingBucket(found) if self._asks(name) else found

    def cache(self, name: str, budget: int) -> Cache:
        return self._node.cache(name, budget)

    def drop(self, name: str) -> None:
        self._node.drop(name)

    async def close(self) -> None:
        await self._node.close()


ASKS: Sequence[Callable[[str], bool]] = (
    lambda name: False,
    lambda name: True,
    lambda name: name.startswith("account"),
    lambda name: not name.startswith("account"),
)


@pytest.fixture(params=range(len(ASKS)), ids=["at once", "asking", "account asks", "method asks"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> SharedState:
    clock = FakeClock()
    return SharedState(NodeState(tmp_path, clock, 0, shared=False), clock, ASKS[request.param])


def calls(traffic: Traffic, name: str, throttle: Throttle | None, times: int) -> str:
    """What becomes of so many calls: "+" is let through, "-" is refused."""
    step = build(traffic, OWNER, name, throttle)
    assert step is not None

    async def call() -> str:
        try:
            outcome = step(exchange())
            if outcome is not None:
                assert isinstance(outcome, Awaitable)
                assert await outcome is None
        except GatewayError as error:
            return {"THROTTLED": "-"}[error.kind.name]
        return "+"

    async def run() -> str:
        return "".join([await call() for _ in range(times)])

    return asyncio.run(run())


def test_where_nothing_limits_there_is_no_step(state: SharedState) -> None:
    assert build(None, OWNER, "m", Throttle(1.0, 1)) is None
    assert build(Traffic(FakeClock(), state), OWNER, "m", None) is None


def test_a_method(state: SharedState) -> None:
    traffic = Traffic(FakeClock(), state)
    held = build(traffic, OWNER, "m", Throttle(1.0, 2))
    assert calls(traffic, "m", Throttle(1.0, 2), 4) == "++--"
    assert calls(traffic, "n", Throttle(0.0, 2), 2) == "--"
    assert held is not None


def test_an_account(state: SharedState) -> None:
    traffic = Traffic(FakeClock(), state, Throttle(1.0, 3))
    other = build(traffic, OWNER, "m", None)
    assert calls(traffic, "m", None, 4) == "+++-"
    assert calls(traffic, "n", None, 1) == "-", "one bucket for all"
    assert other is not None


def test_what_one_limit_refuses_the_other_does_not_count(state: SharedState) -> None:
    """Either way: neither the account's tokens go for what the method refuses, nor the method's for the account's."""
    traffic = Traffic(FakeClock(), state, Throttle(1.0, 3))
    methods = [build(traffic, OWNER, name, Throttle(1.0, 2)) for name in ("one", "two")]
    assert calls(traffic, "one", Throttle(1.0, 2), 5) == "++---"
    assert calls(traffic, "two", Throttle(1.0, 2), 4) == "+---", "the account had three"
    unlimited = Traffic(FakeClock(), state)
    assert calls(unlimited, "two", Throttle(1.0, 2), 3) == "+--", "its second token is still there"
    assert all(methods)


def test_how_long_to_wait_for_a_token() -> None:
    assert [wait_for(rate) for rate in (0.0, 0.3, 1.0, 500.0)] == [None, 4, 1, 1]
    assert [retry_after(seconds) for seconds in (None, 4)] == [b"", b"Retry-After: 4\r\n"]


@pytest.mark.parametrize(
    ("throttle", "account", "told"),
    [
        (Throttle(0.25, 1), None, b"Retry-After: 4\r\n"),
        (Throttle(0.25, 1), Throttle(9.0, 9), b"Retry-After: 4\r\n"),
        (Throttle(9.0, 9), Throttle(0.5, 1), b"Retry-After: 2\r\n"),
        (None, Throttle(0.5, 1), b"Retry-After: 2\r\n"),
        (Throttle(5.0, 0), None, b""),
        (Throttle(0.0, 5), None, b""),
    ],
)
def test_the_refused_are_told_when_to_come_again_where_that_is_wanted(
    state: SharedState, throttle: Throttle | None, account: Throttle | None, told: bytes
) -> None:
    def refused(*, headers: bool) -> bytes:
        step = build(Traffic(FakeClock(), state, account, headers=headers), OWNER, "m", throttle)
        assert step is not None

        async def call() -> bytes:
            made = exchange()
            try:
                outcome = step(made)
                if outcome is not None:
                    assert isinstance(outcome, Awaitable)
                    await outcome
            except GatewayError:
                return b"refused " + made.more
            return made.more

        async def run() -> bytes:
            await call()
            return await call()

        return asyncio.run(run())

    assert refused(headers=True) == b"refused " + told
    assert refused(headers=False) == b"refused "
