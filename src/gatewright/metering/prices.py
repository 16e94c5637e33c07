"""Price tables: AWS's, which come with the package (`prices.toml`), and what an operator's own file says otherwise.

A file of one's own has the same format. Its Regions and tables stand before the package's; what it does not name stays.
A table that neither has for a Region is us-east-1's. Prices are exact: decimals as they are written.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

BASE = "us-east-1"
GB = 2**30  # bytes, as AWS reckons data transfer
_MILLION = 1_000_000
UNITS = {"rest": _MILLION, "http": _MILLION, "messages": _MILLION, "minutes": _MILLION, "data_out": 1, "cache": 1}
_TIERED = ("rest", "http", "messages", "minutes", "data_out")
_TEXTS = ("name", "source", "data_out_source")
_MOST = Decimal(10) ** 12  # no price and no tier is beyond it


class PriceError(Exception):
    """A price file that cannot be used; the message names file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to `to` units of a month (None: without end), each `unit` of them at `price` dollars."""

    to: Decimal | None
    price: Decimal


@dataclass(frozen=True, slots=True)
class Table:
    """The price of one thing in one Region: tiers from the lowest up, per so many units; read where, and when."""

    tiers: tuple[Tier, ...]
    per: int
    region: str
    date: str
    source: str

    def cost(self, amount: Fraction) -> Fraction:
        """What an amount of a month costs, in dollars."""
        total, below = Fraction(0), Fraction(0)
        for tier in self.tiers:
            above = amount if tier.to is None else min(amount, Fraction(tier.to))
            if above > below:
                total += (above - below) * Fraction(tier.price) / self.per
                below = above
        return total


@dataclass(frozen=True, slots=True)
class Region:
    """What one Region's tables say: by name, caches by `cache/` and the size in GB."""

    name: str
    tables: Mapping[str, Table] = field(default_factory=dict)
    allowance: bool = True


@dataclass(frozen=True, slots=True)
class Prices:
    """All tables, and what is free in a month for an account."""

    regions: Mapping[str, Region]
    free_data_out: Fraction = Fraction(0)  # GB
    free_tier: Mapping[str, Fraction] = field(default_factory=dict)

    def table(self, region: str, name: str) -> Table | None:
        """A Region's table, else that of us-east-1; None for what is nowhere priced (a cache of no known size)."""
        for place in (region, BASE):
            if (here := self.regions.get(place)) is not None and name in here.tables:
                return here.tables[name]
        return None

    def allows(self, region: str) -> bool:
        """Whether the free data transfer holds in a Region."""
        here = self.regions.get(region)
        return here is None or here.allowance


