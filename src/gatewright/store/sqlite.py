"""The store on one SQLite file, shared by the threads of a process and by several processes.

How it stays durable: WAL with synchronous=FULL syncs the log before COMMIT returns, and SQLite syncs the folder when it
first syncs a new log. What SQLite leaves to us is the folder's own entry, and the first transaction, which still runs
with a rollback journal whose removal SQLite does not sync: both are settled by syncing the folders before the schema is
committed, by whichever process creates it.

How it stays out of its own way: one connection writes and the pool that holds it is the queue of this process's
writers, so that they take turns without polling; between processes BEGIN IMMEDIATE and SQLite's busy handler decide.
Readers have connections of their own; in WAL they wait for nobody. SQLite begins a snapshot at a transaction's first
read, not at BEGIN, so a read transaction sees the moment of its first read.

A process that forks must not use the store on both sides (SQLite's rule); start processes afresh instead.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gatewright.store import migrate
from gatewright.store.base import Heard, StoreError
from gatewright.store.ledger import SqlLedger
from gatewright.store.statements import Inserts
from gatewright.store.transaction import SqlTransaction

IDLE_READERS = 32  # reading connections kept open; more are opened when needed
LOG_LIMIT = 64 * 1024 * 1024  # bytes; a log that grew beyond it under long readers is cut back

_INSERTS = Inserts(insert)


class SqliteStore:
    """See `base.Store`. Opens or creates the database at `path`, migrating it when due. Raises StoreError.

    `wait`: seconds that a write transaction may take to begin. `upgrade`: migrate it; else it is left as it is, and one
    that is due raises StoreError.
    """

    def __init__(self, path: str | Path, *, wait: float = 10.0, upgrade: bool = True) -> None:
        self._path = Path(path).absolute()
        self._upgrade = upgrade
        self._wait = wait
        self._closed = False
        self._writer = _engine(self._path, wait, size=1, overflow=0)
        self._reader = _engine(self._path, wait, size=IDLE_READERS, overflow=-1, query_only=True)
        try:
            with self._translated():
                self._open()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[SqlTransaction]:
        if self._closed:
            raise StoreError(f"{self._path}: the store is closed")
        with self._translated(), self._begun(write) as connection:
            yield SqlTransaction(connection, _INSERTS)
            connection.commit()

    @property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self._apart, insert)

    def listen(self, heard: Heard, wanted: Callable[[], bool]) -> None:
        """The database is one machine's: its processes tell one another themselves."""

    def close(self) -> None:
        self._closed = True
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def _apart(self, write: bool) -> Iterator[Connection]:
        """A transaction of the ledger."""
        if self._closed:
            raise StoreError(f"{self._path}: the store is closed")
        with self._translated(), self._begun(write) as connection:
            yield connection
            connection.commit()

    @contextmanager
    def _begun(self, write: bool) -> Iterator[Connection]:
        """A connection inside a transaction, which is rolled back unless it was committed."""
        if not write:
            with self._reader.connect() as connection:
                _driver(connection).execute("BEGIN")
                yield connection
            return
        deadline = time.monotonic() + self._wait
        with self._writer.connect() as connection:
            left = max(0.0, deadline - time.monotonic())
            driver = _driver(connection)
            driver.execute(f"PRAGMA busy_timeout = {left * 1000:.0f}")
            driver.execute("BEGIN IMMEDIATE")
            yield connection

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._writer.connect() as connection:
            due = self._is_due(connection)  # first: a database that is not ours stays as it is
            connection.rollback()
            _use_log(connection, time.monotonic() + self._wait)
        if due:
            with self._begun(True) as connection:
                migrate.upgrade(connection)
                _sync_folders(self._path)  # before the commit: whoever finds the schema finds it on the disk
                connection.commit()

    def _is_due(self, connection: Connection) -> bool:
        try:
            return migrate.is_due(connection, self._upgrade)
        except StoreError as error:
            raise StoreError(f"{self._path}: {error}") from None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Says in the operator's words what the database says in its own."""
        try:
            yield
        except PoolTimeout:
            raise StoreError(f"{self._path}: this process kept writing for {self._wait:g} s") from None
        except (DBAPIError, sqlite3.Error, OSError) as error:
            raise StoreError(f"{self._path}: {_reason(error)}") from error
        except UnicodeEncodeError as error:
            raise StoreError(f"{self._path}: text that is not Unicode cannot be stored: {error}") from error


_REASONS = {
    sqlite3.SQLITE_NOTADB: "this is not an SQLite database; choose another data_dir, or move the file away",
    sqlite3.SQLITE_CORRUPT: "the database is damaged; restore a backup, or try `sqlite3 FILE .recover`",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that the folder exists and may be written",
    sqlite3.SQLITE_BUSY: "another process kept writing",
    sqlite3.SQLITE_READONLY: "cannot be written: a read-only transaction, file or file system",
    sqlite3.SQLITE_FULL: "the disk is full",
}


def _reason(error: DBAPIError | sqlite3.Error | OSError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    origin = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(origin, "sqlite_errorcode", 0) & 0xFF  # the upper bytes extend it
    reason = _REASONS.get(code)
    return f"{reason} ({origin})" if reason else str(origin)


def _engine(path: Path, wait: float, *, size: int, overflow: int, query_only: bool = False) -> Engine:
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=overflow,
        pool_timeout=wait,
        # None: the driver begins no transaction on its own; `_begun` says BEGIN.
        connect_args={"timeout": wait, "isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {LOG_LIMIT}")
        if query_only:
            connection.execute("PRAGMA query_only = ON")

    return engine


def _driver(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, for BEGIN: through SQLAlchemy that alone would cost a third of a short read."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _use_log(connection: Connection, deadline: float) -> None:
    """Put the database into WAL mode, which it keeps. SQLite refuses, not waits, when another is doing the same."""
    while True:
        try:
            mode = connection.exec_driver_sql("PRAGMA journal_mode = WAL").scalar()
        except DBAPIError as error:
            busy = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
            continue
        if mode != "wal":
            raise StoreError(f"the file system cannot hold SQLite's write-ahead log (journal mode {mode})")
        return


def _sync_folders(path: Path) -> None:
    """Make the name of a file durable, and those of its folders: any may be new. Raises OSError for its own folder."""
    for folder in path.parents:
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError:
            if folder == path.parent:
                raise  # a folder further up that we may not read is not one that we have made
