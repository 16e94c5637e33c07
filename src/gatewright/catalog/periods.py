"""The periods of a quota: when the one that a day belongs to began, and what is left of it.

Periods begin at 00:00 UTC: days, weeks, months on the 1st. unverified: weeks begin on Sunday. The offset is what AWS
takes off the limit in the first period, that in which the key joined the plan.
https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

# The largest offset of a period (as client tools check it; unverified on AWS).
MOST_OFFSET = {"DAY": 0, "WEEK": 6, "MONTH": 27}
UNLIMITED = -1  # unverified: what AWS shows as remaining when a plan has no quota
BOUNDLESS = 10**15  # requests of a day: more than anybody serves


def quota_name(account: str, region: str, plan: str, key: str) -> str:
    """What the use of a key under a plan is counted by."""
    return f"{account}/{region}/{plan}/{key}"


def day_of(seconds: float) -> date:
    """The UTC day of a point in time."""
    return datetime.fromtimestamp(seconds, UTC).date()


def start(period: str, day: date) -> date:
    """The first day of the period that a day belongs to."""
    if period == "MONTH":
        return day.replace(day=1)
    if period == "WEEK":
        return day - timedelta(days=(day.weekday() + 1) % 7)
    return day


def following(period: str, day: date) -> date:
    """The first day of the period after the one that a day belongs to."""
    begin = start(period, day)
    if period == "MONTH":
        return (begin + timedelta(days=31)).replace(day=1)
    return begin + timedelta(days=7 if period == "WEEK" else 1)


def allowance(
    quota: Mapping[str, Any] | None, joined: date, day: date, ceiling: Mapping[str, Any] | None = None
) -> int:
    """How many requests a key that joined on one day may make in the period of another.

    `ceiling`: {"since", "limit"}, what UpdateUsage has made of the limit of the period that a day lies in.
    """
    if not quota:
        return UNLIMITED
    if ceiling and start(quota["period"], date.fromisoformat(ceiling["since"])) == start(quota["period"], day):
        return int(ceiling["limit"])
    return limit(quota["period"], int(quota["limit"]), int(quota.get("offset") or 0), joined, day)


def limit(period: str, most: int, offset: int, joined: date, day: date) -> int:
    """The same from a quota's members."""
    return max(0, most - (offset if start(period, joined) == start(period, day) else 0))
