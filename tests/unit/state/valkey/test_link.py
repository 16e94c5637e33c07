"""The connection: what is heard of it, and that it comes back."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path

import pytest
import redis as client

from gatewright.clock import SystemClock
from gatewright.state.valkey import scripts
from gatewright.state.valkey.link import Link, answer, run_of
from tests.servers import redis
from tests.unit.state.valkey.support import decided, period, taken, workers


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


@pytest.mark.slow
async def test_a_store_that_hangs_keeps_nobody_waiting(tmp_path: Path) -> None:
    with redis() as server:
        async with workers(server.url, tmp_path, 1) as (state,):
            bucket = state.buckets.bucket("b", 100.0, 50)
            assert await decided(bucket.take())
            assert server.process is not None
            server.process.send_signal(signal.SIGSTOP)
            try:
                assert await taken(bucket.take, 20) == 20
                assert bucket.take() is True  # at once
            finally:
                server.process.send_signal(signal.SIGCONT)
            while not state._link.up:
                await asyncio.sleep(0.1)
            assert await decided(bucket.take())


async def test_scripts_are_taught_again(url: str) -> None:
    link = Link(url, SystemClock())
    link.start()
    assert (await link.call(scripts.DRAW, (scripts.bucket("b"),), (1.0, 5, 3, 0)))[0] == 3
    with client.Redis.from_url(url) as admin:
        admin.script_flush()
    assert (await link.call(scripts.DRAW, (scripts.bucket("b"),), (0.001, 5, 3, 0)))[0] == 2
    await link.close()


def test_a_server_that_does_not_say_its_run() -> None:
    assert [run_of(each) for each in (None, {}, {"run_id": "a"})] == ["-", "-", "a"]


async def test_who_comes_between_an_answer_and_its_hearing_lets_it_be_heard() -> None:
    asked: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    heard: list[int] = []
    asked.add_done_callback(lambda done: heard.append(done.result()))
    asked.set_result(1)
    assert await answer(asked) == 1
    assert heard == [1]
