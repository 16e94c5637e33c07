"""Token buckets of a machine: one set of tokens for all workers, of which each draws a few at a time.

A worker takes a hundredth of a second's tokens in one transaction and decides by itself until they are spent. Tokens
that it has not used within a second it puts back. So the sum over all workers never exceeds burst + rate × time, and a
decision costs a fraction of a transaction. While nothing is there, it knows when the next token comes and refuses
without asking.
"""

from __future__ import annotations

import logging
import struct
from weakref import WeakValueDictionary

import lmdb

from gatewright.clock import Clock
from gatewright.state.machine.environment import Environment
from gatewright.state.memory import MemoryBucket

logger = logging.getLogger("gatewright.state")

_SHARE = 0.01  # seconds of tokens that are drawn at once
_MOST = 1000  # tokens that are drawn at once
_KEPT = 1.0  # seconds that drawn tokens may lie unused
# Tokens, when they were counted, and when the bucket is full again (seconds of the machine's monotonic clock).
_RECORD = struct.Struct("<ddd")
_AHEAD = 60.0  # seconds; who read the clock and then waited for the lock finds a later time there
_QUIET = 60.0  # seconds between two complaints


def sweep(environment: Environment, now: float) -> None:
    """Drop the buckets that are full: no other than one that is first named. Raises lmdb.Error.

    So what APIs, plans and keys leave that are gone does not stay. `now`: of the monotonic clock.
    """

    def full(record: bytes) -> bool:
        _, at, until = _RECORD.unpack(record)
        return bool(until <= now or at > now + _AHEAD)

    environment.sweep("buckets", lambda _, record: full(record))


class MachineBuckets:
    """See `state.base.Buckets`."""

    def __init__(self, environment: Environment, clock: Clock) -> None:
        self._environment = environment
        self._clock = clock
        self._buckets: WeakValueDictionary[str, MachineBucket] = WeakValueDictionary()

    def bucket(self, name: str, rate: float, burst: int) -> MachineBucket:
        found = self._buckets.get(name)
        if found is None:
            found = self._buckets[name] = MachineBucket(name, self._environment, self._clock)
        found.adjust(rate, burst)
        return found


class MachineBucket:
    """See `state.base.Bucket`."""

    __slots__ = (
        "__weakref__",
        "_batch",
        "_burst",
        "_complained",
        "_empty_until",
        "_environment",
        "_held",
        "_kept_until",
        "_key",
        "_monotonic",
        "_own",
        "_rate",
    )

    def __init__(self, name: str, environment: Environment, clock: Clock) -> None:
        self._key = name.encode()
        self._environment = environment
        self._monotonic = clock.monotonic
        self._own = MemoryBucket(clock, 0.0, 0)  # while the environment fails
        self._complained = float("-inf")
        self._held = 0
        self._kept_until = self._empty_until = float("-inf")
        self._rate, self._burst, self._batch = 0.0, 0, 1

    def adjust(self, rate: float, burst: int) -> None:
        """New figures, from the next draw on."""
        self._rate, self._burst = rate, burst
        self._batch = max(1, min(_MOST, int(rate * _SHARE)))
        self._empty_until = float("-inf")
        if not rate or not burst:
            self._held = 0  # what blocks does so at once
        self._own.adjust(rate, burst)

    def take(self) -> bool:
        now = self._monotonic()
        if self._held and now < self._kept_until:
            self._held -= 1
            return True
        if now < self._empty_until or not self._rate or not self._burst:
            return False
        try:
            return self._draw(now)
        except lmdb.Error as error:
            self._complain(now, error)
            return self._own.take()

    def back(self) -> None:
        if self._rate and self._burst:
            if not self._held:
                self._kept_until = self._monotonic() + _KEPT
            self._held += 1

    def _draw(self, now: float) -> bool:
        back, self._held = self._held, 0
        with self._environment.writing("buckets") as transaction:
            found = transaction.get(self._key)
            tokens, at, _ = (float(self._burst), now, now) if found is None else _RECORD.unpack(found)
            if at > now + _AHEAD:  # of before the machine was started
                tokens, at = float(self._burst), now
            now = max(now, at)  # while we waited for the lock another may have been later
            tokens = min(float(self._burst), tokens + (now - at) * self._rate + back)
            drawn = min(int(tokens), self._batch)
            full = now + (self._burst - tokens + drawn) / self._rate
            transaction.put(self._key, _RECORD.pack(tokens - drawn, now, full))
        if not drawn:
            self._empty_until = now + (1.0 - tokens) / self._rate
            return False
        self._held = drawn - 1
        self._kept_until = now + _KEPT
        return True

    def _complain(self, now: float, error: lmdb.Error) -> None:
        if now - self._complained > _QUIET:
            self._complained = now
            logger.error("shared state cannot be used, this worker throttles by itself: %s", error)
