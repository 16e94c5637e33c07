"""What workers have left is taken in once, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.control.intake import Intake, day_of
from gatewright.control.measures import Measures
from gatewright.metering.ledger import LedgerUses
from gatewright.store.base import Entries, StoreError
from gatewright.store.sqlite import SqliteStore
from gatewright.telemetry.counters import Counters, Series
from gatewright.telemetry.spool import Record, SpoolWriter

PETS = Series("REST", "123456789012", "us-east-1", "a1", "pets", "v1")
PART = PETS.part("/pets", "GET")
NOW = FakeClock().now()  # 2023-11-14, in the 20th second of a minute
MINUTE = int(NOW) // 60


class Node:
    """A worker and control."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.store = SqliteStore(folder / "store.db")
        self.spool = folder / "spool"
        self.writer = SpoolWriter(self.spool, 0)
        self.counters = Counters()
        self.spans: list[Record] = []
        self.intake = self.starts()

    def starts(self) -> Intake:
        """Control begins anew."""
        return Intake(self.store.ledger, self.spool, "n1", self.clock, {"span": self.spans.append})

    def serves(self, number: int, *series: Series) -> None:
        for each in series or (PETS,):
            for _ in range(number):
                self.counters.of(each).record(200, 0.01, received=10, sent=100)

    def writes(self) -> None:
        self.writer.count(self.clock.now(), self.counters.take())
        lines = self.writer.due(self.clock.now())
        self.writer.done(lines, self.writer.put(lines) if lines else 0)

    def count(self) -> int:
        found = Measures(self.store.ledger, "n1").minutes(0, MINUTE + 10_000, {"resource": ""})
        return sum(sums.count for _, _, sums in found)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    made = Node(tmp_path)
    yield made
    made.writer.close()
    made.store.close()


def test_minutes_days_and_all_time(node: Node) -> None:
    node.serves(3, PETS, PART)
    node.writes()
    node.clock.advance(60)
    node.serves(1)
    node.writes()
    assert node.intake.look()
    assert not node.intake.look()
    measures = Measures(node.store.ledger, "n1")
    found = list(measures.minutes(0, MINUTE + 1))
    assert [(minute, series, sums.count) for minute, series, sums in found] == [
        (MINUTE, PETS, 3),
        (MINUTE, PART, 3),
        (MINUTE + 1, PETS, 1),
    ]
    assert [(series, sums.count) for series, sums in measures.ever()] == [(PETS, 4), (PART, 3)]
    assert measures.series("2023-11-14") == [PETS, PART]
    uses = LedgerUses(node.store.ledger).read("2023-11-14", "2023-11-14")
    assert {use.item: use.amount for use in uses} == {"bytes_in": 40, "bytes_out": 400, "calls": 4, "requests": 4}


def test_nothing_is_counted_twice_and_nothing_lost_when_control_begins_anew(node: Node) -> None:
    for _ in range(3):
        node.serves(2)
        node.writes()
        node.intake.look()
        node.serves(1)
        node.writes()
        node.intake = node.starts()
    node.intake.look()
    node.intake.look()
    assert node.count() == 9


def test_two_that_read_the_same_enter_it_once(node: Node, caplog: pytest.LogCaptureFixture) -> None:
    other = node.starts()
    node.serves(2)
    node.writes()
    other.look()
    node.intake.look()
    node.serves(1)
    node.writes()
    other.look()
    node.intake.look()
    assert "has been read from" in caplog.messages[0]
    node.intake.look()
    assert node.count() == 3


def test_files_of_workers_that_are_gone_are_removed_and_forgotten(node: Node) -> None:
    node.serves(2)
    node.writes()
    node.writer.close()
    node.intake.look()
    assert list(node.spool.iterdir()) == []
    assert node.store.ledger.positions("n1") == {}
    assert node.count() == 2


def test_positions_of_files_that_are_no_more_are_forgotten(node: Node) -> None:
    node.store.ledger.enter("n1", Entries("2023-11-14", {}, {}, {"gone": (0, 5)}), lambda kept, more: kept)
    node.intake.look()
    assert node.store.ledger.positions("n1") == {}


def test_what_cannot_be_entered_now_is_entered_later(
    node: Node, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = type(node.store.ledger)
    enter = ledger.enter

    def away(*args: Any) -> None:
        raise StoreError("the database is away")

    monkeypatch.setattr(ledger, "enter", away)
    node.serves(2)
    node.writer.write("span", 1)
    node.writes()
    node.intake.look()
    node.intake.look()
    assert len(caplog.records) == 1
    assert node.spans == []
    monkeypatch.setattr(ledger, "enter", enter)
    node.intake.look()
    assert node.count() == 2
    assert [span.record for span in node.spans] == [1]


def test_other_records_go_to_whom_they_concern(node: Node, caplog: pytest.LogCaptureFixture) -> None:
    node.writer.write("span", {"name": "GET"})
    node.writer.write("unknown", 1)
    node.writes()
    node.intake.look()
    assert [(span.kind, span.record) for span in node.spans] == [("span", {"name": "GET"})]
    assert caplog.records == []

    def fails(record: Record) -> None:
        raise ValueError(record)

    node.intake = Intake(node.store.ledger, node.spool, "n1", node.clock, {"span": fails})
    node.writer.write("span", 1)
    node.writes()
    node.intake.look()
    node.intake.look()
    assert len(caplog.records) == 1


def test_counters_of_another_version_are_left_out(node: Node, caplog: pytest.LogCaptureFixture) -> None:
    node.writer.write("counters", [["too", "short"]])
    node.serves(1)
    node.writes()
    node.intake.look()
    assert node.count() == 1
    assert "another version" in caplog.text


def test_what_is_old_is_forgotten(node: Node) -> None:
    node.serves(1)
    node.writes()
    node.intake.look()
    node.clock.advance(15 * 86_400 - 60)
    node.intake.trim(15)
    assert node.count() == 1
    node.clock.advance(120)
    node.intake.trim(15)
    assert node.count() == 0
    node.store.close()
    node.intake.trim(15)  # logs, and no more


def test_days_are_of_utc() -> None:
    assert [day_of(at) for at in (0, 86_399.9, 86_400)] == ["1970-01-01", "1970-01-01", "1970-01-02"]
