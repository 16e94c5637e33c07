"""Every statement of the store, built once: what runs per call is only looked up and bound."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Delete, Select, bindparam, delete, func, select, update

from gatewright.store.schema import documents

d = documents.c

_KEY = ("account", "region", "kind", "parent", "id")
_BY_KEY = [getattr(d, name) == bindparam(f"k_{name}") for name in _KEY]
_ROW: dict[str, Any] = {name: bindparam(f"k_{name}") for name in _KEY} | {"body": bindparam("v_body")}
_ALL = (d.account, d.region, d.kind, d.parent, d.id, d.revision, d.body)

GET = select(d.revision, d.body).where(*_BY_KEY)
FIND = (
    select(*_ALL)
    .where(d.kind == bindparam("k_kind"), d.id == bindparam("k_id"))
    .order_by(d.account, d.region, d.parent)
)
SCAN = select(*_ALL).where(d.kind == bindparam("k_kind")).order_by(d.account, d.region, d.parent, d.id)
UPDATE = (
    update(documents)
    .where(*_BY_KEY, d.revision == bindparam("v_expected"))
    .values(revision=d.revision + 1, body=bindparam("v_body"))
)
REVISION = select(d.revision).where(*_BY_KEY)
DELETE = delete(documents).where(*_BY_KEY)
DELETE_EXPECTED = DELETE.where(d.revision == bindparam("v_expected"))


def _of(any_parent: bool) -> list[Any]:
    place = [d.account == bindparam("k_account"), d.region == bindparam("k_region"), d.kind == bindparam("k_kind")]
    return place if any_parent else [*place, d.parent == bindparam("k_parent")]


@cache
def listing(any_parent: bool, after: bool, limited: bool) -> Select[Any]:
    query = select(*_ALL).where(*_of(any_parent))
    if after:
        query = query.where(d.id > bindparam("v_after"))
    query = query.order_by(d.id, d.parent) if any_parent else query.order_by(d.id)
    return query.limit(bindparam("v_limit")) if limited else query


@cache
def count(any_parent: bool) -> Select[Any]:
    return select(func.count()).select_from(documents).where(*_of(any_parent))


@cache
def delete_children(any_kind: bool) -> Delete:
    place = [d.account == bindparam("k_account"), d.region == bindparam("k_region"), d.parent == bindparam("k_parent")]
    return delete(documents).where(*place, *([] if any_kind else [d.kind == bindparam("k_kind")]))


class Inserts:
    """The two statements that need a database's own INSERT … ON CONFLICT; `insert` is the dialect's construct."""

    __slots__ = ("new", "upsert")

    def __init__(self, insert: Callable[[Any], Any]) -> None:
        row = insert(documents).values(revision=1, **_ROW)
        self.new = row.on_conflict_do_nothing().returning(d.revision)  # a row, unless there was one
        self.upsert = row.on_conflict_do_update(
            index_elements=documents.primary_key.columns,
            set_={"revision": d.revision + 1, "body": row.excluded.body},
        ).returning(d.revision)
