"""What uses would cost on AWS. Pure.

AWS's tiers hold for an account, a Region and a month over all APIs together. So uses are pooled (account, Region, price
table), the pool is priced, and its cost is shared out to stages in proportion to what each has used: nobody's requests
are the first million. What is free for an account in all Regions together (data transfer, the free tier) is taken off
the Regions' pools in proportion, before the tiers begin.

Money is exact to a billionth of a dollar; what rounding leaves over goes to the largest remainders: the lines of
a pool add up to its cost, and the lines of a bill to its total.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from gatewright.metering.base import BYTES_OUT, CACHE_HOURS, MESSAGES, MINUTES, PRIVATE_OUT, REQUESTS, Product, Use
from gatewright.metering.prices import BASE, GB, Prices

Pool: TypeAlias = tuple[str, str, str]  # account, Region, price table

_NANO = 10**9
_BILLED: Mapping[tuple[str, str], str] = {
    ("REST", REQUESTS): "rest",
    ("HTTP", REQUESTS): "http",
    ("WEBSOCKET", MESSAGES): "messages",
    ("WEBSOCKET", MINUTES): "minutes",
}


@dataclass(frozen=True, slots=True, order=True)
class Stage:
    """Whose uses they are."""

    account: str
    region: str
    api_id: str
    stage: str
    product: Product


@dataclass(frozen=True, slots=True)
class Line:
    """What one stage has used of one item, and its cost in dollars; None: the item is not billed."""

    stage: Stage
    item: str
    amount: float
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Bill:
    """All lines, ordered."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.cost for line in self.lines if line.cost is not None), Decimal(0))


def table_of(product: str, item: str) -> str | None:
    """The price table of an item; None: it is not billed."""
    if item.startswith(CACHE_HOURS):
        return "cache/" + item.removeprefix(CACHE_HOURS)
    return "data_out" if item == BYTES_OUT else _BILLED.get((product, item))


def total(uses: Iterable[Use], private: Collection[str] = ()) -> dict[tuple[Stage, str], float]:
    """The amounts of a time, by stage and item. `private`: ids of private APIs."""
    amounts: dict[tuple[Stage, str], float] = {}
    for use in uses:
        item = PRIVATE_OUT if use.item == BYTES_OUT and use.api_id in private else use.item
        key = Stage(use.account, use.region, use.api_id, use.stage, use.product), item
        amounts[key] = amounts.get(key, 0.0) + use.amount
    return amounts


def price(amounts: Mapping[tuple[Stage, str], float], prices: Prices, *, free_tier: bool = False) -> Bill:
    """The bill for the amounts of one month. With `free_tier` what new accounts get for nothing is taken off."""
    pools: dict[Pool, dict[tuple[Stage, str], Fraction]] = {}
    for (stage, item), amount in amounts.items():
        name = table_of(stage.product, item)
        if name is not None and prices.table(stage.region, name) is not None:
            pools.setdefault((stage.account, stage.region, name), {})[stage, item] = Fraction(amount)
    costs = shared(pools, prices, free_tier=free_tier)
    lines = (Line(stage, item, amount, costs.get((stage, item))) for (stage, item), amount in amounts.items())
    ordered = sorted(lines, key=lambda line: (line.stage, line.item))
    return Bill(tuple(ordered))


def shared(
    pools: Mapping[Pool, Mapping[tuple[Stage, str], Fraction]], prices: Prices, *, free_tier: bool
) -> dict[tuple[Stage, str], Decimal]:
    """The cost of every member of every pool."""
    sizes = {pool: sum(members.values(), Fraction(0)) for pool, members in pools.items()}
    free = dict(_free(sizes, prices, free_tier))
    costs: dict[tuple[Stage, str], Decimal] = {}
    for pool, members in pools.items():
        _, region, name = pool
        table = prices.table(region, name)
        if table is not None:
            unit = GB if name == "data_out" else 1
            costs |= _shares(table.cost((sizes[pool] - free.get(pool, 0)) / unit), members)
    return costs


def _free(sizes: Mapping[Pool, Fraction], prices: Prices, free_tier: bool) -> Iterator[tuple[Pool, Fraction]]:
    """What of each pool is free: an account's allowance, in proportion to its pools in all Regions."""
    allowances = {"data_out": prices.free_data_out * GB, **(prices.free_tier if free_tier else {})}
    together: dict[tuple[str, str], Fraction] = {}
    counting = [pool for pool in sizes if pool[2] in allowances and prices.allows(pool[1])]
    for account, region, name in counting:
        together[account, name] = together.get((account, name), Fraction(0)) + sizes[account, region, name]
    for pool in counting:
        whole = together[pool[0], pool[2]]
        if whole > 0:
            yield pool, sizes[pool] * min(Fraction(1), allowances[pool[2]] / whole)


def _shares(cost: Fraction, members: Mapping[tuple[Stage, str], Fraction]) -> dict[tuple[Stage, str], Decimal]:
    """A cost shared out in proportion, to the billionth, so that the shares add up to the cost so rounded."""
    whole = sum(members.values(), Fraction(0))
    if whole <= 0:
        return dict.fromkeys(members, Decimal(0))
    nanos = round(cost * _NANO)
    exact = {key: nanos * amount / whole for key, amount in members.items()}
    floors = {key: int(share) for key, share in exact.items()}
    by_remainder = sorted(members, key=lambda key: (floors[key] - exact[key], key))
    for key in by_remainder[: nanos - sum(floors.values())]:
        floors[key] += 1
    return {key: Decimal(floor).scaleb(-9) for key, floor in floors.items()}


def notes(amounts: Mapping[tuple[Stage, str], float], prices: Prices) -> Iterator[str]:
    """What must be known to read a bill: prices that are not the Region's own, what is free, what has no price."""
    others: dict[str, set[str]] = {}
    unknown: set[tuple[str, str]] = set()
    data_out = False
    for stage, item in amounts:
        name = table_of(stage.product, item)
        table = None if name is None else prices.table(stage.region, name)
        if name is not None and table is None:
            unknown.add((item.removeprefix(CACHE_HOURS), stage.region))
        elif name is not None and table is not None and table.region != stage.region:
            others.setdefault(stage.region, set()).add(name)
        data_out = data_out or item == BYTES_OUT
    for region, names in sorted(others.items()):
        yield f"No prices of {region} are known for {', '.join(sorted(names))}: priced as {BASE}."
    for size, region in sorted(unknown):
        yield f"A cache of {size} GB has no price in {region}: not counted."
    if data_out and prices.free_data_out:
        yield f"Of an account's data out {float(prices.free_data_out):g} GB a month are free, in all Regions together."
