"""Token buckets of many nodes: one set of tokens in the store, of which each worker draws a few ahead.

A worker draws a fiftieth of a second's tokens at once, and again when half of them are spent, so that at a steady rate
no request waits. Only who finds nothing drawn waits for a round trip. Unused tokens go back after a second; those of a
large bucket, half a percent of it at most, are kept. While nothing is there, the worker knows when the next token
comes and refuses without asking. While the store is away each worker has its share of the bucket.
"""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakValueDictionary

from gatewright.clock import Clock
from gatewright.state.base import Decision
from gatewright.state.memory import MemoryBucket
from gatewright.state.valkey import scripts
from gatewright.state.valkey.link import Link, answer

_AHEAD = 0.02  # seconds of tokens that are drawn at once
_MOST = 1000  # tokens that are drawn at once
_KEPT = 1.0  # seconds that drawn tokens may lie unused
_SMALL = 200  # drawn tokens are kept that are less than such a part of the burst
_LOOK = 1.0  # seconds until an empty bucket is looked at again at the latest: others may have given back


class ValkeyBuckets:
    """See `state.base.Buckets`."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._buckets: WeakValueDictionary[str, ValkeyBucket] = WeakValueDictionary()

    def bucket(self, name: str, rate: float, burst: int) -> ValkeyBucket:
        found = self._buckets.get(name)
        if found is None:
            found = self._buckets[name] = ValkeyBucket(name, self._link, self._clock)
        found.adjust(rate, burst)
        return found


class ValkeyBucket:
    """See `state.base.Bucket`."""

    __slots__ = (
        "__weakref__",
        "_batch",
        "_burst",
        "_clock",
        "_drawing",
        "_empty_until",
        "_held",
        "_kept_until",
        "_keys",
        "_link",
        "_monotonic",
        "_outage",
        "_own",
        "_rate",
        "_waiting",
    )

    def __init__(self, name: str, link: Link, clock: Clock) -> None:
        self._keys = (scripts.bucket(name),)
        self._link = link
        self._clock = clock
        self._monotonic = clock.monotonic
        self._held = 0
        self._waiting = 0
        self._drawing: asyncio.Future[Any] | None = None
        self._kept_until = self._empty_until = float("-inf")
        self._rate, self._burst, self._batch = 0.0, 0, 1
        self._own: MemoryBucket | None = None  # this worker's share while the store is away
        self._outage = 0

    def adjust(self, rate: float, burst: int) -> None:
        """New figures, from the next draw on."""
        if (rate, burst) == (self._rate, self._burst):
            return
        self._rate, self._burst = rate, burst
        self._batch = max(1, min(_MOST, int(rate * _AHEAD)))
        self._held = min(self._held, burst) if rate else 0
        self._empty_until = float("-inf")
        self._own = None

    def take(self) -> Decision:
        now = self._monotonic()
        if not self._rate or not self._burst:
            return False
        if self._held and (now < self._kept_until or now < self._empty_until):
            self._held -= 1
            if self._held <= self._batch >> 1 and self._drawing is None and now >= self._empty_until and self._link.up:
                self._draw()
            return True
        if not self._link.up:
            return self._alone()
        if now < self._empty_until:
            return False
        return self._wait()

    def back(self) -> None:
        if self._own is not None and not self._link.up:
            self._own.back()
        elif self._rate and self._burst:
            if not self._held:
                self._kept_until = self._monotonic() + _KEPT
            self._held += 1

    async def _wait(self) -> bool:
        self._waiting += 1
        try:
            while True:
                if not self._link.up:
                    return self._alone()
                now = self._monotonic()
                if self._held and now < self._kept_until:
                    self._held -= 1
                    return True
                if now < self._empty_until:
                    return False
                if await answer(self._drawing or self._draw()) is None:
                    return self._alone()
        finally:
            self._waiting -= 1

    def _draw(self) -> asyncio.Future[Any]:
        back = 0
        if self._held and self._monotonic() >= self._kept_until:
            back, self._held = self._held, 0
        wanted = max(self._batch, min(_MOST, self._waiting))
        drawing = self._drawing = self._link.call(scripts.DRAW, self._keys, (self._rate, self._burst, wanted, back))
        drawing.add_done_callback(self._drawn)
        return drawing

    def _drawn(self, drawing: asyncio.Future[Any]) -> None:
        self._drawing = None
        if drawing.cancelled() or drawing.result() is None:
            return
        drawn, tokens = drawing.result()
        now = self._monotonic()
        if drawn:
            self._held += drawn
            small = self._held * _SMALL <= self._burst
            self._kept_until = float("inf") if small else now + _KEPT
        elif self._rate:
            self._empty_until = now + min(_LOOK, (1.0 - float(tokens)) / self._rate)

    def _alone(self) -> bool:
        if self._own is None or self._outage != self._link.outages:
            self._outage = self._link.outages
            share = self._link.participants
            self._own = MemoryBucket(self._clock, self._rate / share, max(1, self._burst // share))
        return self._own.take()
