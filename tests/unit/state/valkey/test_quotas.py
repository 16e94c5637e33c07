"""Quotas of two nodes on one store: exact, whoever is killed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import redis

from gatewright.clock import FakeClock, SystemClock
from gatewright.state.valkey import scripts
from gatewright.state.valkey.cluster import ClusterState
from tests.unit.state.valkey.support import decided, period, taken, today, workers


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


async def test_what_a_worker_had_not_served_comes_back(url: str, tmp_path: Path) -> None:
    first = ClusterState(url, tmp_path / "a", SystemClock(), 0, 1)
    first.start()
    assert await taken(first.quotas.quota("q", period(100)).take, 3) == 3
    await kill(first)
    second = ClusterState(url, tmp_path / "a", SystemClock(), 0, 1)
    second.start()
    assert await taken(second.quotas.quota("q", period(100)).take, 200) == 97
    await second.close()


async def test_workers_that_are_no_longer_there_give_back_too(url: str, tmp_path: Path) -> None:
    first = ClusterState(url, tmp_path / "a", SystemClock(), 1, 2)
    first.start()
    assert await taken(first.quotas.quota("q", period(100)).take, 3) == 3
    await kill(first)
    second = ClusterState(url, tmp_path / "a", SystemClock(), 0, 1)
    second.start()
    assert await taken(second.quotas.quota("q", period(100)).take, 200) == 97
    await second.close()


async def kill(state: ClusterState) -> None:
    """It gives nothing back."""
    await state._link.close()
    await state._caching.close()
    assert state._resting is not None
    state._resting.cancel()
    state.quotas.shut()
    state._books.close()


async def test_another_limit_holds_at_once(url: str, tmp_path: Path) -> None:
    async with workers(url, tmp_path) as (one, other):
        quota = one.quotas.quota("q", period(2))
        assert await taken(quota.take, 4) == 2
        assert one.quotas.quota("q", period(5)) is quota
        assert await taken(quota.take, 9) == 3
        assert await taken(other.quotas.quota("q", period(4)).take, 3) == 0


async def test_a_new_period_begins_anew(url: str, tmp_path: Path) -> None:
    clock = FakeClock(1_700_000_000.0)
    state = ClusterState(url, tmp_path / "a", clock, 0, 1)
    state.start()
    quota = state.quotas.quota("q", lambda day: (day.isoformat(), 3))
    assert await taken(quota.take, 5) == 3
    clock.advance(86_400)
    assert await taken(quota.take, 5) == 3
    await state.close()
    with redis.Redis.from_url(url) as client:
        counted = client.hgetall(scripts.days("q"))
        assert sorted(counted.values()) == [b"3", b"3"]


async def test_what_the_store_has_forgotten_it_is_told_anew(url: str, tmp_path: Path) -> None:
    async with workers(url, tmp_path) as states:
        quotas = [state.quotas.quota("q", period(200)) for state in states]
        served = sum([await taken(quota.take, 60) for quota in quotas])
        with redis.Redis.from_url(url) as client:
            client.flushall()
        await asyncio.sleep(0.1)
        answers = await asyncio.gather(*(decided(quota.take()) for _ in range(100) for quota in quotas))
        served += sum(answers)
        for _ in range(60):
            served += sum([await taken(quota.take, 5) for quota in quotas])
            await asyncio.sleep(0.05)
        assert served == 200


async def test_while_the_store_is_away_a_share_is_served(tmp_path: Path) -> None:
    async with workers("redis://127.0.0.1:1/0", tmp_path, 1) as (state,):
        quota = state.quotas.quota("q", period(10))
        assert await taken(quota.take, 20) == 10
        assert state.quotas.ledger.served("q", today().replace(day=1).isoformat()) == 10
