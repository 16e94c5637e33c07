from __future__ import annotations

from datetime import date

import pytest

from gatewright.catalog import periods

SUNDAY = date(2024, 6, 30)


@pytest.mark.parametrize(
    ("period", "day", "first"),
    [
        ("DAY", date(2024, 7, 3), date(2024, 7, 3)),
        ("WEEK", date(2024, 7, 3), SUNDAY),
        ("WEEK", SUNDAY, SUNDAY),
        ("WEEK", date(2024, 6, 29), date(2024, 6, 23)),
        ("MONTH", date(2024, 2, 29), date(2024, 2, 1)),
    ],
)
def test_starts(period: str, day: date, first: date) -> None:
    assert periods.start(period, day) == first


@pytest.mark.parametrize(
    ("period", "day", "next_one"),
    [
        ("DAY", date(2024, 2, 29), date(2024, 3, 1)),
        ("WEEK", date(2024, 7, 3), date(2024, 7, 7)),
        ("MONTH", date(2024, 1, 31), date(2024, 2, 1)),
        ("MONTH", date(2024, 12, 1), date(2025, 1, 1)),
    ],
)
def test_what_follows(period: str, day: date, next_one: date) -> None:
    assert periods.following(period, day) == next_one


def test_the_day_is_that_of_utc() -> None:
    assert periods.day_of(1_719_791_999) == SUNDAY


def test_the_offset_counts_in_the_first_period_only() -> None:
    quota = {"limit": 10, "offset": 4, "period": "MONTH"}
    assert periods.allowance(quota, SUNDAY, date(2024, 6, 1)) == 6
    assert periods.allowance(quota, SUNDAY, date(2024, 7, 1)) == 10
    assert periods.allowance(quota | {"offset": 20}, SUNDAY, SUNDAY) == 0
    ceiling = {"since": "2024-06-30", "limit": 99}
    assert periods.allowance(quota, SUNDAY, date(2024, 6, 1), ceiling) == 99
    assert periods.allowance(quota, SUNDAY, date(2024, 7, 1), ceiling) == 10
    assert periods.allowance(None, SUNDAY, SUNDAY) == periods.UNLIMITED
