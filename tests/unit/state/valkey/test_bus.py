"""Questions from worker to worker: heard once, answered, and told apart from those to the dead."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import redis as client

from gatewright.clock import SystemClock
from gatewright.state.base import UnansweredError
from gatewright.state.valkey import bus as module
from gatewright.state.valkey import scripts
from gatewright.state.valkey.bus import ValkeyBus
from tests.servers import redis as running

A, B, C = b"\x00\x01\x02", b"\x01\x01\x02", b"\x00\xff\xfe"


def echo(question: bytes) -> bytes:
    return b"echo " + question


@asynccontextmanager
async def on(url: str, *names: bytes, answer: Callable[[bytes], bytes] = echo) -> AsyncIterator[list[ValkeyBus]]:
    buses = [ValkeyBus(url, SystemClock(), f"node{number}", name) for number, name in enumerate(names)]
    for each in buses:
        each.start(answer)
    yield buses
    for each in buses:
        await each.close()


def forget(url: str) -> None:
    """From now on silence means death."""
    with client.Redis.from_url(url) as admin:
        admin.delete(scripts.UNSURE)


async def test_questions_are_answered(url: str) -> None:
    async with on(url, A, B, C) as (one, two, three):
        assert await one.ask(B, b"hello") == [b"echo hello"]
        assert await three.ask(A, b"") == [b"echo "]
        assert await two.ask(B, b"\x00\xff") == [b"echo \x00\xff"]
        large = b"x" * 400_000
        answers = await asyncio.gather(*(one.ask(C, large) for _ in range(20)))
        assert answers == [[b"echo " + large]] * 20
        assert not one._asked
        assert not one._bytes


async def test_nobody_of_a_name(url: str) -> None:
    async with on(url, A) as (one,):
        assert await one.ask(A, b"") == [b"echo "]
        forget(url)
        began = time.monotonic()
        assert await one.ask(B, b"hello") == []
        assert time.monotonic() - began < 1


async def test_who_has_left_is_dead_at_once(url: str) -> None:
    async with on(url, A) as (one,):
        async with on(url, B):
            assert await one.ask(B, b"") == [b"echo "]
            forget(url)
        assert await one.ask(B, b"") == []


async def test_one_who_lives_and_does_not_listen_is_waited_for(url: str) -> None:
    """As a worker's successor is, which is starting."""
    async with on(url, A) as (one,):
        assert await one.ask(A, b"") == [b"echo "]
        with client.Redis.from_url(url) as admin:
            now = admin.time()
            admin.zadd(scripts.bearers(B.hex()), {"killed": now[0]})
        asking = [asyncio.create_task(one.ask(B, b"late")) for _ in range(3)]
        await asyncio.sleep(0.5)
        assert len(one._missing) == 1
        async with on(url, B):
            assert await asyncio.gather(*asking) == [[b"echo late"]] * 3


