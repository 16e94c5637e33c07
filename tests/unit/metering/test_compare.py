"""The same traffic as every type of API; idle connections."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gatewright.metering.base import Use
from gatewright.metering.compare import Comparison, compare, idle
from gatewright.metering.cost import price, total
from gatewright.metering.prices import load
from tests.unit.metering.support import use

PRICES = load()
MILLION = 1_000_000
KB = 1024


def compared(*uses: Use, private: str = "") -> list[Comparison]:
    return compare(total(uses, {private}), PRICES)


def one(*uses: Use) -> dict[str, tuple[str, bool]]:
    (comparison,) = compared(*uses)
    return {kind: (f"{each.cost.normalize():f}", each.estimated) for kind, each in comparison.of.items()}


def test_a_rest_api_s_calls() -> None:
    small = [use("r", "requests", MILLION), use("r", "calls", 2 * MILLION)]
    assert one(*small, use("r", "bytes_out", 2 * MILLION * 1000)) == {
        "REST": ("3.5", False),  # half of the calls are not billed
        "HTTP": ("2", True),
        "WEBSOCKET": ("4", True),  # in and out
    }


@pytest.mark.parametrize(
    ("bytes_in", "bytes_out", "http", "websocket"),
    [
        (0, 0, "1", "2"),
        (0, 512 * KB, "1", "17"),
        (1, 512 * KB, "2", "17"),
        (32 * KB, 32 * KB, "1", "2"),
        (32 * KB + 1, 1, "1", "3"),
        (0, 600 * KB, "2", "20"),
    ],
)
def test_sizes_count_where_the_other_type_has_units(bytes_in: int, bytes_out: int, http: str, websocket: str) -> None:
    uses = [use("r", "requests", MILLION)]  # of which so many bytes each
    uses += [use("r", "bytes_in", bytes_in * MILLION), use("r", "bytes_out", bytes_out * MILLION)]
    made = one(*uses)
    assert (made["HTTP"][0], made["WEBSOCKET"][0]) == (http, websocket)


def test_an_http_api_s_calls_have_no_units_as_a_rest_api() -> None:
    assert one(
        use("h", "requests", 2 * MILLION), use("h", "calls", MILLION), use("h", "bytes_in", 600 * KB * MILLION)
    ) == {
        "REST": ("3.5", False),
        "HTTP": ("2", False),
        "WEBSOCKET": ("20", True),
    }


def test_a_websocket_api_s_messages() -> None:
    assert one(use("w", "messages", 2 * MILLION), use("w", "connection_minutes", 4 * MILLION)) == {
        "REST": ("7", True),
        "HTTP": ("2", True),
        "WEBSOCKET": ("3", False),
    }
    assert list(one(use("w", "connection_minutes", MILLION))) == ["WEBSOCKET"]


def test_a_column_is_all_traffic_of_the_account_and_region_as_one_type() -> None:
    made = compared(
        use("r", "requests", 300 * MILLION), use("h", "requests", 100 * MILLION), use("h", "calls", 100 * MILLION)
    )
    http = {each.stage.api_id: each.of["HTTP"].cost for each in made}
    assert http == {"r": Decimal("292.5"), "h": Decimal("97.5")}  # 400 M of one type: 390, three to one
    rest = sum(each.of["REST"].cost for each in made)
    assert rest == 333 * Decimal("3.5") + 67 * Decimal("2.8")


def test_stages_without_traffic_are_left_out() -> None:
    assert compared(use("r", "cache_hours/0.5", 3), use("r2", "bytes_out", 3), use("r3", "requests", 0)) == []


def test_idle_connections() -> None:
    amounts = total(
        [
            use("w1", "connection_minutes", 3 * MILLION),
            use("w1", "connection_minutes", MILLION, day="2026-11-04"),
            use("w1", "idle_minutes", 3 * MILLION),
            use("w2", "connection_minutes", MILLION),
            use("w3", "connection_minutes", 10),
            use("w3", "idle_minutes", 11),
            use("w4", "connection_minutes", 0),
            use("r", "requests", 10),
        ]
    )
    bill = price(amounts, PRICES)
    found = idle(amounts, {(line.stage, line.item): line.cost for line in bill.lines if line.cost is not None})
    assert [(each.stage.api_id, each.minutes, each.idle, each.cost) for each in found] == [
        ("w1", 4 * MILLION, 3 * MILLION, Decimal("0.75")),
        ("w2", MILLION, 0, Decimal(0)),
        ("w3", 10, 10, Decimal("0.0000025")),
    ]


def test_what_private_apis_send_counts_as_size() -> None:
    uses = [use("r", "requests", MILLION), use("r", "bytes_out", 600 * KB * MILLION)]
    (made,) = compared(*uses, private="r")
    assert made.of["HTTP"].cost == 2
