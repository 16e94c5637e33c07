"""What the control plane of a node sees of all nodes."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
import redis

from gatewright.clock import SystemClock
from gatewright.state.valkey.usage import ValkeyUsage
from tests.unit.state.valkey.support import period, taken, today, workers


async def test_one_node_keeps_the_books_of_all(url: str, tmp_path: Path) -> None:
    async with workers(url, tmp_path) as states:
        assert sum([await taken(state.quotas.quota("q", period(300)).take, 7) for state in states]) == 14
        await asyncio.sleep(1.2)
        one, other = (ValkeyUsage(url, SystemClock(), name) for name in ("one", "other"))
        assert one.used("q") == other.used("q") == {today(): 14}
        assert dict(one.changed()) == {"q": {today(): 14}}
        assert dict(other.changed()) == {}
        one.close()
        assert dict(other.changed()) == {"q": {today(): 14}}
        other.close()


async def test_what_the_books_know_is_used(url: str, tmp_path: Path) -> None:
    usage = ValkeyUsage(url, SystemClock(), "one")
    assert usage.lost()
    assert not usage.lost()
    yesterday = today() - timedelta(days=1)

    def always(day: date) -> tuple[str, int]:
        return (today() - timedelta(days=20)).isoformat(), 100

    usage.restore("q", {yesterday: 60, today(): 30}, always)
    usage.restore("q", {yesterday: 60, today(): 30}, always)
    async with workers(url, tmp_path, 1) as (state,):
        assert await taken(state.quotas.quota("q", always).take, 50) == 10
        await asyncio.sleep(0.8)
        assert usage.used("q") == {yesterday: 60, today(): 40}
        with redis.Redis.from_url(url) as client:
            client.flushall()
        assert usage.lost()
        usage.restore("q", {yesterday: 60, today(): 40}, always)
        await asyncio.sleep(1.2)
        assert usage.used("q") == {yesterday: 60, today(): 40}
        assert await taken(state.quotas.quota("q", always).take, 20) == 0
    usage.close()


def test_without_the_store_the_last_figures_are_shown(caplog: pytest.LogCaptureFixture) -> None:
    usage = ValkeyUsage("redis://:hush@127.0.0.1:1/0", SystemClock(), "one")
    assert not usage.lost()
    usage.restore("q", {today(): 5}, period(9))
    assert usage.used("q") == {today(): 5}
    assert not dict(usage.changed())
    usage.again()
    usage.close()
    assert caplog.text.count("cannot be used") == 1
    assert "hush" not in caplog.text
