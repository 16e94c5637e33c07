"""All uses, and what is told of the APIs."""

from __future__ import annotations

from pathlib import Path

from gatewright.metering.base import Use
from gatewright.metering.books import Told, tell
from gatewright.store.base import Key
from gatewright.store.sqlite import SqliteStore
from tests.unit.metering.support import use

DAYS = ("2026-11-01", "2026-11-30")


class Kept:
    """A list as `Uses`."""

    def __init__(self, *uses: Use) -> None:
        self._uses = uses

    def read(self, first_day: str, last_day: str) -> list[Use]:
        return [use for use in self._uses if first_day <= use.day <= last_day]


def test_all_sources_and_the_apis(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "db")
    with store.transaction() as transaction:
        for api_id, name, kind in (("r1", "orders", "PRIVATE"), ("r2", "", "EDGE")):
            body = {"name": name, "endpointConfiguration": {"types": [kind]}}
            transaction.insert(Key("1", "r", "rest_api", "", api_id), body)
        transaction.insert(Key("1", "r", "api", "", "h1"), {"Name": "events"})
    names = {"r1": "orders", "r2": "", "h1": "events"}
    first, second = use("r1", "requests", 1), use("h1", "requests", 2.5, day="2026-12-01")
    sources = Kept(first), Kept(second)
    assert tell(store, sources, *DAYS) == Told((first,), names, frozenset({"r1"}))
    assert tell(store, sources, "2026-11-01", "2026-12-31").uses == (first, second)
    assert tell(store, sources, "2025-01-01", "2025-12-31").uses == ()
    store.close()
