"""Workers of two nodes on one store: what they share, and what happens when it is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import redis as client

from gatewright.clock import SystemClock
from gatewright.state.base import Period
from gatewright.state.valkey.cluster import ClusterState, node_id
from gatewright.state.valkey.usage import ValkeyUsage
from tests.servers import redis


def period(limit: int) -> Period:
    return lambda day: (day.replace(day=1).isoformat(), limit)


def today() -> date:
    return datetime.now(UTC).date()


async def decided(decision: bool | Awaitable[bool]) -> bool:
    return decision if isinstance(decision, bool) else await decision


async def taken(take: Callable[[], bool | Awaitable[bool]], tries: int) -> int:
    return sum([await decided(take()) for _ in range(tries)])


@asynccontextmanager
async def workers(url: str, folder: Path, count: int = 2) -> AsyncIterator[list[ClusterState]]:
    """A worker on each node."""
    states = [ClusterState(url, folder / f"node{number}", SystemClock(), 0, 1) for number in range(count)]
    for each in states:
        each.start()
    yield states
    for each in states:
        await each.close()


async def test_nodes_share_a_bucket(url: str, tmp_path: Path) -> None:
    async with workers(url, tmp_path) as states:
        buckets = [state.buckets.bucket("b", 0.001, 10) for state in states]
        assert sum([await taken(bucket.take, 10) for bucket in buckets]) == 10
        assert not await decided(states[0].buckets.bucket("none", 0.0, 5).take())
        assert not await decided(states[0].buckets.bucket("none", 5.0, 0).take())


async def test_many_at_once_get_what_there_is(url: str, tmp_path: Path) -> None:
    async with workers(url, tmp_path) as states:
        takes = [state.buckets.bucket("b", 0.001, 100).take for state in states]
        answers = await asyncio.gather(*(decided(take()) for _ in range(80) for take in takes))
        assert sum(answers) == 100


async def test_nodes_serve_exactly_a_quota(url: str, tmp_path: Path) -> None:
    async with workers(url, tmp_path) as states:
        quotas = [state.quotas.quota("q", period(300)) for state in states]
        assert await taken(quotas[0].take, 40) == 40
        answers = await asyncio.gather(*(decided(quota.take()) for _ in range(200) for quota in quotas))
        served = 40 + sum(answers)
        for _ in range(40):
            served += sum([await taken(quota.take, 20) for quota in quotas])
            await asyncio.sleep(0.05)
        assert served == 300
        assert quotas[0].left() == 0
        await asyncio.sleep(0.7)
        usage = ValkeyUsage(url, SystemClock(), "control")
        assert usage.used("q") == {today(): 300}
        assert dict(usage.changed()) == {"q": {today(): 300}}
        assert ValkeyUsage(url, SystemClock(), "other").used("q") == {today(): 300}
        assert not dict(ValkeyUsage(url, SystemClock(), "other").changed())
        usage.close()


async def test_what_a_worker_had_not_served_comes_back(url: str, tmp_path: Path) -> None:
    first = ClusterState(url, tmp_path / "a", SystemClock(), 0, 1)
    first.start()
    assert await taken(first.quotas.quota("q", period(100)).take, 3) == 3
    await first._link.close()  # killed: it gives nothing back
    await first._caching.close()
    first._resting.cancel()  # type: ignore[union-attr] # it has been started
    first.quotas.shut()
    first._books.close()
    second = ClusterState(url, tmp_path / "a", SystemClock(), 0, 1)
    second.start()
    assert await taken(second.quotas.quota("q", period(100)).take, 200) == 97
    await second.close()


async def test_caches_are_shared_and_cleared_everywhere(url: str, tmp_path: Path) -> None:
    async def got(state: ClusterState, key: bytes) -> bytes | None:
        found = state.cache("api/v1", 1_000_000).get(key)
        return found if found is None or isinstance(found, bytes) else await found

    async with workers(url, tmp_path) as states:
        one, other = states
        one.cache("api/v1", 1_000_000).put(b"k", b"v", 60)
        assert one.cache("api/v1", 1_000_000).get(b"k") == b"v"
        await asyncio.sleep(0.1)
        assert await got(other, b"k") == b"v"
        assert other.cache("api/v1", 1_000_000).get(b"k") == b"v"  # at once, from its own
        assert await got(other, b"other") is None
        one.cache("api/v1", 1_000_000).clear()
        assert one.cache("api/v1", 1_000_000).get(b"k") is None or await got(one, b"k") is None
        await asyncio.sleep(1.1)
        assert await got(other, b"k") is None


async def test_the_store_may_go_and_come_back_empty(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with redis() as server:
        url = server.url.replace("redis://", "redis://:hush@")
        with client.Redis.from_url(server.url) as admin:
            admin.config_set("requirepass", "hush")
        async with workers(url, tmp_path) as states:
            quotas = [state.quotas.quota("q", period(1000)) for state in states]
            buckets = [state.buckets.bucket("b", 1000.0, 500) for state in states]
            served = sum([await taken(quota.take, 100) for quota in quotas])
            assert served == 200
            await asyncio.sleep(0.7)
            server.stop()
            for quota, bucket in zip(quotas, buckets, strict=True):
                served += await taken(quota.take, 50)
                assert await taken(bucket.take, 50) == 50
            assert served == 300
            server.start()
            with client.Redis.from_url(server.url) as admin:
                admin.config_set("requirepass", "hush")
            await asyncio.sleep(1.5)
            answers = await asyncio.gather(*(decided(quota.take()) for _ in range(900) for quota in quotas))
            served += sum(answers)
            for _ in range(30):
                served += sum([await taken(quota.take, 20) for quota in quotas])
                await asyncio.sleep(0.05)
            assert served == 1000
    lines = [record.getMessage() for record in caplog.records]
    assert [sum(text in line for line in lines) for text in ("cannot be used", "is back after")] == [2, 2], lines
    assert "hush" not in caplog.text


def test_a_node_keeps_its_name(tmp_path: Path) -> None:
    assert node_id(tmp_path / "a") == node_id(tmp_path / "a") != node_id(tmp_path / "b")
