"""The state of one node: what its workers share, and what a single worker keeps to itself.

Quotas are always in the machine's shared store: the control plane shows them, and they outlive a worker. Buckets and
caches are, too, as soon as there are several workers.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import shutil
from pathlib import Path

from gatewright.clock import Clock
from gatewright.state.base import Buckets, Cache, Quotas
from gatewright.state.machine.buckets import MachineBuckets
from gatewright.state.machine.cache import MachineCache, sweep
from gatewright.state.machine.environment import Environment
from gatewright.state.machine.quotas import MachineQuotas
from gatewright.state.memory import MemoryBuckets, MemoryCache

_CACHES = "caches"
_REST = 0.5  # seconds between two looks at what has not been used


class NodeState:
    """See `base.State`. `shared`: with the other workers of the node. Raises OSError or lmdb.Error."""

    def __init__(self, folder: Path, clock: Clock, worker: int, *, shared: bool) -> None:
        self._folder = folder
        self._clock = clock
        self._shared = shared
        self._environment = Environment(folder)
        self._quotas = MachineQuotas(self._environment, clock, worker)
        self._buckets: Buckets = MachineBuckets(self._environment, clock) if shared else MemoryBuckets(clock)
        self._caches: dict[str, tuple[int, Cache]] = {}
        self._resting: asyncio.Task[None] | None = None
        sweep(folder / _CACHES)

    @property
    def buckets(self) -> Buckets:
        return self._buckets

    @property
    def quotas(self) -> Quotas:
        return self._quotas

    def cache(self, name: str, budget: int) -> Cache:
        """See `base.State.cache`."""
        found = self._caches.get(name)
        if found is None or found[0] != budget:
            found = self._caches[name] = budget, self._open(name, budget)
        return found[1]

    def drop(self, name: str) -> None:
        """See `base.State.drop`."""
        found = self._caches.pop(name, None)
        if found is not None and isinstance(found[1], MachineCache):
            found[1].drop()
        elif found is not None:
            found[1].clear()

    def start(self) -> None:
        """Begin to give back what is not used. On the loop."""
        self._resting = asyncio.create_task(self._rest(), name="state")

    async def close(self) -> None:
        if self._resting is not None:
            self._resting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._resting
        self._quotas.close()
        for _, each in self._caches.values():
            if isinstance(each, MachineCache):
                each.close()
        self._environment.close()

    def _open(self, name: str, budget: int) -> Cache:
        if not self._shared:
            return MemoryCache(self._clock, budget)
        digest = hashlib.sha256(name.encode()).hexdigest()[:32]
        folder = self._folder / _CACHES / f"{digest}-{budget}"
        for other in folder.parent.glob(f"{digest}-*"):
            if other != folder:  # of another size: who still has it open goes on with it until told otherwise
                shutil.rmtree(other, ignore_errors=True)
        return MachineCache(folder, self._clock, budget)

    async def _rest(self) -> None:
        while True:
            await asyncio.sleep(_REST)
            self._quotas.rest()
