"""Price files: the one that comes with the package, and what may be wrong with an operator's own."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from gatewright.metering.prices import BASE, PriceError, Tier, load, parse

PRICES = load()
MILLION = 1_000_000


def test_the_base_region_is_as_the_price_page_has_it() -> None:
    def dollars(name: str) -> list[tuple[int | None, str]]:
        table = PRICES.table(BASE, name)
        assert table is not None
        return [(None if tier.to is None else int(tier.to), f"{tier.price:f}") for tier in table.tiers]

    assert dollars("rest") == [
        (333 * MILLION, "3.5"),
        (1000 * MILLION, "2.8"),
        (20_000 * MILLION, "2.38"),
        (None, "1.51"),
    ]
    assert dollars("http") == [(300 * MILLION, "1.0"), (None, "0.9")]
    assert dollars("messages") == [(1000 * MILLION, "1.0"), (None, "0.8")]
    assert dollars("minutes") == [(None, "0.25")]
    caches = {"0.5": "0.02", "1.6": "0.038", "6.1": "0.2", "13.5": "0.25"}
    caches |= {"28.4": "0.5", "58.2": "1.0", "118": "1.9", "237": "3.8"}
    assert {size: dollars(f"cache/{size}")[0][1] for size in caches} == caches
    assert (PRICES.free_data_out, PRICES.free_tier["minutes"]) == (Fraction(100), Fraction(750_000))


@pytest.mark.parametrize("region", PRICES.regions)
def test_every_region_has_prices_in_falling_tiers_with_date_and_source(region: str) -> None:
    tables = PRICES.regions[region].tables
    assert {"rest", "data_out", "cache/0.5", "cache/237"} <= set(tables)
    for table in tables.values():
        prices = [tier.price for tier in table.tiers]
        assert prices == sorted(prices, reverse=True)
        assert all(price > 0 for price in prices)
        assert table.date == "2025-06-18"
        assert table.source.startswith("https://")
    assert PRICES.allows(region) == (not region.startswith("us-gov-"))


def test_what_a_region_lacks_is_the_base_region_s() -> None:
    mexico = PRICES.table("mx-central-1", "http")
    assert mexico is not None
    assert mexico.region == BASE
    nowhere = PRICES.table("xx-nowhere-1", "rest")
    assert nowhere is not None
    assert nowhere.region == BASE
    assert PRICES.table(BASE, "cache/3.14") is None


OWN = """
date = 2026-11-01
source = "https://prices.example.com/ours"

[free]
data_out = 0
[free.tier]
rest = 5

[regions.eu-central-1]
http = [{ to = 10, price = 2 }, { price = 1.25 }]
cache = { "0.5" = 0.5 }
allowance = false

