"""Lines on their way to an AWS service: batch after batch, one call at a time for each destination.

A call that brings no answer, or one that asks for patience, is made again with growing pauses, until its batch is too
old; what the service does not want is dropped at once. Meanwhile the queue fills, and drops what comes then: the
others' queues, and the requests, do not notice. A batch is far smaller than AWS would take it, so that to write it as
JSON and to sign it holds the event loop up for less than a millisecond.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gatewright.telemetry.base import Destination
from gatewright.telemetry.queue import LineQueue, cost

BATCH_BYTES = 256 * 1024  # of text; AWS: 1 MiB (Logs), 4 MiB (Firehose)
BATCH_LINES = 500  # AWS: 10,000 (Logs), 500 (Firehose)
PATIENCE = 120.0  # seconds that a batch is tried for
PAUSES = (0.25, 15.0)  # seconds, the first and the longest
TOLD = 200  # characters of what a service says, for people


class NoAnswerError(Exception):
    """A call that brought no answer; the message says why."""


class Api(Protocol):
    """AWS services, wherever they are for this node."""

    def problem(self, destination: Destination) -> str | None:
        """Why every call would fail; None: it need not."""
        ...

    async def call(self, destination: Destination, action: str, body: bytes) -> tuple[int, bytes]:
        """Call the service that the destination is of: status and body. Raises NoAnswerError."""
        ...


Event = tuple[float, str]  # time, line


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call. `again`: events that may be accepted later. `lost`: how many never will be."""

    again: Sequence[Event] = ()
    lost: int = 0
    trouble: str = ""


# How a service takes a batch. Raises NoAnswerError.
Send = Callable[[Sequence[Event]], Awaitable[Outcome]]


@dataclass
class Pauses:
    """How long to wait before the next try."""

    shortest: float = PAUSES[0]
    longest: float = PAUSES[1]
    _next: float = field(default=0.0)

    def grow(self) -> float:
        """Seconds; not the same for all workers."""
        self._next = min(max(self.shortest, 2 * self._next), self.longest)
        return self._next * random.uniform(0.5, 1.0)  # noqa: S311  nothing secret

    def reset(self) -> None:
        self._next = 0.0


class Courier:
    """Brings what one queue holds to one destination."""

    def __init__(self, queue: LineQueue, send: Send, arrived: Callable[[LineQueue, int, int, str], None]) -> None:
        self._queue = queue
        self._send = send
        self._arrived = arrived
        self._task: asyncio.Task[None] | None = None
        self._pauses = Pauses()

    def start(self) -> None:
        """Deliver what there is, and what comes meanwhile."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self, timeout: float) -> None:
        """Wait for the end of what is there, at most so many seconds."""
        task = self._task
        if task is not None:
            await asyncio.wait({task}, timeout=timeout)
            task.cancel()

    async def _run(self) -> None:
        try:
            while self._queue.lines:
                lines, times = self._queue.take()
                for first, last in batches(lines):
                    await self._deliver(list(zip(times[first:last], lines[first:last], strict=True)))
        finally:
            self._task = None

    async def _deliver(self, events: list[Event]) -> None:
        room = sum(cost(line) for _, line in events)
        until = time.monotonic() + PATIENCE
        left: Sequence[Event] = sorted(events, key=lambda event: event[0])
        lost, trouble = 0, ""
        while left:
            try:
                outcome = await self._send(left)
            except NoAnswerError as error:
                outcome = Outcome(left, 0, str(error))
            lost += outcome.lost
            trouble = outcome.trouble or trouble
            left = outcome.again
            if not left and not outcome.trouble:
                self._pauses.reset()
                break
            self._queue.trouble = outcome.trouble
            if time.monotonic() >= until:
                break
            await asyncio.sleep(self._pauses.grow())
        self._arrived(self._queue, room, lost + len(left), trouble if lost or left else "")


def batches(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where each batch begins and ends. A line that is larger than a batch is one."""
    found: list[tuple[int, int]] = []
    first = size = 0
    for index, line in enumerate(lines):
        more = cost(line)
        if index > first and (size + more > BATCH_BYTES or index - first >= BATCH_LINES):
            found.append((first, index))
            first, size = index, 0
        size += more
    if lines:
        found.append((first, len(lines)))
    return found


def said(status: int, body: bytes) -> str:
    """What a service has answered, for people."""
    return f"{status} {body[:TOLD].decode('utf-8', 'replace')}"
