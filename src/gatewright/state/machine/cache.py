"""Caches of a machine: values in a file of its own per cache, least recently used first to go.

    values   digest of the key → when it expires, when it was used, value
    order    when it was used, digest → bytes
    sizes    "" → bytes in all

A read is a look-up without a lock. That a value is in use is written down at most once a second, so that hits seldom
need the lock either. Times are the machine's monotonic clock; what is of before its start has expired.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import struct
import time
from hashlib import blake2b
from pathlib import Path

import lmdb

from gatewright.clock import Clock
from gatewright.state.machine.environment import NUMBER, Environment, number

logger = logging.getLogger("gatewright.state")

ENTRY = 200  # bytes that an entry costs besides its value
_VALUE = struct.Struct("<dd")
_ORDER = struct.Struct(">d")  # positive numbers sort as their bytes
_TOUCH = 1.0  # seconds
_AHEAD = 60.0  # seconds; a value used later than now is of before the machine was started
_SLACK = 2  # the file may be that many times the budget: LMDB needs room to write beside what is read
_LEAST = 16 << 20
_TOTAL = b"\x00"
_QUIET = 60.0
_EXPIRED = 7200.0  # seconds; nothing is kept for longer than 3600
_REMEMBERED, _LONGEST = 1024, 512  # digests; bytes of their keys


def sweep(folder: Path) -> None:
    """Remove the caches below a folder into which nobody has written for so long that all in them has expired.

    Those are of stages that went while nobody was told. Who still has one open goes on with it by itself.
    """
    for file in folder.glob("*/data.mdb"):
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime > _EXPIRED:
                shutil.rmtree(file.parent)


class MachineCache:
    """See `state.base.Cache`. Raises OSError or lmdb.Error when the folder cannot be used."""

    def __init__(self, folder: Path, clock: Clock, budget: int) -> None:
        size = max(_LEAST, budget * _SLACK)
        self._environment = Environment(folder, size=size, names=("values", "order", "sizes"))
        self._values, self._order, self._sizes = map(self._environment.database, ("values", "order", "sizes"))
        self._monotonic = clock.monotonic
        self._budget = budget
        self._complained = float("-inf")
        self._closed = False
        self._digests: dict[bytes, bytes] = {}  # of keys that are asked for again and again

    def get(self, key: bytes) -> bytes | None:
        digest = self._digests.get(key) or self._digest(key)
        try:
            found = self._environment.get("values", digest)
            if found is None:
                return None
            expires, used = _VALUE.unpack_from(found)
            now = self._monotonic()
            if expires <= now or used > now + _AHEAD:
                return None
            if now - used > _TOUCH:
                self._touch(digest, now)
        except lmdb.Error as error:
            self._complain(error)
            return None
        return found[_VALUE.size :]

    def put(self, key: bytes, value: bytes, ttl: float) -> None:
        if len(value) + ENTRY > self._budget or ttl <= 0:
            return
        digest, now = self._digest(key), self._monotonic()
        try:
            with self._environment.writing("values") as transaction:
                total = number(transaction, _TOTAL, self._sizes) - self._take_out(transaction, digest)
                total = self._make_room(transaction, total, len(value) + ENTRY)
                transaction.put(digest, _VALUE.pack(now + ttl, now) + value)
                transaction.put(_ORDER.pack(now) + digest, NUMBER.pack(len(value) + ENTRY), db=self._order)
                transaction.put(_TOTAL, NUMBER.pack(total + len(value) + ENTRY), db=self._sizes)
        except lmdb.Error as error:
            self._complain(error)

    def clear(self) -> None:
        try:
            with self._environment.writing("values") as transaction:
                for database in (self._values, self._order, self._sizes):
                    transaction.drop(database, delete=False)
        except lmdb.Error as error:
            self._complain(error)

    def close(self) -> None:
        self._closed = True
        self._environment.close()

    def drop(self) -> None:
        """Nobody needs it any more: requests under way find nothing, and keep nothing. Its file goes."""
        self.close()
        shutil.rmtree(self._environment.folder, ignore_errors=True)

    def _touch(self, digest: bytes, now: float) -> None:
        with self._environment.writing("values") as transaction:
            found = transaction.get(digest)
            if found is None:
                return
            value = bytes(found[_VALUE.size :])
            expires, used = _VALUE.unpack_from(found)
            transaction.delete(_ORDER.pack(used) + digest, db=self._order)
            transaction.put(_ORDER.pack(now) + digest, NUMBER.pack(len(value) + ENTRY), db=self._order)
            transaction.put(digest, _VALUE.pack(expires, now) + value)

    def _take_out(self, transaction: lmdb.Transaction, digest: bytes) -> int:
        """Remove an entry; its bytes."""
        found = transaction.get(digest)
        if found is None:
            return 0
        size = len(found) - _VALUE.size + ENTRY
        transaction.delete(_ORDER.pack(_VALUE.unpack_from(found)[1]) + digest, db=self._order)
        transaction.delete(digest)
        return size

    def _make_room(self, transaction: lmdb.Transaction, total: int, needed: int) -> int:
        """Remove what was used least recently; the bytes that are left."""
        with transaction.cursor(self._order) as cursor:
            while total + needed > self._budget and cursor.first():
                digest = cursor.key()[_ORDER.size :]
                total -= int(NUMBER.unpack(cursor.value())[0])
                cursor.delete()
                transaction.delete(digest, db=self._values)
        return total

    def _digest(self, key: bytes) -> bytes:
        digest = blake2b(key, digest_size=20).digest()
        if len(self._digests) >= _REMEMBERED:
            self._digests.clear()
        if len(key) <= _LONGEST:
            self._digests[key] = digest
        return digest

    def _complain(self, error: lmdb.Error) -> None:
        now = self._monotonic()
        if self._closed:
            return
        if now - self._complained > _QUIET:
            self._complained = now
            logger.error("the shared cache cannot be used: %s", error)