[regions.eu-isolated-1]
name = "Europe (Isolated)"
date = 2026-10-01
rest = [{ price = 9.99 }]
"""


def test_own_prices_stand_before_the_package_s(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(OWN)
    prices = load(file)
    http = prices.table("eu-central-1", "http")
    assert http is not None
    assert http.tiers == (Tier(Decimal(10), Decimal(2)), Tier(None, Decimal("1.25")))
    assert (http.date, http.source) == ("2026-11-01", "https://prices.example.com/ours")
    rest = prices.table("eu-central-1", "rest")
    assert rest is not None
    assert rest.tiers[0].price == Decimal("3.7")  # what the file does not name
    assert not prices.allows("eu-central-1")
    isolated = prices.table("eu-isolated-1", "rest")
    assert isolated is not None
    assert (isolated.date, prices.regions["eu-isolated-1"].name) == ("2026-10-01", "Europe (Isolated)")
    assert prices.regions["eu-central-1"].name == "EU (Frankfurt)"
    assert prices.free_data_out == 0
    assert prices.free_tier == {"rest": 5, "http": MILLION, "messages": MILLION, "minutes": 750_000}
    large, small = prices.table("eu-central-1", "cache/237"), prices.table("eu-central-1", "cache/0.5")
    assert large is not None
    assert small is not None
    assert (large.tiers[0].price, small.tiers[0].price) == (Decimal("3.8"), Decimal("0.5"))


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("x =", 0, "Invalid value (at end of document)"),
        ("[regions.here]\nrest = []", 1, "regions.here: is no Region's name"),
        ("\n[regions.eu-west-1]\nrst = 1", 3, "regions.eu-west-1.rst: is not known here"),
        ("[regions.eu-west-1]\nrest = 3.5", 2, "is no list of tiers"),
        ("[regions.eu-west-1]\nrest = []", 2, "is no list of tiers"),
        ("[regions.eu-west-1]\n\nrest = [{ to = 1 }]", 3, "tier 1 has no price"),
        ("[regions.eu-west-1]\nrest = [{ to = 1, price = 1 }]", 2, "every tier but the last one ends"),
        ("[regions.eu-west-1]\nrest = [{ price = 1 }, { price = 1 }]", 2, "every tier but the last one ends"),
        ("[regions.eu-west-1]\nrest = [{ to = 0, price = 1 }, { price = 1 }]", 2, "tier 1 ends where it begins"),
        (
            "[regions.eu-west-1]\nrest = [{ to = 2, price = 1 }, { to = 2, price = 1 }, { price = 1 }]",
            2,
            "tier 2 ends where it begins, or before",
        ),
        ("[regions.eu-west-1]\nhttp = [{ price = -1 }]", 2, "is not between 0 and"),
        ("[regions.eu-west-1]\nhttp = [{ price = nan }]", 2, "is not between 0 and"),
        ("[regions.eu-west-1]\nhttp = [{ price = inf }]", 2, "is not between 0 and"),
        ('[regions.eu-west-1]\nhttp = [{ price = "1" }]', 2, "is no number"),
        ("[regions.eu-west-1]\nhttp = [{ price = true }]", 2, "is no number"),
        ("[regions.eu-west-1]\nhttp = [3.5]", 2, "is no table"),
        ("[regions.eu-west-1]\nhttp = [{ price = 1, per = 2 }]", 1, "http.per: is not known here"),
        ('[regions.eu-west-1]\ncache = { "half" = 1 }', 2, "is no size in GB"),
        ("[regions.eu-west-1]\ncache = 1", 2, "is no table"),
        ("[regions.eu-west-1]\nallowance = 1", 2, "is neither true nor false"),
        ('date = "2025-06-18"', 1, "is no date"),
        ("date = 2025-06-18T00:00:00", 1, "is no date"),
        ("source = 1", 1, "is no text"),
        ("free = 1", 1, "is no table"),
        ("[free]\ndata = 1", 2, "free.data: is not known here; known are data_out, tier"),
        ("[free.tier]\ncache = 1", 2, "free.tier.cache: is not known here"),
        ("regions = 1", 1, "is no table"),
        ("[regions]\neu-west-1 = 1", 2, "is no table"),
        ("price = 1", 1, "price: is not known here"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(PriceError) as caught:
        parse(text, "mine.toml")
    told = str(caught.value)
    assert told.startswith(f"mine.toml:{line}: " if line else "mine.toml: ")
    assert message in told


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match=r"none\.toml: No such file"):
        load(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PriceError, match="no UTF-8 text"):
        load(tmp_path / "bytes.toml")


def test_a_table_s_cost_at_its_boundaries() -> None:
    table = PRICES.table(BASE, "rest")
    assert table is not None
    first, second = Fraction(333) * Fraction("3.5"), Fraction(667) * Fraction("2.8")
    assert table.cost(Fraction(0)) == 0
    assert table.cost(Fraction(333 * MILLION)) == first
    assert table.cost(Fraction(333 * MILLION + 1)) == first + Fraction("2.8") / MILLION
    assert table.cost(Fraction(1000 * MILLION)) == first + second
    assert table.cost(Fraction(20_001 * MILLION)) == first + second + 19_000 * Fraction("2.38") + Fraction("1.51")