async def test_the_killed_are_dead_when_their_lease_ends(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEASE", 2)
    async with on(url, A) as (one,):
        assert await one.ask(A, b"") == [b"echo "]
        forget(url)
        with client.Redis.from_url(url) as admin:
            admin.zadd(scripts.bearers(B.hex()), {"killed": admin.time()[0]})
        assert await one.ask(B, b"") == []


@pytest.mark.parametrize("dead", [True, False])
async def test_one_who_listens_and_says_nothing(url: str, monkeypatch: pytest.MonkeyPatch, dead: bool) -> None:
    """As a machine does that has lost its power: the store has not noticed."""
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    async with on(url, A) as (one,):
        assert await one.ask(A, b"") == [b"echo "]
        with client.Redis.from_url(url) as admin, admin.pubsub() as silent:
            silent.subscribe(scripts.inbox(B.hex()))
            admin.zadd(scripts.bearers(B.hex()), {"silent": admin.time()[0]})
            while not await one._hearers(B.hex()):
                await asyncio.sleep(0.01)
            asking = asyncio.create_task(one.ask(B, b""))
            if dead:
                await asyncio.sleep(0.1)
                forget(url)
                admin.delete(scripts.bearers(B.hex()))
                assert await asking == []
            else:
                with pytest.raises(UnansweredError, match="no answer in time"):
                    await asking
        assert not one._asked


async def test_two_nodes_of_one_name_are_both_asked(url: str) -> None:
    async with on(url, A) as (one,), on(url, C) as (two,):
        other = ValkeyBus(url, SystemClock(), "other", C)
        other.start(lambda question: b"other " + question)
        while not (two.shared and other.shared and await one._hearers(C.hex()) == 2):
            await asyncio.sleep(0.05)
        assert not one.shared
        assert sorted(await one.ask(C, b"x")) == [b"echo x", b"other x"]
        await other.close()
        assert await one.ask(C, b"x") == [b"echo x"]


async def test_who_was_killed_as_he_was_asked_has_a_successor(url: str) -> None:
    """The store counts him as a hearer still."""
    async with on(url, A) as (one,):
        assert await one.ask(A, b"") == [b"echo "]
        with client.Redis.from_url(url) as admin:
            admin.zadd(scripts.bearers(B.hex()), {"killed": admin.time()[0]})
            with admin.pubsub() as killed:
                killed.subscribe(scripts.inbox(B.hex()))
                while not await one._hearers(B.hex()):
                    await asyncio.sleep(0.01)
                asking = asyncio.create_task(one.ask(B, b"late"))
                await asyncio.sleep(0.1)
        async with on(url, B):
            assert await asking == [b"echo late"]


async def test_a_question_that_comes_again_takes_effect_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", 420)
    taken: list[bytes] = []

    def take(question: bytes) -> bytes:
        taken.append(question)
        return b"%d" % len(taken)

    async with on(url, A) as (one,), on(url, B, answer=take) as (two,):
        assert await one.ask(B, b"first") == [b"1"]
        inbox = scripts.inbox(C.hex()).encode()
        with client.Redis.from_url(url) as admin, admin.pubsub() as asker:
            asker.subscribe(inbox)
            for key in (b"11111111", b"11111111", b"22222222", b"11111111"):
                admin.publish(scripts.inbox(B.hex()), b"".join((b"?", key, bytes((len(inbox),)), inbox, key)))
            answers: list[bytes] = []
            while len(answers) < 4:
                message = await asyncio.to_thread(asker.get_message, timeout=1)
                if message is not None and message["type"] == "message":
                    answers.append(message["data"])
            assert [answer[1:9] + answer[13:] for answer in answers] == [
                b"111111112",
                b"111111112",
                b"222222223",
                b"111111112",
            ]
        assert taken == [b"first", b"11111111", b"22222222"]
        assert len(two._answered) == 2


async def test_a_fault_is_no_answer(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.3)

    def fail(question: bytes) -> bytes:
        raise RuntimeError("broken")

    async with on(url, A, B, answer=fail) as (one, _):
        while not await one._hearers(B.hex()):
            await asyncio.sleep(0.01)
        with pytest.raises(UnansweredError):
            await one.ask(B, b"")
        with client.Redis.from_url(url) as admin:
            for rubbish in (b"?", b"?12345678", b"!", b"!12345678", b"x", b"?12345678\xff"):
                admin.publish(scripts.inbox(B.hex()), rubbish)
        await asyncio.sleep(0.1)
    assert "a question of another node came to nothing" in caplog.text


async def test_what_waits_is_bounded(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BYTES", 1000)
    monkeypatch.setattr(module, "_ASKED", 3)
    async with on(url, A) as (one,):
        asking = [asyncio.create_task(one.ask(B, b"x" * 300)) for _ in range(3)]
        await asyncio.sleep(0.1)
        with pytest.raises(UnansweredError, match="too many"):
            await one.ask(A, b"")
        asking.pop().cancel()
        await asyncio.sleep(0.01)
        with pytest.raises(UnansweredError, match="too many"):
            await one.ask(A, b"x" * 500)
        assert await one.ask(A, b"x" * 400) == [b"echo " + b"x" * 400]
        for each in asking:
            each.cancel()


async def test_the_store_goes_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    with running() as server:
        async with on(server.url, A, B) as (one, two):
            assert await one.ask(B, b"1") == [b"echo 1"]
            server.stop()
            began = time.monotonic()
            with pytest.raises(UnansweredError, match="away"):
                await one.ask(B, b"2")
            assert time.monotonic() - began < 2
            server.start()
            deadline = time.monotonic() + 10
            while not (one._link.up and two._link.up):
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
            # Nobody is dead for having been away as the store was; who is not back yet is waited for.
            assert await one.ask(B, b"3") == [b"echo 3"]


@pytest.mark.slow
async def test_a_store_that_hangs_is_away(url: str) -> None:
    with running() as server:
        async with on(server.url, A, B) as (one, _):
            assert await one.ask(B, b"1") == [b"echo 1"]
            assert server.process is not None
            server.process.send_signal(signal.SIGSTOP)
            try:
                with pytest.raises(UnansweredError):
                    await one.ask(B, b"2")
            finally:
                server.process.send_signal(signal.SIGCONT)
            deadline = time.monotonic() + 20
            while True:
                assert time.monotonic() < deadline
                try:
                    assert await one.ask(B, b"3") == [b"echo 3"]
                    break
                except UnansweredError:
                    await asyncio.sleep(0.2)
