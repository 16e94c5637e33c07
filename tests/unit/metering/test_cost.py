"""Bills: AWS's worked examples, tiers over all APIs, sharing out, what is free."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.metering.base import Use
from gatewright.metering.cost import Bill, notes, price, table_of, total
from gatewright.metering.prices import GB, load
from tests.unit.metering.support import use

PRICES = load()
MILLION = 1_000_000


def bill(*uses: Use, free_tier: bool = False) -> Bill:
    return price(total(uses), PRICES, free_tier=free_tier)


@pytest.mark.parametrize(
    ("uses", "dollars"),
    [
        ([use("h", "requests", 100 * MILLION)], "100.00"),
        ([use("h", "requests", 400 * MILLION)], "390.00"),
        ([use("h", "requests", 2 * MILLION), use("h", "calls", 1 * MILLION)], "2.00"),  # 1 M calls of 600 KB
        ([use("r", "requests", 500 * MILLION)], "1633.10"),
        ([use("r", "requests", 2000 * MILLION)], "5413.10"),
        ([use("w", "messages", 6 * MILLION), use("w", "connection_minutes", 21.6 * MILLION)], "11.40"),
        ([use("r", "cache_hours/1.6", 720)], "27.36"),
        ([use("r", "requests", 5 * MILLION), use("r", "bytes_out", 15e9 * 1.024 + 100 * GB)], "18.79"),
        ([use("r", "bytes_out", 10_340 * GB)], "921.60"),  # 100 GB are free, then 10 TB
        ([use("r", "bytes_out", 10_341 * GB)], "921.685"),
    ],
)
def test_worked_checks(uses: list[Use], dollars: str) -> None:
    """The price page's examples, and those of the facts that the price tables were checked against."""
    assert round(bill(*uses).total, len(dollars.partition(".")[2])) == Decimal(dollars)


def test_what_is_not_billed_has_no_cost() -> None:
    lines = bill(use("r", "calls", 10), use("r", "bytes_in", 10), use("h", "messages", 3)).lines
    assert [(line.item, line.cost) for line in lines] == [("messages", None), ("bytes_in", None), ("calls", None)]
    assert bill(use("r", "calls", 10)).total == 0
    assert (table_of("REST", "cache_hours/118"), table_of("HTTP", "bytes_out")) == ("cache/118", "data_out")


def test_tiers_hold_over_all_apis_and_costs_are_shared_in_proportion() -> None:
    made = bill(
        use("r1", "requests", 300 * MILLION),
        use("r1", "requests", 75 * MILLION, day="2026-11-04"),
        use("r2", "requests", 100 * MILLION, stage="beta"),
        use("r2", "requests", 25 * MILLION),
    )
    assert made.total == Decimal("1633.1")
    assert {(line.stage.api_id, line.stage.stage): (line.amount, line.cost) for line in made.lines} == {
        ("r1", "prod"): (375 * MILLION, Decimal("1224.825")),
        ("r2", "beta"): (100 * MILLION, Decimal("326.62")),
        ("r2", "prod"): (25 * MILLION, Decimal("81.655")),
    }


def test_accounts_and_regions_have_tiers_of_their_own() -> None:
    here, there = use("r", "requests", 333 * MILLION), use("r", "requests", 333 * MILLION, account="111122223333")
    away = use("r", "requests", 333 * MILLION, region="eu-central-1")
    assert bill(here, there, away).total == Decimal(333) * (Decimal("3.5") * 2 + Decimal("3.7"))


def test_free_data_out_is_the_account_s_in_all_regions_but_those_of_governments() -> None:
    made = bill(
        use("r", "bytes_out", 150 * GB),
        use("r", "bytes_out", 50 * GB, region="sa-east-1"),
        use("r", "bytes_out", 10 * GB, region="us-gov-west-1"),
        use("r", "bytes_out", 100 * GB, account="111122223333"),
    )
    costs = {(line.stage.account, line.stage.region): line.cost for line in made.lines}
    assert costs["123456789012", "us-east-1"] == Decimal("6.75")  # 75 of the 100 GB were free here
    assert costs["123456789012", "sa-east-1"] == Decimal("3.75")  # and 25 of them here
    assert costs["123456789012", "us-gov-west-1"] == Decimal("1.55")
    assert costs["111122223333", "us-east-1"] == 0


