"""What nodes have counted, on a SQLAlchemy connection: the same for every database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from hashlib import blake2b
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, delete, func, select, update

from gatewright.store.base import EVER, Body, Changed, Entries, Merge, SeriesKey, UseKey
from gatewright.store.schema import SERIES, USE, ledger_minutes, ledger_positions, ledger_series, ledger_uses

Begin = Callable[[bool], AbstractContextManager[Connection]]

_AT_ONCE = 500  # ids in one statement
_s, _m, _u, _p = ledger_series.c, ledger_minutes.c, ledger_uses.c, ledger_positions.c
_USE = USE[:-1]

_POSITIONS = select(_p.file, _p.position).where(_p.node == bindparam("node"))
_ADVANCE = (
    update(ledger_positions)
    .where(_p.node == bindparam("k_node"), _p.file == bindparam("k_file"), _p.position == bindparam("k_from"))
    .values(position=bindparam("v_to"))
)
_FORGET = delete(ledger_positions).where(_p.node == bindparam("k_node"), _p.file == bindparam("k_file"))
_KEPT = select(_m.series, _m.body).where(
    _m.node == bindparam("node"), _m.minute == bindparam("minute"), _m.series.in_(bindparam("ids", expanding=True))
)
_USES = (
    select(*(_u[name] for name in _USE), func.sum(_u.amount))
    .where(_u.day >= bindparam("first"), _u.day <= bindparam("last"))
    .group_by(*(_u[name] for name in _USE))
    .order_by(*(_u[name] for name in _USE))
)


def series_id(key: SeriesKey) -> int:
    """The number of a series, the same on every node."""
    return int.from_bytes(blake2b(orjson.dumps(key), digest_size=8).digest(), "big", signed=True)


class SqlLedger:
    """See `base.Ledger`. `begin` gives a transaction, for writing or not; `insert` is the dialect's construct."""

    def __init__(self, begin: Begin, insert: Callable[[Any], Any]) -> None:
        self._begin = begin
        named = insert(ledger_series).values({name: bindparam(name) for name in ("id", *SERIES, "day")})
        self._name = named.on_conflict_do_update(
            index_elements=["id"], set_={"day": named.excluded.day}, where=_s.day < named.excluded.day
        )
        row = insert(ledger_minutes).values({name: bindparam(name) for name in ("series", "minute", "node", "body")})
        self._keep = row.on_conflict_do_update(
            index_elements=["series", "minute", "node"], set_={"body": row.excluded.body}
        )
        use = insert(ledger_uses).values({name: bindparam(name) for name in (*USE, "amount")})
        self._use = use.on_conflict_do_update(
            index_elements=list(USE), set_={"amount": _u.amount + use.excluded.amount}
        )
        first = insert(ledger_positions).values({name: bindparam(name) for name in ("node", "file", "position")})
        self._first = first.on_conflict_do_nothing().returning(_p.position)  # a row, unless there was one

    def enter(self, node: str, entries: Entries, merge: Merge) -> None:
        ids = {key: series_id(key) for _, key in entries.minutes}
        with self._begin(True) as connection:
            for file, (begin, end) in entries.positions.items():
                self._advance(connection, node, file, begin, end)
            # In the order of their ids: nodes that name the same series must not wait for one another crosswise.
            names = [
                {"id": number, "day": entries.day, **dict(zip(SERIES, key, strict=True))}
                for key, number in sorted(ids.items(), key=lambda item: item[1])
            ]
            _run(connection, self._name, names)
            for minute in {minute for minute, _ in entries.minutes}:
                grown = {ids[key]: body for (when, key), body in entries.minutes.items() if when == minute}
                self._add(connection, node, minute, grown, merge)
            uses = [
                {**dict(zip(_USE, key, strict=True)), "node": node, "amount": amount}
                for key, amount in entries.uses.items()
            ]
            _run(connection, self._use, uses)

    def _advance(self, connection: Connection, node: str, file: str, begin: int, end: int) -> None:
        """Raises Changed."""
        if begin:
            values = {"k_node": node, "k_file": file, "k_from": begin, "v_to": end}
            done = connection.execute(_ADVANCE, values).rowcount > 0
        else:
            values = {"node": node, "file": file, "position": end}
            done = connection.execute(self._first, values).fetchone() is not None
        if not done:
            raise Changed(f"{file} of the spool has been read from {begin} already")

    def _add(self, connection: Connection, node: str, minute: int, grown: Mapping[int, Body], merge: Merge) -> None:
        kept: dict[int, Body] = {}
        for some in _parts(grown):
            for number, body in connection.execute(_KEPT, {"node": node, "minute": minute, "ids": some}):
                kept[number] = orjson.loads(body)
        rows = []
        for number, body in grown.items():
            found = kept.get(number)
            text = orjson.dumps(body if found is None else merge(found, body)).decode()
            rows.append({"series": number, "minute": minute, "node": node, "body": text})
        _run(connection, self._keep, rows)

    def positions(self, node: str) -> dict[str, int]:
        with self._begin(False) as connection:
            rows = connection.execute(_POSITIONS, {"node": node})
            return {row[0]: row[1] for row in rows}

    def forget(self, node: str, files: Iterable[str]) -> None:
        rows = [{"k_node": node, "k_file": file} for file in files]
        if rows:
            with self._begin(True) as connection:
                _run(connection, _FORGET, rows)

    def minutes(
        self, first: int, last: int, where: Mapping[str, str], node: str | None = None
    ) -> list[tuple[int, SeriesKey, Body]]:
        with self._begin(False) as connection:
            named = select(_s.id, *(_s[name] for name in SERIES)).where(
                *(_s[name] == value for name, value in where.items())
            )
            keys: dict[int, SeriesKey] = {number: tuple(key) for number, *key in connection.execute(named)}
            found = [
                (minute, keys[number], orjson.loads(body))
                for some in (_parts(keys) if where else (None,))
                for number, minute, body in connection.execute(_between(first, last, some, node))
                if number in keys
            ]
        return sorted(found, key=lambda row: row[:2])

    def series(self, since: str) -> list[SeriesKey]:
        columns = [_s[name] for name in SERIES]
        with self._begin(False) as connection:
            rows = connection.execute(select(*columns).where(_s.day >= since).order_by(*columns))
            return [tuple(row) for row in rows]

    def uses(self, first_day: str, last_day: str) -> list[tuple[UseKey, float]]:
        with self._begin(False) as connection:
            rows = connection.execute(_USES, {"first": first_day, "last": last_day})
            return [(tuple(key), amount) for *key, amount in rows]

    def trim(self, minute: int, day: str) -> None:
        silent = select(_s.id).where(_s.day < day)
        with self._begin(True) as connection:
            connection.execute(delete(ledger_minutes).where(_m.minute > EVER, _m.minute < minute))
            connection.execute(delete(ledger_minutes).where(_m.minute == EVER, _m.series.in_(silent)))
            connection.execute(delete(ledger_series).where(_s.day < day))


def _run(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _parts(ids: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Some at a time."""
    left = iter(ids)
    while some := tuple(islice(left, _AT_ONCE)):
        yield some


def _between(first: int, last: int, ids: Sequence[int] | None, node: str | None) -> Any:
    query = select(_m.series, _m.minute, _m.body).where(_m.minute >= first, _m.minute <= last)
    if ids is not None:
        query = query.where(_m.series.in_(ids))
    return query if node is None else query.where(_m.node == node)