def load(own: Path | None = None) -> Prices:
    """The package's prices, under those of a file of one's own. Raises PriceError."""
    inside = files("gatewright.metering").joinpath("prices.toml")
    prices = parse(inside.read_text("utf-8"), "prices.toml")
    if own is None:
        return prices
    try:
        return parse(own.read_text("utf-8"), str(own), prices)
    except OSError as error:
        raise PriceError(f"{own}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PriceError(f"{own}: this file is no UTF-8 text") from None


def parse(text: str, file: str, under: Prices | None = None) -> Prices:
    """Prices from a file's text, over others. Raises PriceError."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is one, and names the line
        raise PriceError(f"{file}: {error}") from None
    return _Reader(text, file).read(document, under or Prices({}))


class _Reader:
    """Checks a document and makes prices of it; knows the lines."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = text.splitlines()
        self._file = file

    def read(self, document: Mapping[str, Any], under: Prices) -> Prices:
        self._only(document, ("date", "source", "data_out_source", "free", "regions"))
        about = self._about(document, (), {"date": "", "source": self._file, "data_out_source": self._file})
        regions = dict(under.regions)
        for name, body in self._mapping(document.get("regions", {}), ("regions",)).items():
            path = ("regions", name)
            if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", name):
                raise self._wrong(path, "is no Region's name, like eu-central-1")
            regions[name] = self._region(self._mapping(body, path), path, about, regions.get(name), name)
        free = self._mapping(document.get("free", {}), ("free",))
        self._only(free, ("data_out", "tier"), ("free",))
        tier = self._mapping(free.get("tier", {}), ("free", "tier"))
        self._only(tier, ("rest", "http", "messages", "minutes"), ("free", "tier"))
        data_out = under.free_data_out
        if "data_out" in free:
            data_out = Fraction(self._number(free["data_out"], ("free", "data_out")))
        of_tier = {name: Fraction(self._number(value, ("free", "tier", name))) for name, value in tier.items()}
        return Prices(regions, data_out, {**under.free_tier, **of_tier})

    def _region(
        self, body: Mapping[str, Any], path: tuple[str, ...], above: Mapping[str, str], under: Region | None, name: str
    ) -> Region:
        self._only(body, ("date", *_TEXTS, "allowance", "cache", *_TIERED), path)
        about = self._about(body, path, above)
        tables = dict(under.tables) if under is not None else {}
        for table, tiers in self._tables(body, path):
            source = about["data_out_source" if table == "data_out" else "source"]
            tables[table] = Table(tiers, UNITS[table.partition("/")[0]], name, about["date"], source)
        allowance = body.get("allowance", under is None or under.allowance)
        if not isinstance(allowance, bool):
            raise self._wrong((*path, "allowance"), "is neither true nor false")
        return Region(about.get("name") or (under.name if under is not None else name), tables, allowance)

    def _tables(self, body: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, tuple[Tier, ...]]]:
        for name in _TIERED:
            if name in body:
                yield name, self._tiers(body[name], (*path, name))
        for size, price in self._mapping(body.get("cache", {}), (*path, "cache")).items():
            if not re.fullmatch(r"\d+(\.\d+)?", size):
                raise self._wrong((*path, "cache"), f'"{size}" is no size in GB, like "0.5"')
            yield f"cache/{size}", (Tier(None, self._number(price, (*path, "cache"))),)

    def _tiers(self, value: Any, path: tuple[str, ...]) -> tuple[Tier, ...]:
        if not isinstance(value, list) or not value:
            raise self._wrong(path, "is no list of tiers, like [{ to = 1_000_000, price = 3.50 }, { price = 2.80 }]")
        tiers: list[Tier] = []
        for number, each in enumerate(value, 1):
            body = self._mapping(each, path)
            self._only(body, ("to", "price"), path)
            if "price" not in body:
                raise self._wrong(path, f"tier {number} has no price")
            to = self._number(body["to"], path) if "to" in body else None
            if (to is None) != (number == len(value)):
                raise self._wrong(path, "every tier but the last one ends, with `to`")
            if to is not None and to <= (tiers[-1].to or 0 if tiers else 0):
                raise self._wrong(path, f"tier {number} ends where it begins, or before")
            tiers.append(Tier(to, self._number(body["price"], path)))
        return tuple(tiers)

    def _about(self, body: Mapping[str, Any], path: tuple[str, ...], above: Mapping[str, str]) -> dict[str, str]:
        """Date, sources and name of what is in a table."""
        about = dict(above)
        if "date" in body:
            if type(body["date"]) is not datetime.date:
                raise self._wrong((*path, "date"), "is no date, like 2025-06-18 without quotes")
            about["date"] = body["date"].isoformat()
        for key in _TEXTS:
            if key in body:
                if not isinstance(body[key], str):
                    raise self._wrong((*path, key), "is no text")
                about[key] = body[key]
                if key == "source" and "data_out_source" not in body:
                    about["data_out_source"] = body[key]
        return about

    def _number(self, value: Any, path: tuple[str, ...]) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self._wrong(path, "is no number")
        number = Decimal(value)
        if not number.is_finite() or not 0 <= number <= _MOST:
            raise self._wrong(path, f"is not between 0 and {_MOST:f}")
        return number

    def _mapping(self, value: Any, path: tuple[str, ...]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._wrong(path, "is no table")
        return value

    def _only(self, body: Mapping[str, Any], known: tuple[str, ...], path: tuple[str, ...] = ()) -> None:
        for key in body:
            if key not in known:
                raise self._wrong((*path, key), f"is not known here; known are {', '.join(known)}")

    def _wrong(self, path: tuple[str, ...], what: str) -> PriceError:
        return PriceError(f"{self._file}:{self._line(path)}: {'.'.join(path)}: {what}")

    def _line(self, path: tuple[str, ...]) -> int:
        """About where a key stands: its own line, else that of the table that holds it, else the first."""
        found, table = 1, ""
        for number, line in enumerate(self._lines, 1):
            stripped = line.strip()
            if stripped.startswith("["):
                table = stripped.partition("]")[0].strip("[] ").replace('"', "").replace(" ", "")
                if ".".join(path).startswith(table):
                    found = number
            key = stripped.partition("=")[0].strip(' "')
            if ".".join(filter(None, (table, key))) == ".".join(path):
                return number
        return found
