"""Writes of one turn of the event loop go out together, in order."""

from __future__ import annotations

import asyncio
from typing import cast

from gatewright.net.outbox import Outbox


class Transport:
    """Writes down what it is told to send."""

    def __init__(self, log: list[tuple[str, bytes]], name: str) -> None:
        self.log = log
        self.name = name
        self.closing = False

    def is_closing(self) -> bool:
        return self.closing

    def write(self, data: bytes) -> None:
        self.log.append((self.name, data))


def _two(log: list[tuple[str, bytes]]) -> tuple[asyncio.Transport, asyncio.Transport]:
    return cast("asyncio.Transport", Transport(log, "a")), cast("asyncio.Transport", Transport(log, "b"))


async def test_nothing_is_sent_before_the_turn_ends_and_then_all_in_order() -> None:
    log: list[tuple[str, bytes]] = []
    a, b = _two(log)
    outbox = Outbox(asyncio.get_running_loop())
    outbox.write(a, b"1")
    outbox.write(b, b"2")
    outbox.write(a, b"3")
    assert log == []
    await asyncio.sleep(0)
    assert log == [("a", b"1"), ("b", b"2"), ("a", b"3")]
    await asyncio.sleep(0)
    assert len(log) == 3


async def test_flush_sends_now_and_what_comes_after_waits_again() -> None:
    log: list[tuple[str, bytes]] = []
    a, _ = _two(log)
    outbox = Outbox(asyncio.get_running_loop())
    outbox.write(a, b"1")
    outbox.flush()
    assert log == [("a", b"1")]
    outbox.write(a, b"2")
    assert log == [("a", b"1")]
    await asyncio.sleep(0)
    assert log == [("a", b"1"), ("a", b"2")]


async def test_what_has_closed_meanwhile_gets_nothing() -> None:
    log: list[tuple[str, bytes]] = []
    a, b = _two(log)
    outbox = Outbox(asyncio.get_running_loop())
    outbox.write(a, b"1")
    outbox.write(b, b"2")
    cast("Transport", a).closing = True
    await asyncio.sleep(0)
    assert log == [("b", b"2")]
