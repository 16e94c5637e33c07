"""State that one process keeps to itself: buckets and caches of a node with one worker.

A bucket is its tokens and when they were counted last. A cache is a dictionary in order of use.
"""

from __future__ import annotations

from collections import OrderedDict
from weakref import WeakValueDictionary

from gatewright.clock import Clock

ENTRY = 200  # bytes that an entry of a cache costs besides its key and value


class MemoryBuckets:
    """See `base.Buckets`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: WeakValueDictionary[str, MemoryBucket] = WeakValueDictionary()

    def bucket(self, name: str, rate: float, burst: int) -> MemoryBucket:
        found = self._buckets.get(name)
        if found is None:
            found = self._buckets[name] = MemoryBucket(self._clock, rate, burst)
        else:
            found.adjust(rate, burst)
        return found


class MemoryBucket:
    """See `base.Bucket`."""

    __slots__ = ("__weakref__", "_at", "_burst", "_monotonic", "_rate", "_tokens")

    def __init__(self, clock: Clock, rate: float, burst: int) -> None:
        self._monotonic = clock.monotonic
        self._rate = rate
        self._burst = float(burst)
        self._tokens = float(burst)
        self._at = clock.monotonic()

    def adjust(self, rate: float, burst: int) -> None:
        """New figures. A bucket that has become larger fills at its rate."""
        if (rate, float(burst)) == (self._rate, self._burst):
            return
        now = self._monotonic()
        full = self._tokens + (now - self._at) * self._rate >= self._burst
        self._tokens = float(burst) if full else min(float(burst), self._tokens + (now - self._at) * self._rate)
        self._at, self._rate, self._burst = now, rate, float(burst)

    def take(self) -> bool:
        now = self._monotonic()
        tokens = self._tokens + (now - self._at) * self._rate
        self._at = now
        if tokens > self._burst:
            tokens = self._burst
        if tokens < 1.0 or not self._rate:
            self._tokens = tokens
            return False
        self._tokens = tokens - 1.0
        return True

    def back(self) -> None:
        self._tokens += 1.0  # `take` and `adjust` see to it that it holds no more than it may


class MemoryCache:
    """See `base.Cache`."""

    def __init__(self, clock: Clock, budget: int) -> None:
        self._monotonic = clock.monotonic
        self._budget = budget
        self._size = 0
        self._entries: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()

    def get(self, key: bytes) -> bytes | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._monotonic():
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry[1]

    def put(self, key: bytes, value: bytes, ttl: float) -> None:
        if key in self._entries:
            self._drop(key)
        size = len(key) + len(value) + ENTRY
        if size > self._budget or ttl <= 0:
            return
        self._entries[key] = (self._monotonic() + ttl, value)
        self._size += size
        while self._size > self._budget:
            self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        self._entries.clear()
        self._size = 0

    def _drop(self, key: bytes) -> None:
        _, value = self._entries.pop(key)
        self._size -= len(key) + len(value) + ENTRY
