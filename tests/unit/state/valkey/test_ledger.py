"""What a worker has served, across its successors."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from gatewright.state.valkey.ledger import KEPT, Ledger, open_books, tallies

DAY = date(2026, 11, 25)


def serve(ledger: Ledger, name: str, period: str, day: date, count: int) -> None:
    place = ledger.open(name, period, day)
    for _ in range(count):
        ledger.tally.add(place)


def test_counts_outlive_the_worker(tmp_path: Path) -> None:
    books = open_books(tmp_path)
    first = Ledger(books, 0, DAY, writing=True)
    serve(first, "q", "2026-11-01", DAY, 3)
    serve(first, "q", "2026-11-01", DAY + timedelta(days=1), 4)
    serve(first, "q", "2026-12-01", date(2026, 12, 1), 5)
    serve(first, "r", "2026-11-25", DAY, 2)
    first.close()
    for writing in (True, False):
        again = Ledger(books, 0, DAY, writing=writing)
        assert [again.served("q", "2026-11-01"), again.served("q", "2026-12-01")] == [7, 5]
        assert again.periods == {"q": {"2026-11-01", "2026-12-01"}, "r": {"2026-11-25"}}
        assert ("r", DAY, 2) in list(again.counts())
        again.close()
    assert tallies(tmp_path) == [0]
    books.close()


def test_what_is_old_is_dropped_and_its_place_used_again(tmp_path: Path) -> None:
    books = open_books(tmp_path)
    first = Ledger(books, 0, DAY, writing=True)
    serve(first, "q", "2026-11-01", DAY, 3)
    first.close()
    later = DAY + timedelta(days=KEPT + 40)
    second = Ledger(books, 0, later, writing=True)
    assert (list(second.counts()), second.periods) == ([], {})
    assert second.open("q", later.isoformat(), later) == 0
    assert second.served("q", later.isoformat()) == 0
    second.close()
    books.close()


def test_a_worker_that_runs_for_long_drops_what_is_old_too(tmp_path: Path) -> None:
    books = open_books(tmp_path)
    ledger = Ledger(books, 0, DAY, writing=True)
    later = DAY + timedelta(days=KEPT + 1)
    for day in (DAY, DAY + timedelta(days=1), later):
        serve(ledger, "q", day.isoformat(), day, 1)
    kept = [("q", DAY + timedelta(days=1), 1), ("q", later, 1)]
    assert sorted(ledger.counts()) == kept
    assert ledger.open("q", "2027-06-01", date(2027, 6, 1)) == 1  # the first day's has been taken again
    ledger.close()
    again = Ledger(books, 0, later, writing=False)
    assert ("q", later, 1) in list(again.counts())
    assert DAY.isoformat() not in again.periods["q"]
    again.close()
    books.close()
