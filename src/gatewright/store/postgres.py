"""The store on a PostgreSQL database, shared by the processes of any number of nodes.

Write transactions come one after the other, as the Protocol has it: each begins by taking one advisory lock, which its
end gives back. So a handler that has read what it is about to change cannot be overtaken, on whatever node it runs, and
no transaction fails for having been slower than another. Readers see one moment (REPEATABLE READ) and wait for nobody.

What a commit acknowledges is on the disk of the server: synchronous_commit is turned on where it was off. A connection
that broke, because the server was restarted, is replaced before its next use.

Other nodes learn of a change in the commit itself (NOTIFY is transactional): nobody hears of what was not committed,
and nothing that was committed goes unheard by those who listen. Who was not listening asks for everything when it is.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS, .../sql-notify.html
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gatewright.store import migrate
from gatewright.store.base import Heard, StoreError
from gatewright.store.ledger import SqlLedger
from gatewright.store.statements import Inserts
from gatewright.store.transaction import SqlTransaction

logger = logging.getLogger("gatewright.store")

READERS = 32  # connections of one process that read at the same time; more wait
_CHANNEL = "gatewright_changes"
_LOCK = 0x67617465  # of writers; any number that all nodes agree on
_LONGEST = 7900  # bytes of a notification; PostgreSQL takes less than 8000
_LISTEN_TURN = 1.0  # seconds between two looks at whether listening is still wanted
_PAUSE = 1.0  # seconds before a broken connection is tried again
_LOCK_NOT_AVAILABLE = "55P03"

_INSERTS = Inserts(insert)


class PostgresStore:
    """See `base.Store`. `url`: postgresql://user:password@host:port/database. Raises StoreError.

    The database (or the schema that its user finds first) is Gatewright's own. `wait`: seconds that a write transaction
    may take to begin. `upgrade`: migrate it; else it is left as it is, and one that is due raises StoreError.
    """

    def __init__(self, url: str, *, wait: float = 10.0, upgrade: bool = True) -> None:
        self._upgrade = upgrade
        try:
            self._url = make_url(url).set(drivername="postgresql+psycopg")  # also of postgres://
        except ArgumentError:
            raise StoreError("database_url is not of the form postgresql://user:password@host/database") from None
        self._name = f"database {self._url.database or ''} on {self._url.host or 'this machine'}"
        self._wait = wait
        self._closed = False
        self._own: set[int] = set()  # processes of the server that have written for this one
        url = self._url.render_as_string(hide_password=False)
        self._writer = _engine(url, wait, 1, self._own)
        self._reader = _engine(url, wait, READERS, set())
        try:
            with self._translated():
                self._open()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[SqlTransaction]:
        if self._closed:
            raise StoreError(f"{self._name}: the store is closed")
        with self._translated(), self._begun(write) as connection:
            transaction = PostgresTransaction(connection, _INSERTS)
            yield transaction
            transaction.notify()
            connection.commit()

    @property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self._apart, insert)

    def close(self) -> None:
        self._closed = True
        self._reader.dispose()
        self._writer.dispose()

    def listen(self, heard: Heard, wanted: Callable[[], bool]) -> None:
        conninfo = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        while wanted():
            try:
                with psycopg.connect(conninfo, autocommit=True, connect_timeout=int(self._wait)) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    heard(None)
                    while wanted():
                        for notice in connection.notifies(timeout=_LISTEN_TURN):
                            if notice.pid not in self._own:
                                heard(json.loads(notice.payload))
            except psycopg.Error as error:
                logger.warning("%s: not heard for now: %s", self._name, str(error).strip())
                time.sleep(_PAUSE)

    @contextmanager
    def _apart(self, write: bool) -> Iterator[Connection]:
        """A transaction of the ledger: nodes write rows of their own, and need not take turns."""
        if self._closed:
            raise StoreError(f"{self._name}: the store is closed")
        with self._translated(), self._reader.connect() if write else self._begun(False) as connection:
            yield connection
            connection.commit()

    @contextmanager
    def _begun(self, write: bool) -> Iterator[Connection]:
        """A connection inside a transaction, which is rolled back unless it was committed."""
        deadline = time.monotonic() + self._wait
        with (self._writer if write else self._reader).connect() as connection:
            if write:
                left = max(1.0, (deadline - time.monotonic()) * 1000)
                connection.execute(text(f"SET LOCAL lock_timeout = {left:.0f}"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            else:
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            yield connection

    def _open(self) -> None:
        with self._reader.connect() as connection:
            encoding = connection.execute(text("SHOW server_encoding")).scalar()
            due = self._is_due(connection)
        if encoding != "UTF8":
            raise StoreError(f"{self._name}: its encoding is {encoding}; create it with ENCODING 'UTF8'")
        if due:
            with self._begun(True) as connection:
                migrate.upgrade(connection)
                connection.commit()

    def _is_due(self, connection: Connection) -> bool:
        try:
            return migrate.is_due(connection, self._upgrade)
        except StoreError as error:
            raise StoreError(f"{self._name}: {error}") from None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Says in the operator's words what the database says in its own."""
        try:
            yield
        except PoolTimeout:
            raise StoreError(f"{self._name}: this process kept it busy for {self._wait:g} s") from None
        except DBAPIError as error:
            raise StoreError(f"{self._name}: {self._reason(error)}") from error
        except UnicodeEncodeError as error:
            raise StoreError(f"{self._name}: text that is not Unicode cannot be stored: {error}") from error

    def _reason(self, error: DBAPIError) -> str:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            return f"another process kept writing for {self._wait:g} s"
        return str(error.orig).strip()


class PostgresTransaction(SqlTransaction):
    """A transaction that other nodes hear of."""

    __slots__ = ("_announced",)

    def __init__(self, connection: Connection, inserts: Inserts) -> None:
        super().__init__(connection, inserts)
        self._announced: list[str] = []

    def announce(self, names: Sequence[str]) -> None:
        self._announced += [name for name in names if name not in self._announced]

    def notify(self) -> None:
        """Send what was announced with the commit. What is too long for one notification goes as several."""
        part: list[str] = []
        for name in self._announced:
            if part and len(json.dumps([*part, name]).encode()) > _LONGEST:
                self._send(part)
                part = []
            part.append(name)
        if part:
            self._send(part)

    def _send(self, names: list[str]) -> None:
        self._connection.execute(
            text("SELECT pg_notify(:channel, :names)"), {"channel": _CHANNEL, "names": json.dumps(names)}
        )


def _engine(url: str, wait: float, size: int, backends: set[int]) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=min(size, 4),
        max_overflow=size - min(size, 4),
        pool_timeout=wait,
        pool_pre_ping=True,
        connect_args={"connect_timeout": max(1, int(wait)), "application_name": "gatewright"},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection[tuple[object, ...]], _record: object) -> None:
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.commit()
        backends.clear()  # there is one writer at a time, and numbers of processes return
        backends.add(connection.info.backend_pid)

    return engine
