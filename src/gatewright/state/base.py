"""The Protocols of this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Bell(Protocol):
    """Tells every edge worker that published programs have changed, and hears what became of it."""

    def ring(self, names: Sequence[str], timeout: float = 2.0) -> dict[str, str]:
        """Tell all workers to load these programs again (a name without a file: to drop it).

        Blocks (call it from a worker thread) until every connected worker serves them or `timeout` seconds are over.
        Returns the programs that a worker could not load, with the reason; the worker goes on with the old one.
        """
        ...
