"""Buckets of two nodes on one store."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gatewright.clock import FakeClock
from gatewright.state.valkey.buckets import ValkeyBuckets
from gatewright.state.valkey.link import Link
from tests.unit.state.valkey.support import decided, taken, workers


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


async def test_tokens_come_with_time_and_can_be_put_back(url: str, tmp_path: Path) -> None:
    async with workers(url, tmp_path) as (one, other):
        here, there = one.buckets.bucket("b", 20.0, 5), other.buckets.bucket("b", 20.0, 5)
        assert await taken(here.take, 5) == 5
        here.back()
        assert here.take() is True
        await asyncio.sleep(1.0)
        assert 4 <= await taken(there.take, 30) <= 12


async def test_new_figures_hold_at_once(url: str, tmp_path: Path) -> None:
    async with workers(url, tmp_path, 1) as (state,):
        bucket = state.buckets.bucket("b", 100.0, 100)
        assert await decided(bucket.take())
        assert state.buckets.bucket("b", 100.0, 0) is bucket
        assert not await decided(bucket.take())
        state.buckets.bucket("b", 100.0, 100)
        assert await decided(bucket.take())


async def test_while_the_store_is_away_each_worker_has_its_share() -> None:
    clock = FakeClock()
    link = Link("redis://127.0.0.1:1/0", clock, heard=False)
    link.start()
    bucket = ValkeyBuckets(link, clock).bucket("b", 10.0, 40)
    assert await decided(bucket.take())  # it has waited for the first attempt
    link.participants, link.outages = 4, 2
    assert [bucket.take() for _ in range(12)] == [True] * 10 + [False] * 2
    clock.advance(1.0)
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    bucket.back()
    assert bucket.take() is True
    await link.close()
