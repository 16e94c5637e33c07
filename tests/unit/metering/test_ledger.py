from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.metering.base import Use
from gatewright.metering.ledger import LedgerUses, used
from gatewright.store.base import Entries
from gatewright.store.sqlite import SqliteStore

OWNER = ("123456789012", "us-east-1")
COUNTED = {
    "count": 5,
    "requests": 4,
    "bytes_out": 7,
    "messages": 3,
    "message_units": 9,
    "minutes": 2,
    "idle_minutes": 1,
}


@pytest.mark.parametrize(
    ("product", "items"),
    [
        ("REST", {"requests": 4, "calls": 5, "bytes_out": 7}),
        ("HTTP", {"requests": 4, "calls": 5, "bytes_out": 7}),
        ("WEBSOCKET", {"messages": 9, "connection_minutes": 2, "idle_minutes": 1, "bytes_out": 7}),
        ("OTHER", {}),
    ],
)
def test_what_a_product_uses(product: str, items: dict[str, float]) -> None:
    found = dict(used("2026-01-31", OWNER, "a1", "v1", product, COUNTED))
    assert {key[-1]: amount for key, amount in found.items()} == items
    assert all(key[:6] == ("2026-01-31", *OWNER, "a1", "v1", product) for key in found)


def test_uses_are_read_from_the_ledger(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "store.db")
    uses = dict(used("2026-01-31", OWNER, "a1", "v1", "REST", {"count": 2}))
    store.ledger.enter("n1", Entries("2026-01-31", {}, uses, {}), lambda kept, more: kept)
    assert list(LedgerUses(store.ledger).read("2026-01-01", "2026-01-31")) == [
        Use("2026-01-31", *OWNER, "a1", "v1", "REST", "calls", 2.0)
    ]
    store.close()
