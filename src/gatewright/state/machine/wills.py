"""What the workers of a machine leave behind when they are killed: for each open connection, what its end needs.

A worker enters its connections and strikes them when their end has been told. Whatever is there under its number when
it starts is a dead one's. Worker 0 inherits from those that are started no more, after the number of workers was made
smaller. An entry or a strike is one transaction of some microseconds. Where the store fails, connections are served all
the same: they leave nothing then.
"""

from __future__ import annotations

import logging
from pathlib import Path

import lmdb

from gatewright.clock import Clock
from gatewright.state.machine.environment import Environment

logger = logging.getLogger("gatewright.state")

_SIZE = 1 << 30  # bytes at most; the file is sparse
_QUIET = 60.0  # seconds between two complaints


class Wills:
    """Of one worker (at most 256 of them). Raises OSError or lmdb.Error when the folder cannot be used."""

    def __init__(self, folder: Path, clock: Clock, worker: int, workers: int) -> None:
        self._environment = Environment(folder / "connections", size=_SIZE, names=("wills",))
        self._monotonic = clock.monotonic
        self._own = bytes((worker,))
        # Numbers whose entries are this worker's to read.
        self._inherits = frozenset((worker, *range(workers, 256))) if worker == 0 else frozenset((worker,))
        self._complained = float("-inf")
        self._closed = False

    def enter(self, connection_id: str, will: bytes) -> None:
        """A connection of this worker is open."""
        if self._closed:
            return
        try:
            with self._environment.writing("wills") as transaction:
                transaction.put(self._own + connection_id.encode(), will)
        except lmdb.Error as error:
            self._complain(error)

    def strike(self, connection_id: str) -> None:
        """Its end has been told."""
        self.settle(self._own + connection_id.encode())

    def left(self) -> list[tuple[bytes, bytes]]:
        """What dead workers have left, to be asked before this one enters anything: keys for `settle`, and wills."""
        try:
            with self._environment.reading("wills") as transaction, transaction.cursor() as cursor:
                return [(bytes(key), bytes(will)) for key, will in cursor if key[0] in self._inherits]
        except lmdb.Error as error:
            self._complain(error)
            return []

    def settle(self, key: bytes) -> None:
        """What was left under this key has been done."""
        if self._closed:
            return
        try:
            with self._environment.writing("wills") as transaction:
                transaction.delete(key)
        except lmdb.Error as error:
            self._complain(error)

    def close(self) -> None:
        """What has not been told yet stays, for who comes next."""
        self._closed = True
        self._environment.close()

    def _complain(self, error: lmdb.Error) -> None:
        now = self._monotonic()
        if now - self._complained > _QUIET:
            self._complained = now
            logger.error("connections of a worker that is killed will end without $disconnect: %s", error)
