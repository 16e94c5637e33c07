"""The report of `gatewright cost` for people: aligned text. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from gatewright.metering.base import (
    BYTES_IN,
    BYTES_OUT,
    CACHE_HOURS,
    CALLS,
    IDLE_MINUTES,
    MESSAGES,
    MINUTES,
    PRIVATE_OUT,
)
from gatewright.metering.compare import TYPES, Alternative
from gatewright.metering.cost import Line, Stage
from gatewright.metering.report import Report

_MINUTES_OF_A_MONTH = 30 * 24 * 60
_LABELS = {
    CALLS: "calls, billed or not",
    MESSAGES: "messages of 32 KB",
    MINUTES: "connection minutes",
    IDLE_MINUTES: "of them silent",
    BYTES_OUT: "data out",
    PRIVATE_OUT: "data out of a private API",
    BYTES_IN: "data in",
}
_REQUESTS = {"REST": "calls that AWS bills", "HTTP": "calls in units of 512 KB"}


def to_text(report: Report) -> str:
    """The report for people."""
    days = f"{report.month.first} to {report.month.last}, UTC"
    parts = [f"What was served from {days}, at AWS's prices in US dollars"]
    if not report.lines:
        return f"{parts[0]}\n\nNothing was served.\n"
    parts.append(_table(_bill_rows(report), "lllrr"))
    if report.compared:
        parts.append("The same traffic as another type of API (data out and caches left away; ~: estimated)")
        parts.append(_table(_compared_rows(report), "lllrrr"))
    if report.idle:
        parts.append("WebSocket connections: what silence costs")
        parts.append(_table(_idle_rows(report), "llrrr"))
        parts.append(_wrapped(_always(report)))
    parts.extend(map(_wrapped, report.notes))
    parts.append(_sources(report))
    return "\n\n".join(parts) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)


def _dollars(report: Report) -> Callable[[Decimal], str]:
    """All costs of a report have as many decimals: a cent is not seen in what a laptop serves."""
    whole = report.total
    places = 2 if whole >= 100 else 4 if whole >= 1 else 6 if whole >= Decimal("0.001") else 9
    return lambda cost: f"{cost:,.{places}f}"


def _bill_rows(report: Report) -> Iterator[Sequence[str]]:
    dollars = _dollars(report)
    yield "API", "stage", "", "amount", "USD"
    account = ""
    before: Stage | None = None
    for line in report.lines:
        stage = line.stage
        if (place := f"{stage.account} {stage.region}") != account:
            account = place
            yield (place,)
        same = stage == before
        before = stage
        cost = "" if line.cost is None else dollars(line.cost)
        yield "" if same else _api(stage, report.names), "" if same else stage.stage, _label(line), _amount(line), cost
    yield ()
    yield "", "", "together", "", dollars(report.total)
    if report.free_tier:
        yield ("The free tier of new accounts is taken off.",)


def _api(stage: Stage, names: Mapping[str, str]) -> str:
    name = names.get(stage.api_id)
    plain = "" if name is None else " " + "".join(each if each.isprintable() else "?" for each in name)
    return f"{stage.api_id}{plain if len(plain) <= 25 else plain[:24] + '…'} ({_TYPE_NAMES[stage.product]})"


_TYPE_NAMES = {"REST": "REST", "HTTP": "HTTP", "WEBSOCKET": "WebSocket"}


def _label(line: Line) -> str:
    if line.item.startswith(CACHE_HOURS):
        return f"hours of a cache of {line.item.removeprefix(CACHE_HOURS)} GB"
    return _LABELS.get(line.item) or _REQUESTS.get(line.stage.product) or line.item


def _amount(line: Line) -> str:
    return _size(line.amount) if line.item in (BYTES_OUT, PRIVATE_OUT, BYTES_IN) else f"{line.amount:,.0f}"


def _size(amount: float) -> str:
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:,.0f} B" if unit == "B" else f"{amount:,.1f} {unit}"
        amount /= 1024
    return f"{amount:,.2f} GB"


def _compared_rows(report: Report) -> Iterator[Sequence[str]]:
    dollars = _dollars(report)
    yield "API", "stage", "is", *(_TYPE_NAMES[kind] for kind in TYPES)
    sums = dict.fromkeys(TYPES, Decimal(0))
    guessed = dict.fromkeys(TYPES, False)
    for each in report.compared:
        for kind, of in each.of.items():
            sums[kind] += of.cost
            guessed[kind] = guessed[kind] or of.estimated
        cells = (_cell(each.of.get(kind), dollars) for kind in TYPES)
        yield _api(each.stage, report.names), each.stage.stage, _TYPE_NAMES[each.stage.product], *cells
    if len(report.compared) > 1:
        yield ()
        yield "", "", "together", *(_cell(Alternative(sums[kind], guessed[kind]), dollars) for kind in TYPES)


def _cell(of: Alternative | None, dollars: Callable[[Decimal], str]) -> str:
    if of is None:
        return "–"
    return ("~" if of.estimated else "") + dollars(of.cost)


def _idle_rows(report: Report) -> Iterator[Sequence[str]]:
    dollars = _dollars(report)
    yield "API", "stage", "minutes", "silent", "USD"
    for each in report.idle:
        yield (
            _api(each.stage, report.names),
            each.stage.stage,
            f"{each.minutes:,.0f}",
            f"{each.idle:,.0f}",
            dollars(each.cost),
        )


def _always(report: Report) -> str:
    table = next((table for _, name, table in report.tables if name == "minutes"), None)
    if table is None:
        return ""
    cost = float(table.cost(Fraction(_MINUTES_OF_A_MONTH)))
    return (
        f"A connection that is always open costs ${cost:.4f} in 30 days ({_MINUTES_OF_A_MONTH:,} minutes), "
        f"a thousand of them ${cost * 1000:,.2f}, whether anything is said or not."
    )


def _sources(report: Report) -> str:
    """Where the prices come from, without saying it twice."""
    seen: dict[tuple[str, str], None] = {}
    for _, _, table in report.tables:
        seen[table.date, table.source] = None
    lines = ["Prices:"]
    lines += [f"  {source}" + (f", as of {date}" if date else "") for date, source in seen]
    return "\n".join(lines)


def _table(rows: Iterable[Sequence[str]], sides: str) -> str:
    """Rows in columns, each to its side (l, r). A row of one cell is a heading over all columns."""
    listed = [tuple(row) for row in rows]
    full = [row for row in listed if len(row) == len(sides)]
    widths = [max((len(row[column]) for row in full), default=0) for column in range(len(sides))]
    lines = []
    for row in listed:
        if len(row) == len(sides):
            cells = (
                cell.ljust(width) if side == "l" else cell.rjust(width)
                for cell, width, side in zip(row, widths, sides, strict=True)
            )
            lines.append("  ".join(cells).rstrip())
        else:
            lines.append(" ".join(row))
    return "\n".join(lines)
