"""One transaction on a SQLAlchemy connection: the same for every database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, CursorResult

from gatewright.store import statements
from gatewright.store.base import AlreadyExists, Body, Changed, Document, Documents, Key, StoreError


def encode(key: Key, body: Body) -> str:
    """A body as JSON. Raises StoreError for what JSON cannot hold (times too: timestamps are stored as numbers)."""
    try:
        return orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS).decode()
    except orjson.JSONEncodeError as error:
        raise StoreError(f"{describe(key)} cannot be stored: {error}") from None


def describe(key: Key) -> str:
    """A document's address in words."""
    parent = f" of {key.parent}" if key.parent else ""
    return f"{key.kind} {key.id}{parent} (account {key.account}, {key.region})"


def _bind(key: Key) -> dict[str, Any]:
    return {
        "k_account": key.account,
        "k_region": key.region,
        "k_kind": key.kind,
        "k_parent": key.parent,
        "k_id": key.id,
    }


def _place(account: str, region: str, parent: str | None, kind: str | None) -> dict[str, Any]:
    place = {"k_account": account, "k_region": region, "k_parent": parent, "k_kind": kind}
    return {name: value for name, value in place.items() if value is not None}


def _documents(rows: Iterable[Any]) -> Documents:
    return [Document(Key(*key), revision, orjson.loads(body)) for *key, revision, body in rows]


class SqlTransaction:
    """See `base.Transaction`."""

    __slots__ = ("_connection", "_inserts")

    def __init__(self, connection: Connection, inserts: statements.Inserts) -> None:
        self._connection = connection
        self._inserts = inserts

    def _run(self, statement: Any, values: dict[str, Any]) -> CursorResult[*tuple[Any, ...]]:
        return self._connection.execute(statement, values)

    def get(self, key: Key) -> Document | None:
        row = self._run(statements.GET, _bind(key)).fetchone()
        return None if row is None else Document(key, row[0], orjson.loads(row[1]))

    def find(self, kind: str, id: str) -> Documents:
        return _documents(self._run(statements.FIND, {"k_kind": kind, "k_id": id}))

    def list(
        self,
        account: str,
        region: str,
        kind: str,
        parent: str | None = "",
        *,
        after: str | None = None,
        limit: int | None = None,
    ) -> Documents:
        values = _place(account, region, parent, kind)
        if after is not None:
            values["v_after"] = after
        if limit is not None:
            values["v_limit"] = limit
        return _documents(self._run(statements.listing(parent is None, after is not None, limit is not None), values))

    def scan(self, kind: str) -> Documents:
        return _documents(self._run(statements.SCAN, {"k_kind": kind}))

    def count(self, account: str, region: str, kind: str, parent: str | None = "") -> int:
        found = self._run(statements.count(parent is None), _place(account, region, parent, kind)).scalar_one()
        return int(found)

    def insert(self, key: Key, body: Body) -> Document:
        text = encode(key, body)
        if self._run(self._inserts.new, {**_bind(key), "v_body": text}).fetchone() is None:
            raise AlreadyExists(f"{describe(key)} exists already")
        return Document(key, 1, orjson.loads(text))

    def put(self, key: Key, body: Body, *, expected: int | None = None) -> Document:
        text = encode(key, body)
        values = {**_bind(key), "v_body": text}
        if expected is None:
            return Document(key, int(self._run(self._inserts.upsert, values).scalar_one()), orjson.loads(text))
        if expected == 0:
            changed = self._run(self._inserts.new, values).fetchone() is not None
        else:
            changed = self._run(statements.UPDATE, {**values, "v_expected": expected}).rowcount > 0
        if not changed:
            raise self._changed(key, expected)
        return Document(key, expected + 1, orjson.loads(text))

    def delete(self, key: Key, *, expected: int | None = None) -> bool:
        values = _bind(key)
        if expected is None:
            return self._run(statements.DELETE, values).rowcount > 0
        if self._run(statements.DELETE_EXPECTED, {**values, "v_expected": expected}).rowcount > 0:
            return True
        if expected == 0 and self._revision(key) == 0:
            return False
        raise self._changed(key, expected)

    def delete_children(self, account: str, region: str, parent: str, kind: str | None = None) -> int:
        return self._run(statements.delete_children(kind is None), _place(account, region, parent, kind)).rowcount

    def announce(self, names: Sequence[str]) -> None:
        """See `base.Transaction.announce`. Nobody else listens to a database of one machine."""

    def _revision(self, key: Key) -> int:
        return int(self._run(statements.REVISION, _bind(key)).scalar() or 0)

    def _changed(self, key: Key, expected: int) -> Changed:
        found = self._revision(key)
        now = f"is at revision {found}" if found else "does not exist"
        return Changed(f"{describe(key)} {now}, expected was {expected or 'that it does not exist'}")
