"""A worker's second hand: on every whole second what it has counted goes to its spool."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from gatewright.clock import Clock
from gatewright.telemetry.counters import Counters
from gatewright.telemetry.spool import SpoolWriter

log = logging.getLogger(__name__)


class Spooling:
    """`tick` is told the time first: what it has to count by the clock, it counts then."""

    def __init__(self, counters: Counters, writer: SpoolWriter, clock: Clock, tick: Callable[[float], None]) -> None:
        self._counters = counters
        self._writer = writer
        self._clock = clock
        self._tick = tick
        self._began = clock.now()
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Until `end`; what is left is written then."""
        while not await self._second():
            try:
                lines = self._writer.due(self._count())
                if lines:  # on a thread: a disk that stalls must stall no client
                    self._writer.done(lines, await asyncio.to_thread(self._writer.put, lines))
            except Exception:
                log.exception("what was counted in the last second may be lost")
        lines = self._writer.due(self._count(), all=True)
        if lines:
            self._writer.done(lines, self._writer.put(lines))
        self._writer.close()

    def end(self) -> None:
        """No more will be counted."""
        self._ended.set()

    def _count(self) -> float:
        """What has come since the last time belongs to the minute in which it began."""
        now = self._clock.now()
        self._tick(now)
        self._writer.count(self._began, self._counters.take())
        self._began = now
        return now

    async def _second(self) -> bool:
        """Wait for the next whole second; True: the end came first."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0 - self._clock.now() % 1.0):
                await self._ended.wait()
        return self._ended.is_set()
