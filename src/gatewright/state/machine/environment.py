"""The LMDB environment that the processes of a node share.

Writers take turns by a lock in shared memory that outlives its holder (a robust mutex): who is killed with it leaves
the last whole transaction. Nothing is synced: after a crash of the machine the environment may be older or gone, and
is then made anew from the durable store. A transaction takes 1 to 5 µs; when the process that holds the lock is not
scheduled the others wait for it, which is why nobody takes the lock for every request (buckets.py, quotas.py).
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import lmdb

logger = logging.getLogger("gatewright.state")

SIZE = 4 << 30  # bytes at most, of address space; the file is as long as what it holds
_READERS = 1024
_SWEPT = 100  # records that are deleted in one transaction
# buckets: name → tokens; periods: quota, period → requests granted; grants: worker, quota, period → of these to it;
# slots: worker, quota, day → place in its tally; days: quota, day → requests counted by workers that are gone.
_NAMES = ("buckets", "periods", "grants", "slots", "days")


NUMBER = struct.Struct("<q")
_BETWEEN = b"\x00"  # in no name


def join(*parts: str) -> bytes:
    """A key of several parts."""
    return _BETWEEN.join(part.encode() for part in parts)


def split(key: bytes) -> list[str]:
    """The parts of a key."""
    return [part.decode() for part in key.split(_BETWEEN)]


def number(transaction: lmdb.Transaction, key: bytes, database: lmdb._Database) -> int:
    """A number by its key; 0 where there is none."""
    found = transaction.get(key, db=database)
    return 0 if found is None else int(NUMBER.unpack(found)[0])


def below(transaction: lmdb.Transaction, database: lmdb._Database, *parts: str) -> list[tuple[list[str], int]]:
    """All numbers whose keys begin with these parts, with the parts that follow."""
    prefix = join(*parts) + _BETWEEN if parts else b""
    found = []
    with transaction.cursor(database) as cursor:
        if cursor.set_range(prefix):
            for each, value in cursor:
                key = bytes(each)
                if not key.startswith(prefix):
                    break
                found.append((split(key[len(prefix) :]), int(NUMBER.unpack(value)[0])))
    return found


class Environment:
    """The databases by name. Raises OSError or lmdb.Error when the folder cannot be used."""

    def __init__(self, folder: Path, *, size: int = SIZE, names: tuple[str, ...] = _NAMES) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._env = _open(folder, size, len(names))
        except (lmdb.CorruptedError, lmdb.InvalidError, lmdb.VersionMismatchError) as error:
            logger.warning("%s cannot be read (%s): it is made anew", folder, error)
            for file in ("data.mdb", "lock.mdb"):
                (folder / file).unlink(missing_ok=True)
            self._env = _open(folder, size, len(names))
        self._databases = {name: self._env.open_db(name.encode()) for name in names}

    def database(self, name: str) -> lmdb._Database:
        return self._databases[name]

    @contextmanager
    def writing(self, name: str) -> Iterator[lmdb.Transaction]:
        """A write transaction whose default database has this name. Raises lmdb.Error."""
        with self._env.begin(self._databases[name], write=True) as transaction:
            yield transaction

    @contextmanager
    def reading(self, name: str) -> Iterator[lmdb.Transaction]:
        with self._env.begin(self._databases[name]) as transaction:
            yield transaction

    def sweep(self, name: str, gone: Callable[[bytes, bytes], bool]) -> None:
        """Delete the records of which `gone`, given key and value, says so. Raises lmdb.Error.

        Many may be looked at, so that is done without the lock, and it is held for a few at a time.
        """
        with self.reading(name) as transaction:
            found = [bytes(key) for key, value in transaction.cursor() if gone(bytes(key), bytes(value))]
        for start in range(0, len(found), _SWEPT):
            with self.writing(name) as transaction:
                for key in found[start : start + _SWEPT]:
                    value = transaction.get(key)
                    if value is not None and gone(key, bytes(value)):  # still
                        transaction.delete(key)

    def get(self, name: str, key: bytes) -> bytes | None:
        """One value, in a read transaction of its own. Raises lmdb.Error."""
        transaction = self._env.begin(self._databases[name])
        try:
            found: bytes | None = transaction.get(key)
            return found
        finally:
            transaction.abort()

    def close(self) -> None:
        self._env.close()


def _open(folder: Path, size: int, databases: int) -> lmdb.Environment:
    return lmdb.open(
        str(folder),
        map_size=size,
        max_dbs=databases,
        max_readers=_READERS,
        sync=False,
        metasync=False,
        readahead=False,
        writemap=False,  # written through memory it were faster, but a full disk would end the process
        mode=0o600,
    )
