"""The Protocols of this room: documents, transactions, the store.

A document is an AWS-shaped dict under (account, region, kind, parent, id). `kind` is a lower-case noun ("rest_api",
"resource", "stage", "function"); `parent` is the id of the owning document ("" at the top). Every committed change of a
document raises its revision by one. What `transaction` committed survives `kill -9` and a power cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """The address of a document."""

    account: str
    region: str
    kind: str
    parent: str
    id: str


@dataclass(frozen=True, slots=True)
class Document:
    """A stored document. `body` is the reader's own copy; changing it changes nothing until it is `put`."""

    key: Key
    revision: int
    body: Body


Heard = Callable[["Sequence[str] | None"], None]
Documents = list[Document]  # named here, because inside `Transaction` the word `list` is a method


class StoreError(Exception):
    """Something the store cannot do; the message is for the operator."""


class AlreadyExists(StoreError):  # noqa: N818 - named by what happened, as callers read it
    """`insert` found a document under that key."""


class Changed(StoreError):  # noqa: N818 - likewise
    """`put` or `delete` expected another revision: somebody else was faster."""


class Transaction(Protocol):
    """Reads and writes that happen together or not at all. Reads see the transaction's own writes."""

    def get(self, key: Key) -> Document | None: ...

    def find(self, kind: str, id: str) -> Documents:
        """Documents of this kind and id in any account, Region and parent (ids of APIs are unique everywhere)."""
        ...

    def list(
        self,
        account: str,
        region: str,
        kind: str,
        parent: str | None = "",
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> list[Document]:
        """Documents in ascending order of id; `parent=None`: under any parent; `after`: only ids greater than it."""
        ...

    def scan(self, kind: str) -> Documents:
        """Every document of a kind, in every account and Region, ordered by key."""
        ...

    def count(self, account: str, region: str, kind: str, parent: str | None = "") -> int: ...

    def insert(self, key: Key, body: Body) -> Document:
        """Store a new document with revision 1. Raises AlreadyExists."""
        ...

    def put(self, key: Key, body: Body, *, expected: int | None = None) -> Document:
        """Store a document, new or not. `expected`: the revision it must have now (0: none). Raises Changed."""
        ...

    def delete(self, key: Key, *, expected: int | None = None) -> bool:
        """Remove a document; False when there was none. Raises Changed."""
        ...

    def delete_children(self, account: str, region: str, parent: str, kind: str | None = None) -> int:
        """Remove all documents under a parent (of one kind); how many there were. Does not descend further."""
        ...

    def announce(self, names: Sequence[str]) -> None:
        """Tell the nodes that share the store, in the commit, what they must publish anew (names of programs)."""
        ...


SeriesKey = tuple[str, str, str, str, str, str, str, str]  # `schema.SERIES`
UseKey = tuple[str, str, str, str, str, str, str]  # day, account, Region, API, stage, product, item
EVER = -1  # the minute that stands for all of them, for ever


@dataclass(frozen=True, slots=True)
class Entries:
    """What a node has counted, and in which files of its spool it has read that, from where to where."""

    day: str  # of today, YYYY-MM-DD
    minutes: Mapping[tuple[int, SeriesKey], Body]  # by minute of the epoch, or EVER
    uses: Mapping[UseKey, float]
    positions: Mapping[str, tuple[int, int]]


Merge = Callable[[Body, Body], Body]  # what is kept, and what comes to it: what is then kept


class Ledger(Protocol):
    """What nodes have counted. Each adds to rows of its own, so that none waits for another, nor for documents."""

    def enter(self, node: str, entries: Entries, merge: Merge) -> None:
        """All of it or nothing. Raises Changed when a file has been read from there already."""
        ...

    def positions(self, node: str) -> dict[str, int]:
        """How far each file of a node's spool has been read."""
        ...

    def forget(self, node: str, files: Iterable[str]) -> None:
        """These files are no more."""
        ...

    def minutes(
        self, first: int, last: int, where: Mapping[str, str], node: str | None = None
    ) -> list[tuple[int, SeriesKey, Body]]:
        """What was counted from one minute to another, both included, in their order; of several nodes one by one.

        `where`: values that members of the series' key must have (`schema.SERIES`).
        """
        ...

    def series(self, since: str) -> list[SeriesKey]:
        """All that had something to say on a day or later, in order."""
        ...

    def uses(self, first_day: str, last_day: str) -> list[tuple[UseKey, float]]:
        """What was used from one day to another, both included, in order; of all nodes together."""
        ...

    def trim(self, minute: int, day: str) -> None:
        """Forget the minutes before one, and series that have been silent since before a day."""
        ...


class Store(Protocol):
    """A durable store. Calls block: use it from a worker thread, never on an event loop. Threads may share it."""

    def transaction(self, *, write: bool = True) -> AbstractContextManager[Transaction]:
        """One transaction: committed durably when the block ends, rolled back when it raises.

        Write transactions of all processes come one after the other; one that cannot begin within 10 seconds raises
        StoreError. A read transaction (`write=False`) sees one moment in time and never waits for writers.
        """
        ...

    @property
    def ledger(self) -> Ledger: ...

    def listen(self, heard: Heard, wanted: Callable[[], bool]) -> None:
        """Call `heard` with the names that transactions of other processes announce. Blocks while `wanted()`.

        None stands for "anything may have changed": at the beginning, and after a connection was lost. What this
        process announces itself is not heard. Returns at once where nobody else shares the store.
        """
        ...

    def close(self) -> None: ...
