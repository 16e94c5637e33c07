"""The report of `gatewright cost`: what a month's uses would cost on AWS; for programs as JSON. Pure.

Filters choose what is shown, never what is reckoned: tiers hold for all APIs of an account in a Region.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gatewright.metering.base import (
    BYTES_IN,
    BYTES_OUT,
    CACHE_HOURS,
    CALLS,
    IDLE_MINUTES,
    MESSAGES,
    MINUTES,
    PRIVATE_OUT,
    REQUESTS,
    Use,
)
from gatewright.metering.compare import TYPES, Comparison, Idle, compare, idle
from gatewright.metering.cost import Bill, Line, Stage, notes, price, table_of, total
from gatewright.metering.prices import Prices, Table

_ORDER = (REQUESTS, MESSAGES, MINUTES, CACHE_HOURS, BYTES_OUT, PRIVATE_OUT, CALLS, IDLE_MINUTES, BYTES_IN)


class MonthError(ValueError):
    """What was given as a month is none."""


@dataclass(frozen=True, slots=True)
class Month:
    """The days of a month, `last` of the running one: today."""

    name: str
    first: str
    last: str


def month(text: str | None, today: datetime.date) -> Month:
    """A month as YYYY-MM; None: the running one. Raises MonthError."""
    if text is None:
        text = f"{today:%Y-%m}"
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) or text.startswith("0000"):
        raise MonthError(f"{text}: give a month as YYYY-MM")
    year, number = int(text[:4]), int(text[5:])
    last = datetime.date(year, number, calendar.monthrange(year, number)[1])
    return Month(text, f"{text}-01", min(last, max(today, last.replace(day=1))).isoformat())


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of a month. `tables`: the prices that were used, once each."""

    month: Month
    free_tier: bool
    lines: Sequence[Line]
    compared: Sequence[Comparison]
    idle: Sequence[Idle]
    notes: Sequence[str]
    tables: Sequence[tuple[str, str, Table]]  # Region, name of the table, and the table itself
    names: Mapping[str, str]  # of APIs

    @property
    def total(self) -> Decimal:
        return Bill(tuple(self.lines)).total


def make(
    uses: Iterable[Use],
    prices: Prices,
    when: Month,
    *,
    free_tier: bool = False,
    region: str | None = None,
    api: str | None = None,
    names: Mapping[str, str] | None = None,
    private: Collection[str] = (),
) -> Report:
    """The report of a month. `region` and `api` (id or name) choose what is shown; `names` by id; `private`: ids."""
    amounts = total(uses, private)
    bill = price(amounts, prices, free_tier=free_tier)

    def shown(stage: Stage) -> bool:
        return region in (None, stage.region) and api in (None, stage.api_id, (names or {}).get(stage.api_id))

    lines = [line for line in bill.lines if shown(line.stage) and (line.amount or line.cost)]
    lines.sort(key=lambda line: (line.stage, _rank(line.item), line.item))
    compared = [each for each in compare(amounts, prices) if shown(each.stage)]
    costs = {(line.stage, line.item): line.cost for line in bill.lines if line.cost is not None}
    silent = [each for each in idle(amounts, costs) if shown(each.stage)]
    tables = {}
    for line in lines:
        name = table_of(line.stage.product, line.item)
        if name is not None and (table := prices.table(line.stage.region, name)) is not None:
            tables[line.stage.region, name] = table
    used = [(*key, table) for key, table in sorted(tables.items(), key=lambda item: item[0])]
    visible = {key: amount for key, amount in amounts.items() if shown(key[0])}
    told = [*notes(visible, prices), *_hints(lines, compared, silent)]
    return Report(when, free_tier, lines, compared, silent, told, used, names or {})


def _rank(item: str) -> int:
    return next((rank for rank, each in enumerate(_ORDER) if item.startswith(each)), len(_ORDER))


def _hints(lines: Sequence[Line], compared: Sequence[Comparison], silent: Sequence[Idle]) -> Iterator[str]:
    """What can be done about it."""
    rest = [each.of for each in compared if each.stage.product == "REST" and len(each.of) == len(TYPES)]
    saved = sum((of["REST"].cost - of["HTTP"].cost for of in rest), Decimal(0))
    if saved >= Decimal("0.01"):
        yield (
            f"REST traffic would cost about ${saved:,.2f} less as HTTP APIs. These are another product: no API can be "
            "turned into one of the other type, it is made anew, and HTTP APIs have no API keys, usage plans or caches."
        )
    silence = sum((each.cost for each in silent), Decimal(0))
    if silence > 0:
        idle_minutes, minutes = (sum(getattr(each, name) for each in silent) for name in ("idle", "minutes"))
        yield (
            f"{idle_minutes / minutes:.0%} of the connection minutes were silent. The setting websocket_idle_timeout "
            "closes idle connections sooner than AWS's ten minutes."
        )
    for stage, hours, calls in _caches(lines):
        if hours > calls:
            name = f"{stage.api_id}/{stage.stage}"
            yield f"The cache of {name} costs more than its calls: it costs by the hour, used or not."


def _caches(lines: Sequence[Line]) -> Iterator[tuple[Stage, Decimal, Decimal]]:
    """Stages with caches; what these, and the stage's calls, cost."""
    sums: dict[Stage, list[Decimal]] = {}
    for line in lines:
        if line.stage.product == "REST" and line.cost is not None:
            both = sums.setdefault(line.stage, [Decimal(0), Decimal(0)])
            if line.item.startswith(CACHE_HOURS):
                both[0] += line.cost
            elif line.item != BYTES_OUT:
                both[1] += line.cost
    for stage, (hours, calls) in sums.items():
        yield stage, hours, calls


def to_json(report: Report) -> dict[str, Any]:
    """The report for programs; docs/cost.md describes it."""
    stages: dict[Stage, list[Line]] = {}
    for line in report.lines:
        stages.setdefault(line.stage, []).append(line)
    return {
        "month": report.month.name,
        "firstDay": report.month.first,
        "lastDay": report.month.last,
        "currency": "USD",
        "freeTier": report.free_tier,
        "total": float(report.total),
        "stages": [
            {
                **_named(stage, report.names),
                "total": float(Bill(tuple(lines)).total),
                "items": [
                    {
                        "item": line.item,
                        "amount": _whole(line.amount),
                        "cost": None if line.cost is None else float(line.cost),
                    }
                    for line in lines
                ],
            }
            for stage, lines in stages.items()
        ],
        "sameTraffic": [
            {
                **_named(each.stage, report.names),
                "as": {
                    kind: {"cost": float(of.cost), "estimated": of.estimated} for kind, of in sorted(each.of.items())
                },
            }
            for each in report.compared
        ],
        "connections": [
            {
                **_named(each.stage, report.names),
                "minutes": _whole(each.minutes),
                "silentMinutes": _whole(each.idle),
                "silentCost": float(each.cost),
            }
            for each in report.idle
        ],
        "prices": [
            {"region": region, "table": name, "of": table.region, "date": table.date, "source": table.source}
            for region, name, table in report.tables
        ],
        "notes": list(report.notes),
    }


def _named(stage: Stage, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "account": stage.account,
        "region": stage.region,
        "apiId": stage.api_id,
        "apiName": names.get(stage.api_id),
        "stage": stage.stage,
        "type": stage.product,
    }


def _whole(amount: float) -> int | float:
    return int(amount) if amount.is_integer() else amount
