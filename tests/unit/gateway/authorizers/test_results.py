from __future__ import annotations

import asyncio

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.authorizers.results import Done, Results, weight_of
from gatewright.gateway.errors import GatewayError


class _Calls:
    """Begins calls and ends them when told."""

    def __init__(self) -> None:
        self.under_way: list[Done[str]] = []

    def begin(self, done: Done[str]) -> None:
        self.under_way.append(done)


def _refused(_: Done[str]) -> None:
    raise ZeroDivisionError


async def _joined(results: Results[str], calls: _Calls, clock: FakeClock, *keys: str) -> list[asyncio.Future[str]]:
    return [asyncio.ensure_future(results.join((key,), calls.begin, clock)) for key in keys]


async def test_equal_requests_wait_for_one_call() -> None:
    results, calls, clock = Results[str](300), _Calls(), FakeClock()
    waiting = await _joined(results, calls, clock, "a", "a", "b", "a")
    assert len(calls.under_way) == 2
    calls.under_way[0]("of a", 1)
    calls.under_way[1]("of b", 1)
    assert await asyncio.gather(*waiting) == ["of a", "of a", "of b", "of a"]
    assert results.find(("a",), clock.monotonic()) == "of a"


async def test_one_who_leaves_ends_nothing_for_the_others() -> None:
    results, calls, clock = Results[str](300), _Calls(), FakeClock()
    first, second = await _joined(results, calls, clock, "a", "a")
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    late = asyncio.ensure_future(results.join(("a",), calls.begin, clock))
    assert len(calls.under_way) == 1
    calls.under_way[0]("of a", 1)
    assert [await second, await late] == ["of a", "of a"]
    assert first.cancelled()


async def test_all_who_left_leave_a_result_behind() -> None:
    results, calls, clock = Results[str](300), _Calls(), FakeClock()
    (only,) = await _joined(results, calls, clock, "a")
    await asyncio.sleep(0)
    only.cancel()
    await asyncio.sleep(0)
    calls.under_way[0]("of a", 1)
    assert results.find(("a",), clock.monotonic()) == "of a"


async def test_failures_reach_everybody_and_are_not_kept() -> None:
    results, calls, clock = Results[str](300), _Calls(), FakeClock()
    waiting = await _joined(results, calls, clock, "a", "a")
    calls.under_way[0](GatewayError("UNAUTHORIZED"), 0)
    assert [type(each) for each in await asyncio.gather(*waiting, return_exceptions=True)] == [GatewayError] * 2
    assert results.find(("a",), clock.monotonic()) is None
    again = asyncio.ensure_future(results.join(("a",), calls.begin, clock))
    assert len(calls.under_way) == 2
    calls.under_way[1]("of a", 1)
    assert await again == "of a"


async def test_a_call_that_cannot_begin_fails() -> None:
    results, calls, clock = Results[str](300), _Calls(), FakeClock()
    with pytest.raises(ZeroDivisionError):
        await results.join(("a",), _refused, clock)
    again = asyncio.ensure_future(results.join(("a",), calls.begin, clock))  # nobody waits for what never began
    calls.under_way[0]("of a", 1)
    assert await again == "of a"


async def test_results_are_kept_for_their_time() -> None:
    results, calls, clock = Results[str](60), _Calls(), FakeClock()
    (asked,) = await _joined(results, calls, clock, "a")
    clock.advance(10)  # the time begins with the answer
    calls.under_way[0]("of a", 1)
    await asked
    clock.advance(59.9)
    assert results.find(("a",), clock.monotonic()) == "of a"
    clock.advance(0.2)
    assert results.find(("a",), clock.monotonic()) is None


async def test_without_a_time_nothing_is_kept_or_shared() -> None:
    results, calls, clock = Results[str](0), _Calls(), FakeClock()
    waiting = await _joined(results, calls, clock, "a", "a")
    assert len(calls.under_way) == 2
    for number, done in enumerate(calls.under_way):
        done(str(number), 1)
    assert await asyncio.gather(*waiting) == ["0", "1"]
    assert results.find(("a",), clock.monotonic()) is None


async def test_the_oldest_make_room() -> None:
    results, calls, clock = Results[str](60, most=2), _Calls(), FakeClock()
    await _joined(results, calls, clock, "a", "b", "c")
    for number in (1, 0, 2):
        calls.under_way[number]("x", 1)
    assert [results.find((key,), 0.0) for key in "abc"] == ["x", None, "x"]


@pytest.mark.parametrize(
    ("weights", "kept"),
    [((4, 4, 4), [None, "x", "x"]), ((4, 11, 4), ["x", None, "x"]), ((4, 4, 10), [None, None, "x"])],
    ids=["evicts", "too heavy by itself", "evicts all"],
)
async def test_size_is_bounded_too(weights: tuple[int, ...], kept: list[str | None]) -> None:
    results, calls, clock = Results[str](60, heaviest=10), _Calls(), FakeClock()
    await _joined(results, calls, clock, "a", "b", "c")
    for done, weight in zip(calls.under_way, weights, strict=True):
        done("x", weight)
    assert [results.find((key,), 0.0) for key in "abc"] == kept


async def test_calls_under_way_are_bounded() -> None:
    results, calls, clock = Results[str](60, most_calls=1), _Calls(), FakeClock()
    first, other, same = await _joined(results, calls, clock, "a", "b", "a")
    with pytest.raises(GatewayError) as refused:
        await other
    assert (refused.value.kind.name, refused.value.status) == ("AUTHORIZER_CONFIGURATION_ERROR", 500)
    calls.under_way[0]("of a", 1)
    assert [await first, await same] == ["of a", "of a"]
    assert len(calls.under_way) == 1
    again = asyncio.ensure_future(results.join(("b",), calls.begin, clock))
    calls.under_way[1]("of b", 1)
    assert await again == "of b"


async def test_a_call_ends_once() -> None:
    results, calls, clock = Results[str](60, most_calls=1), _Calls(), FakeClock()
    (asked,) = await _joined(results, calls, clock, "a")
    calls.under_way[0]("first", 1)
    calls.under_way[0]("second", 1)
    assert await asked == "first"
    assert results.find(("a",), 0.0) == "first"


async def test_who_was_cancelled_is_not_told() -> None:
    results, calls, clock = Results[str](60), _Calls(), FakeClock()
    first, second = await _joined(results, calls, clock, "a", "a")
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    calls.under_way[0]("of a", 1)
    assert await second == "of a"


def test_what_callers_send_has_its_weight_too() -> None:
    assert weight_of(("x" * 1000,), b"") - weight_of(("",), b"") == 1000
    assert weight_of((("x" * 10, "y" * 20),), b"") - weight_of((), b"") == 30
    assert weight_of(None, b"x" * 100) - weight_of(None, b"") == 1600
