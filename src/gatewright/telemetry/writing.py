"""Threads that write files, so that the event loop never waits for a disk or for who reads a pipe."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from gatewright.telemetry.files import Render
from gatewright.telemetry.queue import LineQueue

log = logging.getLogger(__name__)

Arrived = Callable[[LineQueue, int, int, str], None]  # (whose, bytes of room, lines lost, why)


class Appends(Protocol):
    """What a batch is written to."""

    def append(self, data: bytes) -> None:
        """Raises OSError."""
        ...


@dataclass(frozen=True, slots=True)
class _Batch:
    queue: LineQueue
    lines: Sequence[str]
    times: Sequence[float]
    room: int
    to: Appends
    render: Render


class Scribe:
    """One thread, for places that may hold one another up; `arrived` is called on the event loop for each batch."""

    def __init__(self, name: str, arrived: Arrived) -> None:
        self._name = name
        self._arrived = arrived
        self._loop = asyncio.get_running_loop()
        self._batches: SimpleQueue[_Batch | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def write(self, queue: LineQueue, to: Appends, render: Render) -> None:
        """Write what the queue has."""
        room = queue.room
        lines, times = queue.take()
        if not lines:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._batches.put(_Batch(queue, lines, times, room, to, render))

    async def close(self, timeout: float) -> None:
        """Wait for what has been given to it, at most so many seconds."""
        thread = self._thread
        if thread is not None:
            self._batches.put(None)
            await asyncio.to_thread(thread.join, timeout)

    def _run(self) -> None:
        while (batch := self._batches.get()) is not None:
            lost, trouble = 0, ""
            try:
                batch.to.append(batch.render(batch.lines, batch.times))
            except OSError as error:
                lost, trouble = len(batch.lines), str(error)
            except Exception as error:  # a thread that ends would end all logs
                log.exception("internal error while %s was written", batch.queue.name)
                lost, trouble = len(batch.lines), str(error)
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody counts any more
                self._loop.call_soon_threadsafe(self._arrived, batch.queue, batch.room, lost, trouble)
