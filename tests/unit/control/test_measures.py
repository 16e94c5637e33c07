"""What is summed over nodes (see test_intake for what one node has counted)."""

from __future__ import annotations

from pathlib import Path

from gatewright.control.measures import Measures
from gatewright.store.base import EVER, Entries
from gatewright.store.sqlite import SqliteStore
from gatewright.telemetry.counters import Series

PETS = Series("REST", "123456789012", "us-east-1", "a1", "pets", "v1")


def test_minutes_are_of_all_nodes_and_ever_of_one(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    for node in ("n1", "n2"):
        minutes = {(minute, PETS.key()): {"count": 2, "latency_max": 5} for minute in (7, 8, EVER)}
        store.ledger.enter(node, Entries("2026-01-31", minutes, {}, {}), lambda kept, more: kept)
    measures = Measures(store.ledger, "n1")
    found = [(minute, series, sums.count, sums.latency_max) for minute, series, sums in measures.minutes(-5, 8)]
    assert found == [(7, PETS, 4, 5), (8, PETS, 4, 5)]
    assert list(measures.minutes(9, 10)) == []
    assert [(series, sums.count) for series, sums in measures.ever()] == [(PETS, 2)]
    store.close()
