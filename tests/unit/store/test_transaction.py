"""What a transaction promises, asserted through the Protocol on every adapter."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from gatewright.store.base import AlreadyExists, Changed, Key, Store, StoreError

ACCOUNT, REGION = "123456789012", "eu-west-1"


def api(id: str, account: str = ACCOUNT, region: str = REGION) -> Key:
    return Key(account, region, "rest_api", "", id)


def child(parent: str, id: str, kind: str = "resource") -> Key:
    return Key(ACCOUNT, REGION, kind, parent, id)


def fill(store: Store, *keys: Key) -> None:
    with store.transaction() as tx:
        for key in keys:
            tx.insert(key, {"id": key.id})


def test_what_was_inserted_is_read_back_in_a_later_transaction(store: Store) -> None:
    body = {"id": "a", "name": "ü\u0000\U0001f600", "tags": {"k": "v"}, "n": 1.5, "list": [1, None, True], "big": 2**63}
    with store.transaction() as tx:
        written = tx.insert(api("a"), body)
    with store.transaction(write=False) as tx:
        read = tx.get(api("a"))
    assert read == written
    assert (written.key, written.revision, written.body) == (api("a"), 1, body)


def test_a_missing_document_is_none(store: Store) -> None:
    with store.transaction(write=False) as tx:
        assert tx.get(api("a")) is None


def test_insert_refuses_an_existing_key_and_leaves_the_transaction_usable(store: Store) -> None:
    fill(store, api("a"))
    with store.transaction() as tx:
        with pytest.raises(AlreadyExists, match=r"rest_api a .*123456789012.*exists already"):
            tx.insert(api("a"), {})
        tx.insert(api("b"), {})
    with store.transaction(write=False) as tx:
        assert [d.key.id for d in tx.list(ACCOUNT, REGION, "rest_api")] == ["a", "b"]


def test_the_same_id_lives_apart_in_each_part_of_the_key(store: Store) -> None:
    keys = [
        api("a"),
        api("a", account="000000000001"),
        api("a", region="us-east-1"),
        child("p", "a"),
        child("q", "a"),
        child("", "a", "function"),
    ]
    fill(store, *keys)
    with store.transaction() as tx:
        for n, key in enumerate(keys):
            tx.put(key, {"n": n})
    with store.transaction(write=False) as tx:
        found = [tx.get(key) for key in keys]
    assert [d and d.body for d in found] == [{"n": n} for n in range(len(keys))]


def test_put_creates_then_counts_revisions(store: Store) -> None:
    for revision in (1, 2, 3):
        with store.transaction() as tx:
            assert tx.put(api("a"), {"n": revision}).revision == revision
    with store.transaction(write=False) as tx:
        document = tx.get(api("a"))
    assert document is not None
    assert (document.revision, document.body) == (3, {"n": 3})


@pytest.mark.parametrize(
    ("existing", "expected", "raises"),
    [(0, 0, False), (0, 1, True), (2, 0, True), (2, 1, True), (2, 2, False), (2, 3, True)],
)
def test_put_with_an_expected_revision(store: Store, existing: int, expected: int, raises: bool) -> None:
    with store.transaction() as tx:
        for _ in range(existing):
            tx.put(api("a"), {})
    with store.transaction() as tx:
        if raises:
            with pytest.raises(Changed, match="rest_api a"):
                tx.put(api("a"), {"new": True}, expected=expected)
        else:
            assert tx.put(api("a"), {"new": True}, expected=expected).revision == expected + 1
    with store.transaction(write=False) as tx:
        document = tx.get(api("a"))
    assert (document is not None and "new" in document.body) is not raises


@pytest.mark.parametrize(
    ("existing", "expected", "result"),
    [(0, None, False), (1, None, True), (0, 0, False), (1, 1, True), (1, 2, Changed), (0, 1, Changed), (1, 0, Changed)],
)
def test_delete(store: Store, existing: int, expected: int | None, result: Any) -> None:
    fill(store, *[api("a")] * existing)
    with store.transaction() as tx:
        if isinstance(result, bool):
            assert tx.delete(api("a"), expected=expected) is result
        else:
            with pytest.raises(result):
                tx.delete(api("a"), expected=expected)
    with store.transaction(write=False) as tx:
        assert (tx.get(api("a")) is not None) is (existing == 1 and result is not True)


def test_list_is_ordered_by_code_points_and_pages(store: Store) -> None:
    ids = ["10", "9", "A", "Z", "a", "b", "é", "\uffff", "\U00010000"]
    fill(store, *[api(each) for each in reversed(ids)], api("x", account="000000000001"), api("y", region="us-east-1"))

    def listed(**page: Any) -> list[str]:
        with store.transaction(write=False) as tx:
            return [d.key.id for d in tx.list(ACCOUNT, REGION, "rest_api", **page)]

    assert listed() == ids == sorted(ids)
    assert listed(limit=3) == ids[:3]
    assert listed(after="A") == ids[3:]
    assert listed(after="B", limit=2) == ["Z", "a"]  # `after` need not exist
    assert listed(after=ids[-1]) == []
    assert listed(limit=0) == []
    assert listed(after="") == ids


def test_list_under_one_parent_or_any(store: Store) -> None:
    fill(store, child("p", "2"), child("q", "1"), child("p", "1"), child("q", "3"), child("p", "9", "stage"))
    with store.transaction(write=False) as tx:
        assert [d.key.id for d in tx.list(ACCOUNT, REGION, "resource", "p")] == ["1", "2"]
        every = [(d.key.id, d.key.parent) for d in tx.list(ACCOUNT, REGION, "resource", None)]
        assert every == [("1", "p"), ("1", "q"), ("2", "p"), ("3", "q")]
        paged = tx.list(ACCOUNT, REGION, "resource", None, after="1", limit=1)
        assert [(d.key.id, d.key.parent) for d in paged] == [("2", "p")]
        assert tx.list(ACCOUNT, REGION, "resource") == []
        assert tx.count(ACCOUNT, REGION, "resource") == 0
        assert tx.count(ACCOUNT, REGION, "resource", "p") == 2
        assert tx.count(ACCOUNT, REGION, "resource", None) == 4


def test_find_looks_everywhere(store: Store) -> None:
    fill(store, api("a", region="us-east-1"), api("a"), api("a", account="000000000001"), api("b"), child("p", "a"))
    with store.transaction(write=False) as tx:
        found = [(d.key.account, d.key.region) for d in tx.find("rest_api", "a")]
    assert found == [("000000000001", REGION), (ACCOUNT, REGION), (ACCOUNT, "us-east-1")]


def test_scan_is_ordered_by_key(store: Store) -> None:
    keys = [api("b"), api("a"), api("c", account="000000000001"), api("a", region="us-east-1"), child("p", "a")]
    fill(store, *keys)
    with store.transaction(write=False) as tx:
        assert [d.key for d in tx.scan("rest_api")] == [keys[2], keys[1], keys[0], keys[3]]


def test_delete_children_of_one_kind_or_all_and_no_further(store: Store) -> None:
    fill(store, api("p"), child("p", "1"), child("p", "2"), child("p", "s", "stage"), child("1", "x"), child("q", "1"))
    with store.transaction() as tx:
        assert tx.delete_children(ACCOUNT, "us-east-1", "p") == 0
        assert tx.delete_children(ACCOUNT, REGION, "p", "resource") == 2
        assert tx.delete_children(ACCOUNT, REGION, "p") == 1
        assert tx.delete_children(ACCOUNT, REGION, "p") == 0
    with store.transaction(write=False) as tx:
        assert tx.get(api("p")) is not None
        assert {d.key for d in tx.scan("resource")} == {child("1", "x"), child("q", "1")}


def test_bodies_are_copies(store: Store) -> None:
    body: dict[str, Any] = {"tags": {}}
    with store.transaction() as tx:
        inserted = tx.insert(api("a"), body)
        body["tags"]["x"] = "y"
        inserted.body["tags"]["z"] = "y"
        read = tx.get(api("a"))
        assert read is not None
        assert read.body == {"tags": {}}
        read.body["gone"] = True
        assert tx.put(api("b"), read.body).body is not read.body
    with store.transaction(write=False) as tx:
        document = tx.get(api("a"))
    assert document is not None
    assert document.body == {"tags": {}}


def test_a_block_that_raises_leaves_nothing(store: Store) -> None:
    fill(store, api("a"))

    def fail() -> None:
        with store.transaction() as tx:
            tx.insert(api("b"), {})
            tx.put(api("a"), {"changed": True})
            assert tx.get(api("b")) is not None  # its own writes are seen
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.transaction(write=False) as tx:
        assert tx.get(api("b")) is None
        document = tx.get(api("a"))
    assert document is not None
    assert (document.revision, document.body) == (1, {"id": "a"})


@pytest.mark.parametrize("write", ["insert", "put", "delete", "delete_children"])
def test_a_read_transaction_cannot_write(store: Store, write: str) -> None:
    fill(store, api("a"))
    calls: dict[str, Callable[[Any], Any]] = {
        "insert": lambda tx: tx.insert(api("b"), {}),
        "put": lambda tx: tx.put(api("a"), {}),
        "delete": lambda tx: tx.delete(api("a")),
        "delete_children": lambda tx: tx.delete_children(ACCOUNT, REGION, ""),
    }
    with pytest.raises(StoreError, match="read-only"), store.transaction(write=False) as tx:
        calls[write](tx)
    with store.transaction(write=False) as tx:
        assert [d.revision for d in tx.scan("rest_api")] == [1]


@pytest.mark.parametrize(
    "value", [datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), b"bytes", object(), {1: "x"}, "\ud800", 2**64]
)
def test_what_json_cannot_hold_is_refused(store: Store, value: Any) -> None:
    with pytest.raises(StoreError, match=r"rest_api a .*cannot be stored"), store.transaction() as tx:
        tx.put(api("a"), {"value": value})


def test_a_key_that_is_not_unicode_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="not Unicode"), store.transaction(write=False) as tx:
        tx.get(api("\udcff"))


def test_ten_megabytes_are_a_document(store: Store) -> None:
    body = {"resources": ["x" * 1000] * 10_000}
    with store.transaction() as tx:
        tx.insert(api("a"), body)
    with store.transaction(write=False) as tx:
        document = tx.get(api("a"))
    assert document is not None
    assert document.body == body
