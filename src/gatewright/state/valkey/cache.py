"""Caches of many nodes: values in the store, least recently used first to go, and before it a small one in each worker.

The worker's own keeps what it has got or put for a second, so that what many ask for costs one round trip a second; it
is also how long other workers may go on with what one has replaced or cleared. While the store is away a worker keeps
what it puts by itself, as long as it would be good, and forgets that when the store is back.
"""

from __future__ import annotations

from collections.abc import Awaitable
from hashlib import blake2b

from gatewright.clock import Clock
from gatewright.state.memory import MemoryCache
from gatewright.state.valkey import scripts
from gatewright.state.valkey.link import Link

ENTRY = 200  # bytes that an entry costs besides its value
_FRONT = 16 << 20  # bytes of a worker's own, at most
_FRESH = 1.0  # seconds


class ValkeyCache:
    """See `state.base.Cache`. `name`: with the budget, since another budget begins with an empty cache."""

    def __init__(self, name: str, link: Link, clock: Clock, budget: int) -> None:
        self._keys = scripts.cache(blake2b(f"{name}\n{budget}".encode(), digest_size=16).hexdigest())
        self._link = link
        self._budget = budget
        self._front = MemoryCache(clock, min(budget, _FRONT))
        self._outages = link.outages
        self._turn = 0  # of the front: what was asked for before it is not kept after it
        self._owed = False  # the store has not heard that everything is to be forgotten

    def get(self, key: bytes) -> bytes | Awaitable[bytes | None] | None:
        found = self._front.get(key)
        if found is not None or not self._link.up or self._owed:
            return found
        return self._fetch(key)

    def put(self, key: bytes, value: bytes, ttl: float) -> None:
        if len(value) + ENTRY > self._budget or ttl <= 0:
            return
        up = self._link.up
        self._front.put(key, value, min(ttl, _FRESH) if up else ttl)
        if up:
            self._link.call(scripts.CACHE_PUT, self._keys, (_digest(key), value, int(ttl * 1000), ENTRY, self._budget))

    def clear(self) -> None:
        self._turn += 1
        self._front.clear()
        self._owed = True
        self._pay()

    def arrived(self) -> None:
        """The store is there again: what was kept meanwhile is this worker's view of it."""
        if self._outages != self._link.outages:
            self._outages = self._link.outages
            self._turn += 1
            self._front.clear()
        if self._owed:
            self._pay()

    def _pay(self) -> None:
        def heard(answer: Awaitable[object]) -> None:
            if cleared.result() is not None:
                self._owed = False

        cleared = self._link.call(scripts.CACHE_CLEAR, self._keys)
        cleared.add_done_callback(heard)

    async def _fetch(self, key: bytes) -> bytes | None:
        turn = self._turn
        answer = await self._link.call(scripts.CACHE_GET, self._keys, (_digest(key),))
        if not answer or turn != self._turn:
            return None
        value: bytes = answer[0]
        self._front.put(key, value, min(_FRESH, answer[1] / 1000))
        return value


def _digest(key: bytes) -> bytes:
    return blake2b(key, digest_size=20).digest()