def test_the_free_tier_is_taken_off_when_it_is_asked_for() -> None:
    uses = [
        use("r", "requests", 1.5 * MILLION),
        use("h", "requests", MILLION),
        use("w", "messages", 2 * MILLION),
        use("w", "connection_minutes", 1.75 * MILLION),
        use("r", "cache_hours/0.5", 10),
    ]
    assert bill(*uses).total == Decimal("5.25") + 1 + 2 + Decimal("0.4375") + Decimal("0.2")
    assert bill(*uses, free_tier=True).total == Decimal("1.75") + 1 + Decimal("0.25") + Decimal("0.2")


def test_what_must_be_known_to_read_a_bill() -> None:
    uses = [
        use("h", "requests", 10, region="mx-central-1"),
        use("r", "requests", 10, region="mx-central-1"),
        use("r", "requests", 10, region="xx-moon-1"),
        use("r", "bytes_out", 10, region="xx-moon-1"),
        use("r", "cache_hours/7", 10),
        use("r", "requests", 10),
    ]
    assert list(notes(total(uses), PRICES)) == [
        "No prices of mx-central-1 are known for http: priced as us-east-1.",
        "No prices of xx-moon-1 are known for data_out, rest: priced as us-east-1.",
        "A cache of 7 GB has no price in us-east-1: not counted.",
        "Of an account's data out 100 GB a month are free, in all Regions together.",
    ]
    assert list(notes(total([use("r", "requests", 10)]), PRICES)) == []


def test_nothing_costs_nothing() -> None:
    assert bill() == Bill(())
    assert bill(use("r", "requests", 0)).total == 0


ITEMS = {
    "r": ["requests", "bytes_out", "cache_hours/0.5", "calls"],
    "h": ["requests", "bytes_out"],
    "w": ["messages", "connection_minutes", "bytes_out"],
}
USES = st.sampled_from(["r1", "r2", "h1", "h2", "w1"]).flatmap(
    lambda api: st.builds(
        use,
        st.just(api),
        st.sampled_from(ITEMS[api[0]]),
        st.integers(0, 10**13) | st.sampled_from([333 * MILLION, 10**9, 2 * 10**10, 300 * MILLION]),
        stage=st.sampled_from(["a", "b"]),
        region=st.sampled_from(["us-east-1", "eu-central-1", "us-gov-west-1", "xx-moon-1"]),
    )
)


@given(st.lists(USES, max_size=12), st.booleans())
def test_the_lines_add_up_to_what_the_pools_cost(uses: list[Use], free_tier: bool) -> None:
    """Whatever the split into APIs and stages: as if one stage had used it all."""
    as_one = [
        Use(each.day, each.account, each.region, each.product, "s", each.product, each.item, each.amount)
        for each in uses
    ]
    split, whole = bill(*uses, free_tier=free_tier), bill(*as_one, free_tier=free_tier)
    apart = abs(split.total - whole.total)
    assert apart <= Decimal("1e-9") * len(uses)  # pools of data out are of several types: rounded once each
    assert all(line.cost is None or line.cost >= 0 for line in split.lines)


@given(st.lists(USES, max_size=8), USES, st.booleans())
def test_more_use_never_costs_less(uses: list[Use], more: Use, free_tier: bool) -> None:
    assert bill(*uses, more, free_tier=free_tier).total >= bill(*uses, free_tier=free_tier).total


@given(st.lists(USES, max_size=8))
def test_the_free_tier_never_costs_more(uses: list[Use]) -> None:
    assert bill(*uses, free_tier=True).total <= bill(*uses).total


@given(st.lists(USES, max_size=8))
def test_the_order_of_uses_does_not_matter(uses: list[Use]) -> None:
    assert bill(*uses) == bill(*reversed(uses))
