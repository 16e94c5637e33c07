from __future__ import annotations

import asyncio
import threading

from gatewright.telemetry.files import plain_lines
from gatewright.telemetry.queue import Budget, LineQueue, cost
from gatewright.telemetry.writing import Scribe


class Paper:
    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.trouble: Exception | None = None
        self.goes_on = threading.Event()
        self.goes_on.set()

    def append(self, data: bytes) -> None:
        self.goes_on.wait()
        if self.trouble is not None:
            raise self.trouble
        self.written.append(data)


def _queue() -> LineQueue:
    return LineQueue("q", Budget(10_000), lambda queue, urgent: None)


async def test_a_batch_is_written_at_once_and_told_of() -> None:
    arrived: list[tuple[LineQueue, int, int, str]] = []
    scribe = Scribe("test", lambda *told: arrived.append(told))
    queue, paper = _queue(), Paper()
    scribe.write(queue, paper, plain_lines)  # nothing to write: no thread
    queue.write("a", 0.0)
    queue.write("b", 0.0)
    scribe.write(queue, paper, plain_lines)
    await scribe.close(5)
    await asyncio.sleep(0)
    assert paper.written == [b"a\nb\n"]
    assert arrived == [(queue, 2 * cost("a"), 0, "")]


async def test_what_cannot_be_written_is_lost_and_the_thread_goes_on() -> None:
    arrived: list[tuple[LineQueue, int, int, str]] = []
    scribe = Scribe("test", lambda *told: arrived.append(told))
    queue, paper = _queue(), Paper()
    for trouble in (OSError("disk full"), RuntimeError("a fault of ours"), None):
        paper.trouble = trouble
        queue.write("a", 0.0)
        scribe.write(queue, paper, plain_lines)
        while len(arrived) < 1 or not arrived[-1]:
            await asyncio.sleep(0.001)
        seen = arrived.pop()
        assert seen[2:] == ((0, "") if trouble is None else (1, str(trouble)))
    await scribe.close(5)
    assert paper.written == [b"a\n"]


async def test_who_is_stuck_does_not_hold_up_the_end() -> None:
    scribe = Scribe("test", lambda *told: None)
    queue, paper = _queue(), Paper()
    paper.goes_on.clear()
    queue.write("a", 0.0)
    scribe.write(queue, paper, plain_lines)
    await scribe.close(0.01)
    assert paper.written == []
    paper.goes_on.set()
