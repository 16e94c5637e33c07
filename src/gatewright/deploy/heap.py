"""Keeps programs out of the garbage collector's sight.

A program of 10,000 routes is some hundred thousand objects that all stay; every full collection would walk over them
and stop the event loop for tens of milliseconds. So once programs have changed, and it has been quiet for a moment,
what is garbage is collected once and all the rest is frozen (`gc.freeze`: later collections pass it over).
"""

from __future__ import annotations

import asyncio
import gc

_QUIET = 2.0  # seconds without a change; deployments mostly come in groups


class Heap:
    """The heap of one worker. Belongs to its event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, quiet: float = _QUIET) -> None:
        self._loop = loop
        self._quiet = quiet
        self._timer: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        """A program came or went."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(self._quiet, self.settle)

    def settle(self) -> None:
        """Collect and freeze now: before the first request, where nobody waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        gc.unfreeze()
        gc.collect()
        gc.freeze()
