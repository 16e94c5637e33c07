"""What the control process says of uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from gatewright.aws.base import HttpRequest
from gatewright.control.uses import UsesPage
from gatewright.metering.base import Use
from gatewright.metering.books import Books, Told
from gatewright.store.base import StoreError
from gatewright.store.sqlite import SqliteStore


class Kept:
    """One use, or trouble."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken

    def read(self, first_day: str, last_day: str) -> list[Use]:
        if self.broken:
            raise StoreError("the disk is full")
        return [Use(first_day, "1", "r", "a", "s", "REST", "requests", 1.0)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "db")
    yield opened
    opened.close()


def asked(query: bytes) -> HttpRequest:
    return HttpRequest("GET", b"/_gatewright/uses", query, [], b"")


def test_uses_of_days(store: SqliteStore) -> None:
    answer = UsesPage(Books(store, Kept())).handle(asked(b"first=2026-11-01&last=2026-11-30"))
    assert answer.status == 200
    assert msgspec.json.decode(answer.body, type=Told).uses[0].day == "2026-11-01"


def test_no_days(store: SqliteStore) -> None:
    assert UsesPage(Books(store)).handle(asked(b"first=\xff")).status == 400


def test_trouble(store: SqliteStore) -> None:
    assert UsesPage(Books(store, Kept(broken=True))).handle(asked(b"first=2026-11-01&last=2026-11-30")).status == 500
