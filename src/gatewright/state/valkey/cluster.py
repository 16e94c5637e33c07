"""The state of one worker among those of many nodes.

Buckets, quotas and caches are in Valkey or Redis; on the node's own disk lies what its workers have served of quotas.
Caches have a connection of their own: a large value must not keep decisions waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from hashlib import blake2b
from pathlib import Path

from gatewright.clock import Clock
from gatewright.state.node_id import node_id
from gatewright.state.valkey import scripts
from gatewright.state.valkey.buckets import ValkeyBuckets
from gatewright.state.valkey.cache import ValkeyCache
from gatewright.state.valkey.ledger import open_books
from gatewright.state.valkey.link import Link
from gatewright.state.valkey.quotas import ValkeyQuotas

_REST = 0.5  # seconds between two looks at what has not been used
_GONE = 5  # seconds after which a silent worker is not counted
_CACHE_TIMEOUT = 2.0  # seconds for an answer

logger = logging.getLogger("gatewright.state")


def number_of(node: str) -> bytes:
    """Two bytes for a node. Others may have the same."""
    return blake2b(node.encode(), digest_size=2, person=b"number of node").digest()


class ClusterState:
    """See `base.State`. Raises OSError, lmdb.Error, ValueError."""

    def __init__(self, url: str, folder: Path, clock: Clock, worker: int, workers: int) -> None:
        self._clock = clock
        self._node = node_id(folder)
        self._name = f"{self._node}/{worker}"
        self._link = Link(url, clock)
        self._caching = Link(url, clock, heard=False, timeout=_CACHE_TIMEOUT)
        self._books = open_books(folder / "cluster")
        self._buckets = ValkeyBuckets(self._link, clock)
        self._quotas = ValkeyQuotas(self._books, self._link, clock, self._node, worker, workers)
        self._caches: dict[str, tuple[int, ValkeyCache]] = {}
        self._link.arrived = self._quotas.repeat
        self._caching.arrived = self._cache_arrived
        self._resting: asyncio.Task[None] | None = None

    @property
    def buckets(self) -> ValkeyBuckets:
        return self._buckets

    @property
    def quotas(self) -> ValkeyQuotas:
        return self._quotas

    def cache(self, name: str, budget: int) -> ValkeyCache:
        """See `base.State.cache`."""
        found = self._caches.get(name)
        if found is None or found[0] != budget:
            found = self._caches[name] = budget, ValkeyCache(name, self._caching, self._clock, budget)
        return found[1]

    def drop(self, name: str) -> None:
        """See `base.State.drop`. It stays known: the store may have to hear of it later."""
        found = self._caches.get(name)
        if found is not None:
            found[1].clear()

    def start(self) -> None:
        """Look for the store, and begin to tell it of this worker. On the loop."""
        self._link.start()
        self._caching.start()
        self._resting = asyncio.create_task(self._rest(), name="state")

    async def close(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._resting
        await self._link.drained()
        self._quotas.close()
        await self._link.close()
        await self._caching.close()
        self._quotas.shut()
        self._books.close()

    async def _rest(self) -> None:
        while True:
            self._quotas.rest()
            await self._beat()
            await asyncio.sleep(_REST)

    async def _beat(self) -> None:
        """Be counted, and learn whether the store still has what it had."""
        answer = await self._link.call(scripts.BEAT, (scripts.EPOCH, scripts.WORKERS), (self._name, _GONE))
        if answer is None:
            return
        self._link.participants = max(1, answer[1])
        if answer[0].decode() != self._link.epoch:
            await self._link.learn()
            self._quotas.repeat()

    def _cache_arrived(self) -> None:
        for _, each in self._caches.values():
            each.arrived()
