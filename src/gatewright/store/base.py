"""The Protocols of this room: documents, transactions, the store.

A document is an AWS-shaped dict under (account, region, kind, parent, id). `kind` is a lower-case noun ("rest_api",
"resource", "stage", "function"); `parent` is the id of the owning document ("" at the top). Every committed change of a
document raises its revision by one. What `transaction` committed survives `kill -9` and a power cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


class Store(Protocol):
    """A durable store. Calls block: use it from a worker thread, never on an event loop. Threads may share it."""

    def transaction(self, *, write: bool = True) -> AbstractContextManager[Transaction]:
        """One transaction: committed durably when the block ends, rolled back when it raises.

        Write transactions of all processes come one after the other; one that cannot begin within 10 seconds raises
        StoreError. A read transaction (`write=False`) sees one moment in time and never waits for writers.
        """
        ...

    def listen(self, heard: Heard, wanted: Callable[[], bool]) -> None:
        """Call `heard` with the names that transactions of other processes announce. Blocks while `wanted()`.

        None stands for "anything may have changed": at the beginning, and after a connection was lost. What this
        process announces itself is not heard. Returns at once where nobody else shares the store.
        """
        ...

    def close(self) -> None: ...
