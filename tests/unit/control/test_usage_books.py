"""The use of quotas in the durable store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from gatewright.catalog.periods import quota_name
from gatewright.clock import FakeClock
from gatewright.control.usage_books import UsageBooks
from gatewright.state.machine.environment import Environment
from gatewright.state.machine.quotas import MachineQuotas
from gatewright.state.machine.usage import MachineUsage
from gatewright.store.base import Heard, Key, StoreError
from gatewright.store.sqlite import SqliteStore

ACCOUNT, REGION, PLAN, KEY = "123456789012", "us-east-1", "plan", "key"
NAME = quota_name(ACCOUNT, REGION, PLAN, KEY)
MONTHLY = {"limit": 10, "period": "MONTH", "offset": 0}


class House:
    """A store with one plan and one key, and the machine's state, which can be lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp())
        self.store = SqliteStore(folder / "db")
        with self.store.transaction() as tx:
            tx.insert(Key(ACCOUNT, REGION, "usage_plan", "", PLAN), {"id": PLAN, "quota": MONTHLY})
            tx.insert(Key(ACCOUNT, REGION, "usage_plan_key", PLAN, KEY), {"id": KEY})
        self.lose(0)

    def lose(self, number: int) -> None:
        environment = Environment(self.folder / f"state{number}")
        self.usage = MachineUsage(environment, 1, self.clock)
        self.books = UsageBooks(self.store, self.usage, self.clock)
        self.quotas = MachineQuotas(environment, self.clock, 0)

    def take(self, times: int) -> int:
        quota = self.quotas.quota(NAME, lambda day: (day.replace(day=1).isoformat(), 10))
        return sum(quota.take() for _ in range(times))

    def entered(self) -> Any:
        with self.store.transaction(write=False) as tx:
            found = tx.get(Key(ACCOUNT, REGION, "usage", PLAN, KEY))
        return None if found is None else found.body["days"]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_what_is_used_is_entered_and_survives_the_loss_of_the_machine_s_state(house: House) -> None:
    house.books.flush()
    assert house.entered() is None
    assert house.take(4) == 4
    house.books.flush()
    house.books.flush()
    assert house.entered() == {"2026-11-23": 4}
    house.lose(1)
    house.books.restore()
    assert house.usage.used(NAME) == {date(2026, 11, 23): 4}
    assert house.take(99) == 6
    house.books.flush()
    assert house.entered() == {"2026-11-23": 10}


def test_old_days_are_dropped_and_keys_that_have_left_are_not_entered(house: House) -> None:
    assert house.take(1) == 1
    house.books.flush()
    house.clock.advance(200 * 86_400)
    assert house.take(2) == 2
    house.books.flush()
    assert house.entered() == {"2027-06-11": 2}
    with house.store.transaction() as tx:
        tx.delete(Key(ACCOUNT, REGION, "usage_plan_key", PLAN, KEY))
        tx.delete(Key(ACCOUNT, REGION, "usage", PLAN, KEY))
    assert house.take(1) == 1
    house.books.flush()
    assert house.entered() is None


class Failing:
    """A store that cannot be written for a while."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self.ledger = store.ledger
        self.fails = True
        self.ledger = store.ledger

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Any]:
        if self.fails:
            raise StoreError("the disk is full")
        with self._store.transaction(write=write) as tx:
            yield tx

    def listen(self, heard: Heard, wanted: Callable[[], bool]) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def test_what_could_not_be_entered_is_entered_the_next_time(house: House, caplog: pytest.LogCaptureFixture) -> None:
    store = Failing(house.store)
    books = UsageBooks(store, house.usage, house.clock)
    house.take(3)
    books.flush()
    assert "the disk is full" in caplog.text
    store.fails = False
    books.flush()
    assert house.entered() == {"2026-11-23": 3}


def test_books_that_cannot_be_read_are_told_of_once_and_tried_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    assert house.take(3) == 3
    tally = house.folder / "state0" / "tally-0"
    tally.rename(tally.with_name("away"))
    house.books.flush()
    house.books.flush()
    assert len([each for each in caplog.records if "could not be stored" in each.message]) == 1
    tally.with_name("away").rename(tally)
    house.books.flush()
    assert house.entered() == {"2026-11-23": 3}
