"""State of one process: a bucket and a cache against what a model says."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.clock import FakeClock, SystemClock
from gatewright.state.memory import ENTRY, MemoryBuckets, MemoryCache


def taken(bucket: object, times: int) -> int:
    return sum(bucket.take() for _ in range(times))  # type: ignore[attr-defined]  # any kind of bucket


@given(
    st.integers(1, 50),
    st.floats(0.1, 1000),
    st.lists(st.tuples(st.floats(0, 2), st.integers(0, 20)), max_size=30),
)
def test_never_more_than_burst_and_rate_allow(burst: int, rate: float, rounds: list[tuple[float, int]]) -> None:
    clock = FakeClock()
    bucket = MemoryBuckets(clock).bucket("b", rate, burst)
    accepted, elapsed = 0, 0.0
    for pause, tries in rounds:
        clock.advance(pause)
        elapsed += pause
        accepted += taken(bucket, tries)
        assert accepted <= burst + rate * elapsed + 1e-6


@pytest.mark.slow
def test_one_worker_lets_through_what_rate_and_burst_allow_to_the_percent() -> None:
    """Three times what is allowed, for twenty seconds of the machine's own clock."""
    rate, burst, seconds = 100, 50, 20.0
    begun = time.monotonic()
    bucket = MemoryBuckets(SystemClock()).bucket("b", rate, burst)
    accepted = 0
    while time.monotonic() - begun < seconds:
        accepted += bucket.take()
        time.sleep(1 / (3 * rate))
    allowed = rate * (time.monotonic() - begun) + burst
    assert 0.99 * allowed <= accepted <= allowed


def test_a_bucket_is_full_at_first_and_fills_at_its_rate() -> None:
    clock = FakeClock()
    bucket = MemoryBuckets(clock).bucket("b", 2.0, 5)
    assert taken(bucket, 9) == 5
    clock.advance(0.4)
    assert taken(bucket, 9) == 0
    clock.advance(0.1)
    assert taken(bucket, 9) == 1
    clock.advance(3600)
    assert taken(bucket, 99) == 5


@pytest.mark.parametrize(("rate", "burst"), [(0, 5), (5, 0), (0, 0)])
def test_zero_refuses_everything(rate: float, burst: int) -> None:
    clock = FakeClock()
    bucket = MemoryBuckets(clock).bucket("b", rate, burst)
    clock.advance(100)
    assert taken(bucket, 3) == 0


def test_one_name_is_one_bucket_as_long_as_somebody_has_it() -> None:
    clock = FakeClock()
    buckets = MemoryBuckets(clock)
    first, second = buckets.bucket("b", 1.0, 3), buckets.bucket("b", 1.0, 3)
    assert (taken(first, 2), taken(second, 5)) == (2, 1)
    assert taken(buckets.bucket("other", 1.0, 3), 5) == 3
    larger = buckets.bucket("b", 10.0, 100)
    assert taken(larger, 5) == 0, "a larger bucket fills at its rate"
    clock.advance(1)
    assert taken(larger, 50) == 10
    assert taken(buckets.bucket("b", 10.0, 1), 5) == 0
    del first, second, larger
    gc.collect()
    assert taken(buckets.bucket("b", 1.0, 3), 5) == 3


def test_a_full_bucket_that_is_made_larger_is_full() -> None:
    buckets = MemoryBuckets(FakeClock())
    bucket = buckets.bucket("b", 1.0, 3)
    assert taken(buckets.bucket("b", 1.0, 7), 10) == 7
    assert bucket is not None


def test_a_cache_forgets_by_time_and_by_use() -> None:
    clock = FakeClock()
    cache = MemoryCache(clock, 3 * (ENTRY + 10))
    for key in (b"a", b"b", b"c"):
        cache.put(key, b"v" * 9, 10)
    assert cache.get(b"a") == b"v" * 9
    cache.put(b"d", b"v" * 9, 5)
    assert [key for key in (b"a", b"b", b"c", b"d") if cache.get(key)] == [b"a", b"c", b"d"]
    clock.advance(5)
    assert cache.get(b"d") is None
    cache.put(b"e", b"v" * 9, 0)
    cache.put(b"f", b"v" * 4000, 10)
    cache.put(b"a", b"w", 10)
    assert (cache.get(b"e"), cache.get(b"f"), cache.get(b"a")) == (None, None, b"w")
    cache.clear()
    assert cache.get(b"a") is None


def test_a_token_that_was_not_used_is_put_back() -> None:
    clock = FakeClock()
    buckets = MemoryBuckets(clock)
    bucket = buckets.bucket("b", 1.0, 2)
    assert taken(bucket, 2) == 2
    bucket.back()
    assert taken(bucket, 2) == 1
    clock.advance(10)
    bucket.back()
    assert taken(bucket, 5) == 2, "never more than it holds"
    bucket.back()
    buckets.bucket("b", 0.0, 2)
    assert taken(bucket, 1) == 0, "what blocks blocks at once"
