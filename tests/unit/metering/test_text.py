"""The report that people read."""

from __future__ import annotations

import re

from gatewright.metering.base import Use
from gatewright.metering.prices import load
from gatewright.metering.report import Month, make
from gatewright.metering.text import to_text
from tests.unit.metering.support import use

PRICES = load()
MILLION = 1_000_000


def text(*uses: Use, names: dict[str, str] | None = None, free_tier: bool = False) -> str:
    when = Month("2026-11", "2026-11-01", "2026-11-23")
    return to_text(make(uses, PRICES, when, names=names, free_tier=free_tier))


def row(text: str, label: str) -> list[str]:
    """The words of the line that holds a label."""
    return next(line for line in text.splitlines() if label in line).split()


def test_nothing() -> None:
    assert text() == (
        "What was served from 2026-11-01 to 2026-11-23, UTC, at AWS's prices in US dollars\n\nNothing was served.\n"
    )


def test_a_bill() -> None:
    told = text(
        use("r1", "requests", 1_234_567),
        use("r1", "cache_hours/0.5", 500),
        use("r1", "bytes_out", 5 * 2**30),
        use("r1", "calls", 2 * MILLION),
        use("r1", "bytes_in", 900),
        use("h1", "requests", MILLION, stage="$default"),
        use("w1", "messages", 10),
        use("w1", "connection_minutes", 4 * MILLION),
        use("w1", "idle_minutes", MILLION),
        names={"r1": "orders"},
    )
    lines = told.splitlines()
    assert lines[3] == "123456789012 us-east-1"
    assert " ".join(row(told, "calls that AWS bills")) == "r1 orders (REST) prod calls that AWS bills 1,234,567 4.3210"
    assert row(told, "hours of a cache of 0.5 GB")[-2:] == ["500", "10.0000"]
    assert row(told, "data out")[-3:] == ["5.00", "GB", "0.0000"]
    assert row(told, "calls, billed or not")[-1] == "2,000,000"
    assert row(told, "data in")[-2:] == ["900", "B"]
    assert row(told, "512 KB")[:3] == ["h1", "(HTTP)", "$default"]
    assert row(told, "together")[-1] == "16.3210"
    assert row(told, "of them silent")[-1] == "1,000,000"
    assert re.search(r"^w1 \(WebSocket\)\s+prod\s+4,000,000\s+1,000,000\s+0\.2500$", told, re.MULTILINE)
    assert "A connection that is always open costs $0.0108 in 30 days (43,200 minutes)" in told
    assert re.search(r"^r1 orders \(REST\)\s+prod\s+REST\s+4\.3210\s+~2\.0000\s+~4\.0000$", told, re.MULTILINE)
    assert re.search(r"^h1 \(HTTP\)\s+\$default\s+HTTP\s+3\.5000\s+1\.0000\s+~2\.0000$", told, re.MULTILINE)
    assert "apigateway.json, as of 2025-06-18" in told


def test_columns_are_aligned() -> None:
    told = text(use("r1", "requests", 7), use("r22222", "requests", 1234567, stage="production"))
    rows = [line for line in told.splitlines() if "calls that AWS bills" in line]
    assert len({len(line) for line in rows}) == 1
    assert len({line.index("calls") for line in rows}) == 1


def test_small_costs_are_seen() -> None:
    assert row(text(use("h1", "requests", 3)), "together")[-1] == "0.000003000"
    assert row(text(use("h1", "requests", 3000)), "together")[-1] == "0.003000"
    assert row(text(use("h1", "requests", 400 * MILLION)), "together")[-1] == "390.00"


def test_names_cannot_write_to_the_terminal() -> None:
    told = text(use("r1", "requests", 1), names={"r1": "a\x1b[31m\nb" + "x" * 40})
    assert "\x1b" not in told
    assert "r1 a?[31m?bxxxx" in told
    assert "…" in told


def test_the_free_tier_is_told() -> None:
    assert "The free tier of new accounts is taken off." in text(use("h1", "requests", 3), free_tier=True)


def test_a_stage_with_connections_alone_cannot_be_another_type() -> None:
    told = text(use("w1", "connection_minutes", MILLION))
    assert re.search(r"^w1 \(WebSocket\)\s+prod\s+WebSocket\s+–\s+–\s+0\.250000$", told, re.MULTILINE)
