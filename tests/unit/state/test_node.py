"""The state of a node: what is shared, what comes back by itself."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from gatewright.clock import FakeClock, SystemClock
from gatewright.state.machine.buckets import MachineBucket
from gatewright.state.machine.cache import MachineCache
from gatewright.state.memory import MemoryBucket, MemoryCache
from gatewright.state.node import NodeState


@pytest.mark.parametrize(
    ("shared", "bucket", "cache"), [(False, MemoryBucket, MemoryCache), (True, MachineBucket, MachineCache)]
)
async def test_one_worker_keeps_to_itself_what_several_share(
    tmp_path: Path, shared: bool, bucket: type, cache: type
) -> None:
    state = NodeState(tmp_path / "state", FakeClock(), 0, shared=shared)
    assert type(state.buckets.bucket("b", 1.0, 1)) is bucket
    assert type(state.cache("api/v1", 1_000_000)) is cache
    await state.close()


@pytest.mark.parametrize("shared", [False, True])
async def test_a_cache_of_another_size_is_another_cache(tmp_path: Path, shared: bool) -> None:
    state = NodeState(tmp_path / "state", FakeClock(), 0, shared=shared)
    first = state.cache("api/v1", 1_000_000)
    first.put(b"k", b"v", 10)
    assert state.cache("api/v1", 1_000_000) is first
    second = state.cache("api/v1", 2_000_000)
    assert second.get(b"k") is None
    second.put(b"k", b"w", 10)
    assert (first.get(b"k"), second.get(b"k"), state.cache("api/v2", 1_000_000).get(b"k")) == (b"v", b"w", None)
    await state.close()


def caches(folder: Path) -> list[Path]:
    return list(folder.glob("state/caches/*"))


@pytest.mark.parametrize("shared", [False, True])
async def test_a_cache_that_is_dropped_leaves_nothing_and_may_come_again(
    tmp_path: Path, shared: bool, caplog: pytest.LogCaptureFixture
) -> None:
    state = NodeState(tmp_path / "state", FakeClock(), 0, shared=shared)
    cache = state.cache("api/v1", 1_000_000)
    cache.put(b"k", b"v", 10)
    state.drop("api/v1")
    state.drop("api/v1")
    state.drop("never")
    assert caches(tmp_path) == []
    again = state.cache("api/v1", 1_000_000)
    cache.put(b"k", b"late", 10)
    assert again is not cache
    assert again.get(b"k") is None
    assert not caplog.records
    await state.close()


async def test_caches_of_long_ago_are_removed_at_start(tmp_path: Path) -> None:
    state = NodeState(tmp_path / "state", FakeClock(), 0, shared=True)
    for name in ("old", "new"):
        state.cache(name, 1_000_000).put(b"k", b"v", 3600)
    await state.close()
    old, new = caches(tmp_path)
    os.utime(old / "data.mdb", (time.time() - 7300, time.time() - 7300))
    await NodeState(tmp_path / "state", FakeClock(), 0, shared=True).close()
    assert caches(tmp_path) == [new]


async def test_grants_that_nobody_uses_come_back_while_it_runs_and_at_its_end(tmp_path: Path) -> None:
    states = [NodeState(tmp_path / "state", SystemClock(), 0, shared=True)]
    quota = states[0].quotas.quota("q", lambda day: ("2020-01-01", 64))
    assert quota.take()
    states[0].start()
    await asyncio.sleep(1.8)
    await states[0].close()
    again = NodeState(tmp_path / "state", SystemClock(), 1, shared=True)
    assert sum(bool(again.quotas.quota("q", lambda day: ("2020-01-01", 64)).take()) for _ in range(99)) == 63
    await again.close()
