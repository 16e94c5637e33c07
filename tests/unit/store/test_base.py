"""Any sequence of transactions, on every adapter, leaves what a dictionary would hold."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from gatewright.store.base import AlreadyExists, Changed, Document, Key, Store, Transaction
from gatewright.store.postgres import PostgresStore
from gatewright.store.sqlite import SqliteStore
from tests.servers import Postgres

Model = dict[Key, tuple[int, Any]]

# PostgreSQL holds no NUL; nothing that AWS names does either.
ids = st.sampled_from(["a", "b"]) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=2
)
few = st.sampled_from(["a", "a", "a", "b"])  # so that keys meet again
keys = st.builds(Key, account=few, region=few, kind=few, parent=st.sampled_from(["", "a"]), id=ids)
json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | ids,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ids, inner, max_size=3),
    max_leaves=6,
)
bodies = st.dictionaries(ids, json, max_size=3)
expectations = st.none() | st.integers(0, 3)


def put(tx: Transaction, model: Model, key: Key, body: Any, expected: int | None) -> None:
    now = model.get(key, (0, None))[0]
    if expected not in (None, now):
        with pytest.raises(Changed):
            tx.put(key, body, expected=expected)
        return
    assert tx.put(key, body, expected=expected) == Document(key, now + 1, body)
    model[key] = (now + 1, body)


def insert(tx: Transaction, model: Model, key: Key, body: Any, _expected: int | None) -> None:
    if key in model:
        with pytest.raises(AlreadyExists):
            tx.insert(key, body)
        return
    assert tx.insert(key, body) == Document(key, 1, body)
    model[key] = (1, body)


def delete(tx: Transaction, model: Model, key: Key, _body: Any, expected: int | None) -> None:
    now = model.get(key, (0, None))[0]
    if expected not in (None, now):
        with pytest.raises(Changed):
            tx.delete(key, expected=expected)
        return
    assert tx.delete(key, expected=expected) is (key in model)
    model.pop(key, None)


def delete_children(tx: Transaction, model: Model, key: Key, _body: Any, expected: int | None) -> None:
    kind = key.kind if expected is None else None
    place = (key.account, key.region, key.parent)
    gone = [k for k in model if (k.account, k.region, k.parent) == place and kind in (None, k.kind)]
    assert tx.delete_children(*place, kind) == len(gone)
    for each in gone:
        del model[each]


def check(tx: Transaction, model: Model, key: Key, _body: Any, limit: int | None) -> None:
    def documents(*found: Key) -> list[Document]:
        return [Document(k, *model[k]) for k in found]

    assert tx.get(key) == (documents(key)[0] if key in model else None)
    same = [k for k in model if k.kind == key.kind]
    by_key = sorted(same, key=lambda k: (k.account, k.region, k.parent, k.id))
    assert tx.scan(key.kind) == documents(*by_key)
    assert tx.find(key.kind, key.id) == documents(*[k for k in by_key if k.id == key.id])
    here = [k for k in by_key if (k.account, k.region) == (key.account, key.region)]
    for parent in (None, key.parent):
        under = sorted((k for k in here if parent in (None, k.parent)), key=lambda k: (k.id, k.parent))
        assert tx.count(key.account, key.region, key.kind, parent) == len(under)
        for after in (None, key.id):
            page = [k for k in under if after is None or k.id > after][:limit]
            listed = tx.list(key.account, key.region, key.kind, parent, after=after, limit=limit)
            assert listed == documents(*page)


STEPS = (put, insert, delete, delete_children, check)
steps = st.lists(st.tuples(st.sampled_from(STEPS), keys, bodies, expectations), min_size=1, max_size=8)


class Undo(Exception):  # noqa: N818 - not an error
    """Ends a transaction without its effects."""


class Machine(RuleBasedStateMachine):
    """Transactions of several steps, some undone, between which the database may be closed and opened again."""

    open: Callable[[Path], Store]

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.model: Model = {}
        self.store = type(self).open(Path(self.folder.name))

    @rule(steps=steps, undo=st.booleans())
    def transact(self, steps: list[Any], undo: bool) -> None:
        model = dict(self.model)
        with contextlib.suppress(Undo), self.store.transaction() as tx:
            for step, key, body, expected in steps:
                step(tx, model, key, body, expected)
            if undo:
                raise Undo
        if not undo:
            self.model = model

    @rule(key=keys, limit=expectations)
    def look(self, key: Key, limit: int | None) -> None:
        with self.store.transaction(write=False) as tx:
            check(tx, self.model, key, None, limit)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = type(self).open(Path(self.folder.name))

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()


class SqliteMachine(Machine):
    open = staticmethod(lambda folder: SqliteStore(folder / "store.db"))


def run(machine: type[Machine], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )


def test_sqlite_behaves_like_a_dictionary() -> None:
    run(SqliteMachine, 40)


def test_postgres_behaves_like_a_dictionary(postgres_server: Postgres) -> None:
    numbers = itertools.count(1)
    databases: dict[Path, str] = {}

    class PostgresMachine(Machine):
        @staticmethod
        def open(folder: Path) -> Store:
            if folder not in databases:
                databases[folder] = postgres_server.create(f"machine{next(numbers)}")
            return PostgresStore(databases[folder])

    run(PostgresMachine, 10)
