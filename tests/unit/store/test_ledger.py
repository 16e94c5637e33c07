"""What holds for the ledger of every database."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from gatewright.store.base import EVER, Body, Changed, Entries, SeriesKey, Store, UseKey
from gatewright.store.ledger import series_id

PETS: SeriesKey = ("REST", "123456789012", "us-east-1", "a1", "pets", "v1", "", "")
PART: SeriesKey = (*PETS[:6], "/pets", "GET")
OTHER: SeriesKey = ("HTTP", "123456789012", "us-east-1", "b2", "other", "$default", "", "")
USE: UseKey = ("2026-01-31", "123456789012", "us-east-1", "a1", "v1", "REST", "requests")


def add(kept: Body, more: Body) -> Body:
    return {"n": kept["n"] + more["n"]}


def enter(
    store: Store,
    minutes: Mapping[tuple[int, SeriesKey], int],
    uses: Mapping[UseKey, float] | None = None,
    *,
    read: tuple[str, int, int] = ("f", 0, 10),
    node: str = "n1",
    day: str = "2026-01-31",
) -> None:
    bodies = {key: {"n": number} for key, number in minutes.items()}
    file, begin, end = read
    store.ledger.enter(node, Entries(day, bodies, uses or {}, {file: (begin, end)}), add)


def test_what_comes_to_a_minute_is_merged(store: Store) -> None:
    enter(store, {(7, PETS): 1, (8, PETS): 10, (7, PART): 5, (EVER, PETS): 11})
    enter(store, {(7, PETS): 2, (EVER, PETS): 2, (7, OTHER): 4}, read=("f", 10, 20))
    ledger = store.ledger
    assert ledger.minutes(7, 8, {}) == [
        (7, OTHER, {"n": 4}),
        (7, PETS, {"n": 3}),
        (7, PART, {"n": 5}),
        (8, PETS, {"n": 10}),
    ]
    assert ledger.minutes(7, 7, {"api_id": "a1", "resource": ""}) == [(7, PETS, {"n": 3})]
    assert ledger.minutes(EVER, EVER, {}) == [(EVER, PETS, {"n": 13})]
    assert ledger.minutes(7, 8, {"api_id": "none"}) == []
    assert ledger.positions("n1") == {"f": 20}


def test_nodes_have_rows_of_their_own(store: Store) -> None:
    for node in ("n1", "n2"):
        enter(store, {(7, PETS): 1}, {USE: 2.0}, node=node)
    ledger = store.ledger
    assert ledger.minutes(7, 7, {}) == [(7, PETS, {"n": 1})] * 2
    assert ledger.minutes(7, 7, {}, "n2") == [(7, PETS, {"n": 1})]
    assert ledger.minutes(7, 7, {}, "n3") == []
    assert ledger.uses("2026-01-31", "2026-01-31") == [(USE, 4.0)]


def test_nothing_is_entered_twice(store: Store) -> None:
    enter(store, {(7, PETS): 1}, {USE: 2.0})
    for begin in (0, 5):
        with pytest.raises(Changed):
            enter(store, {(7, PETS): 1}, {USE: 2.0}, read=("f", begin, 20))
    assert store.ledger.minutes(7, 7, {}) == [(7, PETS, {"n": 1})]
    assert store.ledger.uses("2026-01-01", "2026-12-31") == [(USE, 2.0)]
    assert store.ledger.positions("n1") == {"f": 10}
    enter(store, {}, {}, read=("f", 10, 12), node="n1")
    assert store.ledger.positions("n1") == {"f": 12}


def test_files_are_forgotten(store: Store) -> None:
    enter(store, {}, read=("f", 0, 1))
    enter(store, {}, read=("g", 0, 1))
    store.ledger.forget("n1", ["f", "unknown"])
    store.ledger.forget("n1", [])
    assert store.ledger.positions("n1") == {"g": 1}
    assert store.ledger.positions("n2") == {}


def test_uses_add_up_by_day(store: Store) -> None:
    february: UseKey = ("2026-02-01", *USE[1:])
    enter(store, {}, {USE: 1.5, february: 1.0})
    enter(store, {}, {USE: 0.5}, read=("f", 10, 11))
    assert store.ledger.uses("2026-01-01", "2026-12-31") == [(USE, 2.0), (february, 1.0)]
    assert store.ledger.uses("2026-02-01", "2026-02-28") == [(february, 1.0)]


def test_what_is_old_is_forgotten(store: Store) -> None:
    enter(store, {(7, PETS): 1, (EVER, PETS): 1}, {USE: 1.0}, day="2026-01-01")
    enter(store, {(8, OTHER): 1, (EVER, OTHER): 1}, {USE: 1.0}, read=("f", 10, 11), day="2026-01-02")
    ledger = store.ledger
    assert ledger.series("2026-01-01") == [OTHER, PETS]
    assert ledger.series("2026-01-02") == [OTHER]
    ledger.trim(8, "2026-01-02")
    assert ledger.series("2026-01-01") == [OTHER]
    assert [minute for minute, *_ in ledger.minutes(EVER, 100, {})] == [EVER, 8]
    assert ledger.uses("2026-01-01", "2026-12-31") == [(USE, 2.0)]


def test_many_series_at_once(store: Store) -> None:
    keys: list[SeriesKey] = [(*PETS[:6], f"/{number:04}", "GET") for number in range(1201)]
    enter(store, {(7, key): 1 for key in keys})
    enter(store, {(7, key): 1 for key in keys}, read=("f", 10, 20))
    assert store.ledger.minutes(7, 7, {"api_id": "a1"}) == [(7, key, {"n": 2}) for key in keys]


def test_nobody_waits_for_a_writer_of_documents(open_store: Callable[[], Store]) -> None:
    store = open_store()
    if type(store).__name__ == "SqliteStore":
        return  # there is one writer in all
    with store.transaction():
        enter(open_store(), {(7, PETS): 1})
    assert len(store.ledger.minutes(7, 7, {})) == 1


def test_a_series_has_the_same_number_everywhere() -> None:
    assert series_id(PETS) == -2401534607062081857
    assert -(2**63) <= series_id(PETS) < 2**63
