"""What is reported of a month, and what is shown of it."""

from __future__ import annotations

import datetime
import json

import pytest

from gatewright.metering.base import Use
from gatewright.metering.prices import load
from gatewright.metering.report import Month, MonthError, Report, make, month, to_json
from tests.unit.metering.support import use

PRICES = load()
MILLION = 1_000_000
NOVEMBER = Month("2026-11", "2026-11-01", "2026-11-23")
USES = [
    use("r1", "requests", 2 * MILLION),
    use("r1", "calls", 3 * MILLION),
    use("r1", "cache_hours/0.5", 500),
    use("r2", "requests", 4 * MILLION, region="eu-central-1"),
    use("h1", "requests", MILLION),
    use("h1", "bytes_out", 1024),
    use("w1", "messages", MILLION),
    use("w1", "connection_minutes", 4 * MILLION),
    use("w1", "idle_minutes", 3 * MILLION),
    use("w1", "bytes_in", 0),
]


def reported(
    uses: list[Use] = USES, *, free_tier: bool = False, region: str | None = None, api_id: str | None = None
) -> Report:
    return make(uses, PRICES, NOVEMBER, free_tier=free_tier, region=region, api=api_id, names={"r1": "orders"})


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        (None, "2026-11-01", "2026-11-23"),
        ("2026-11", "2026-11-01", "2026-11-23"),
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2027-01", "2027-01-01", "2027-01-01"),
    ],
)
def test_months(text: str | None, first: str, last: str) -> None:
    found = month(text, datetime.date(2026, 11, 23))
    assert (found.first, found.last, found.name) == (first, last, first[:7])


NO_MONTHS = ["", "2026", "2026-13", "2026-1", "2026-00", "0000-01", "11-2026", "２０２６-11", "2026-11\n"]


@pytest.mark.parametrize("text", NO_MONTHS)
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(MonthError, match="give a month as YYYY-MM"):
        month(text, datetime.date(2026, 11, 23))


def test_lines_are_in_the_order_of_a_bill() -> None:
    lines = [(line.stage.region, line.stage.api_id, line.item) for line in reported().lines]
    assert lines == [
        ("eu-central-1", "r2", "requests"),
        ("us-east-1", "h1", "requests"),
        ("us-east-1", "h1", "bytes_out"),
        ("us-east-1", "r1", "requests"),
        ("us-east-1", "r1", "cache_hours/0.5"),
        ("us-east-1", "r1", "calls"),
        ("us-east-1", "w1", "messages"),
        ("us-east-1", "w1", "connection_minutes"),
        ("us-east-1", "w1", "idle_minutes"),
    ]


def test_as_json() -> None:
    made = json.loads(json.dumps(to_json(reported())))
    assert {name: made[name] for name in ("month", "firstDay", "lastDay", "currency", "freeTier", "total")} == {
        "month": "2026-11",
        "firstDay": "2026-11-01",
        "lastDay": "2026-11-23",
        "currency": "USD",
        "freeTier": False,
        "total": 2 * 3.5 + 10 + 4 * 3.7 + 1 + 1 + 1,
    }
    orders = next(each for each in made["stages"] if each["apiId"] == "r1")
    assert orders == {
        "account": "123456789012",
        "region": "us-east-1",
        "apiId": "r1",
        "apiName": "orders",
        "stage": "prod",
        "type": "REST",
        "total": 17.0,
        "items": [
            {"item": "requests", "amount": 2_000_000, "cost": 7.0},
            {"item": "cache_hours/0.5", "amount": 500, "cost": 10.0},
            {"item": "calls", "amount": 3_000_000, "cost": None},
        ],
    }
    same = next(each for each in made["sameTraffic"] if each["apiId"] == "r1")
    assert same["as"] == {
        "REST": {"cost": 7.0, "estimated": False},
        "HTTP": {"cost": 3.0, "estimated": True},
        "WEBSOCKET": {"cost": 6.0, "estimated": True},
    }
    (idle,) = made["connections"]
    assert (idle["apiId"], idle["minutes"], idle["silentMinutes"], idle["silentCost"]) == ("w1", 4e6, 3e6, 0.75)
    assert {(each["region"], each["table"]) for each in made["prices"]} == {
        ("eu-central-1", "rest"),
        ("us-east-1", "rest"),
        ("us-east-1", "http"),
        ("us-east-1", "cache/0.5"),
        ("us-east-1", "data_out"),
        ("us-east-1", "messages"),
        ("us-east-1", "minutes"),
    }
    assert all(each["date"] == "2025-06-18" and each["source"].startswith("https://") for each in made["prices"])


def test_hints() -> None:
    data_out, cheaper, silent, cache = reported().notes
    assert data_out.startswith("Of an account's data out 100 GB a month are free")
    assert cheaper.startswith("REST traffic would cost about $14.00 less as HTTP APIs.")
    assert "websocket_idle_timeout" in silent
    assert silent.startswith("75% of the connection minutes were silent.")
    assert cache.startswith("The cache of r1/prod costs more than its calls")


def test_no_hints_where_there_is_nothing_to_hint_at() -> None:
    assert list(reported([use("h", "requests", MILLION), use("r", "requests", 100)]).notes) == []


def test_filters_choose_what_is_shown_not_what_is_reckoned() -> None:
    uses = [use("r1", "requests", 333 * MILLION), use("r2", "requests", 333 * MILLION)]
    one = reported(uses, api_id="r1")
    assert [line.stage.api_id for line in one.lines] == ["r1"]
    assert float(one.total) == 333 * (3.5 + 2.8) / 2
    assert [each.stage.api_id for each in one.compared] == ["r1"]
    frankfurt = reported(region="eu-central-1")
    assert [line.stage.api_id for line in frankfurt.lines] == ["r2"]
    assert not frankfurt.idle
    assert not any("data out" in note for note in frankfurt.notes)
    assert reported(api_id="nobody").lines == []


def test_the_free_tier_shows() -> None:
    assert float(reported(free_tier=True).total) < float(reported().total)
    assert to_json(reported(free_tier=True))["freeTier"] is True


def test_data_out_of_private_apis_is_not_billed() -> None:
    uses = [use("r1", "bytes_out", 500 * 2**30), use("r2", "bytes_out", 500 * 2**30), use("r1", "requests", 0)]
    made = to_json(make(uses, PRICES, NOVEMBER, private={"r1"}))
    items = {each["apiId"]: each["items"] for each in made["stages"]}
    assert items["r1"] == [{"item": "bytes_out_private", "amount": 500 * 2**30, "cost": None}]
    assert items["r2"] == [{"item": "bytes_out", "amount": 500 * 2**30, "cost": 36.0}]
