"""Caches of two nodes on one store."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gatewright.clock import SystemClock
from gatewright.state.valkey.cache import ValkeyCache
from gatewright.state.valkey.cluster import ClusterState
from gatewright.state.valkey.link import Link
from tests.unit.state.valkey.support import workers


async def test_caches_are_shared_and_cleared_everywhere(url: str, tmp_path: Path) -> None:
    async def got(state: ClusterState, key: bytes) -> bytes | None:
        found = state.cache("api/v1", 1_000_000).get(key)
        return found if found is None or isinstance(found, bytes) else await found

    async with workers(url, tmp_path) as states:
        one, other = states
        one.cache("api/v1", 1_000_000).put(b"k", b"v", 60)
        assert one.cache("api/v1", 1_000_000).get(b"k") == b"v"
        while await got(other, b"k") is None:
            await asyncio.sleep(0.05)
        assert other.cache("api/v1", 1_000_000).get(b"k") == b"v"  # at once, from its own
        assert await got(other, b"other") is None
        one.cache("api/v1", 1_000_000).clear()
        assert one.cache("api/v1", 1_000_000).get(b"k") is None or await got(one, b"k") is None
        await asyncio.sleep(1.1)
        assert await got(other, b"k") is None


async def test_what_was_used_least_recently_goes_first(url: str) -> None:
    link = Link(url, SystemClock())
    link.start()
    big = ValkeyCache("c", link, SystemClock(), 3000)
    for key in (b"a", b"b"):
        big.put(key, key * 1000, 60)
    big.put(b"huge", b"x" * 3000, 60)
    again = ValkeyCache("c", link, SystemClock(), 3000)  # of a worker that has nothing of its own yet
    assert await fetched(again, b"a") == b"a" * 1000
    big.put(b"c", b"c" * 1000, 0.3)
    later = ValkeyCache("c", link, SystemClock(), 3000)
    assert [await fetched(later, key) is not None for key in (b"a", b"b", b"c", b"huge")] == [True, False, True, False]
    await asyncio.sleep(0.4)
    assert await fetched(ValkeyCache("c", link, SystemClock(), 3000), b"c") is None
    assert await fetched(ValkeyCache("c", link, SystemClock(), 4000), b"a") is None  # of another budget
    await link.close()


async def fetched(cache: ValkeyCache, key: bytes) -> bytes | None:
    found = cache.get(key)
    return found if found is None or isinstance(found, bytes) else await found


async def test_while_the_store_is_away_a_worker_keeps_its_own() -> None:
    link = Link("redis://127.0.0.1:1/0", SystemClock(), heard=False)
    link.start()
    cache = ValkeyCache("c", link, SystemClock(), 10_000)
    cache.put(b"k", b"v", 60)
    assert cache.get(b"k") == b"v"
    assert await fetched(cache, b"other") is None
    assert cache.get(b"other") is None
    cache.clear()
    assert cache.get(b"k") is None
    await link.close()
