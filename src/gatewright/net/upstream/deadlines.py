"""Deadlines by the twentieth of a second: a set operation per call instead of a timer per call.

Each call lies in the bucket of the slot in which its time is up; finishing takes it out. One timer walks over the slots
and runs only while something is under way. A deadline is met up to 50 ms late, never early.
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

_SLOTS: Final = 20  # per second


class Timed(Protocol):
    """Something with a deadline. `bucket` belongs to `Deadlines`."""

    bucket: set[Timed] | None

    def expired(self) -> None: ...


class Deadlines:
    """All deadlines of one event loop's client."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._time = loop.time
        self._buckets: dict[int, set[Timed]] = {}
        self._next = 0  # the first slot not yet walked over
        self._timer: asyncio.TimerHandle | None = None

    def now(self) -> float:
        """The loop's time, seconds."""
        return self._time()

    def add(self, call: Timed, seconds: float) -> None:
        """Have `call.expired()` called when the time is up, unless it is removed before."""
        slot = int((self._time() + seconds) * _SLOTS) + 1
        bucket = self._buckets.get(slot)
        if bucket is None:
            bucket = self._buckets[slot] = set()
            if self._timer is None:
                self._next = int(self._time() * _SLOTS)
                self._timer = self._loop.call_later(1 / _SLOTS, self._walk)
        bucket.add(call)
        call.bucket = bucket

    @staticmethod
    def remove(call: Timed) -> None:
        """Forget a call's deadline."""
        bucket = call.bucket
        if bucket is not None:
            bucket.discard(call)
            call.bucket = None

    def _walk(self) -> None:
        present = int(self._time() * _SLOTS)
        due = [self._buckets.pop(slot, None) for slot in range(self._next, present + 1)]
        self._next = present + 1
        self._timer = self._loop.call_later(1 / _SLOTS, self._walk) if self._buckets else None
        for bucket in due:
            for call in list(bucket or ()):
                if call.bucket is bucket:
                    call.bucket = None
                    call.expired()

    def close(self) -> None:
        """Stop the timer; nothing expires any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._buckets.clear()
