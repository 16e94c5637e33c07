"""The same traffic as each of the three types of API, and what idle WebSocket connections cost. Pure.

Each column reckons *all* traffic of an account and Region as that one type, tiers and all, shared out to stages. Data
out is left away: it costs the same everywhere. So are caches: only REST APIs have them. Where only totals of bytes are
known, sizes are taken as the mean; such figures are marked as estimates:

- as REST API: a call is a call; of a WebSocket API each unit of a message is one, though an answer would need none
- as HTTP API: calls in units of 512 KB of request and answer together
- as WebSocket API: a call is a message in and a message out, in units of 32 KB; connection minutes come on top, and
  calls do not tell how long clients would stay
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gatewright.metering.base import BYTES_IN, BYTES_OUT, CALLS, IDLE_MINUTES, MESSAGES, MINUTES, PRIVATE_OUT, REQUESTS
from gatewright.metering.cost import Pool, Stage, shared
from gatewright.metering.prices import Prices

HTTP_UNIT = 512 * 1024  # bytes; that AWS means 1,024 by a K is not documented
MESSAGE_UNIT = 32 * 1024
TYPES = ("REST", "HTTP", "WEBSOCKET")


@dataclass(frozen=True, slots=True)
class Alternative:
    """A stage's traffic as some type of API: in dollars, and whether its units are estimated."""

    cost: Decimal
    estimated: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """One stage's traffic as every type."""

    stage: Stage
    of: Mapping[str, Alternative]


@dataclass(frozen=True, slots=True)
class Idle:
    """Minutes in which a stage's connections were open and silent, of all minutes, and their cost."""

    stage: Stage
    minutes: float
    idle: float
    cost: Decimal


def compare(amounts: Mapping[tuple[Stage, str], float], prices: Prices) -> list[Comparison]:
    """Every stage with traffic, ordered."""
    stages = _by_stage(amounts)
    columns = {kind: _column(kind, stages, prices) for kind in TYPES}
    compared = []
    for stage in sorted(stages):
        of = {kind: columns[kind][stage] for kind in TYPES if stage in columns[kind]}
        if of:
            compared.append(Comparison(stage, of))
    return compared


def idle(amounts: Mapping[tuple[Stage, str], float], costs: Mapping[tuple[Stage, str], Decimal]) -> list[Idle]:
    """Of every WebSocket stage with connections, what silence cost: its minutes' cost in proportion."""
    found = []
    for (stage, item), minutes in sorted(amounts.items()):
        if item == MINUTES and minutes > 0:
            silent = min(minutes, amounts.get((stage, IDLE_MINUTES), 0.0))
            share = costs.get((stage, MINUTES), Decimal(0)) * Decimal(silent) / Decimal(minutes)
            found.append(Idle(stage, minutes, silent, share.quantize(Decimal("1e-9"))))
    return found


def _by_stage(amounts: Mapping[tuple[Stage, str], float]) -> dict[Stage, dict[str, float]]:
    stages: dict[Stage, dict[str, float]] = {}
    for (stage, item), amount in amounts.items():
        stages.setdefault(stage, {})[item] = amount
    return stages


def _column(kind: str, stages: Mapping[Stage, Mapping[str, float]], prices: Prices) -> dict[Stage, Alternative]:
    """All stages as one type. Stages without calls or messages are left out."""
    pools: dict[Pool, dict[tuple[Stage, str], Fraction]] = {}
    estimated: dict[Stage, bool] = {}
    for stage, used in stages.items():
        units, guessed = _units(kind, stage, used)
        if any(units.values()):
            estimated[stage] = guessed
            for name, amount in units.items():
                pools.setdefault((stage.account, stage.region, name), {})[stage, name] = Fraction(amount)
    costs = shared(pools, prices, free_tier=False)
    sums: dict[Stage, Decimal] = dict.fromkeys(estimated, Decimal(0))
    for (stage, _), cost in costs.items():
        sums[stage] += cost
    return {stage: Alternative(cost, estimated[stage]) for stage, cost in sums.items()}


def _units(kind: str, stage: Stage, used: Mapping[str, float]) -> tuple[dict[str, float], bool]:
    """Billed units of a stage's traffic as some type, by price table; and whether they are an estimate."""
    calls = used.get(CALLS, used.get(REQUESTS, 0.0))
    messages = used.get(MESSAGES, 0.0)
    if kind == "WEBSOCKET":
        if stage.product == kind:
            return {"messages": messages, "minutes": used.get(MINUTES, 0.0)}, False
        each = _pieces(used.get(BYTES_IN, 0.0), calls, MESSAGE_UNIT) + _pieces(_out(used), calls, MESSAGE_UNIT)
        return {"messages": calls * each}, True
    if kind == "REST":
        if stage.product == kind:
            return {"rest": used.get(REQUESTS, 0.0)}, False
        return {"rest": messages if stage.product == "WEBSOCKET" else calls}, stage.product == "WEBSOCKET"
    if stage.product == kind:
        return {"http": used.get(REQUESTS, 0.0)}, False
    if stage.product == "WEBSOCKET":
        return {"http": messages}, True
    return {"http": calls * _pieces(used.get(BYTES_IN, 0.0) + _out(used), calls, HTTP_UNIT)}, True


def _out(used: Mapping[str, float]) -> float:
    return used.get(BYTES_OUT, 0.0) + used.get(PRIVATE_OUT, 0.0)


def _pieces(size: float, calls: float, unit: int) -> int:
    """Units that a call of mean size takes: one at least."""
    return max(1, math.ceil(size / calls / unit)) if calls > 0 else 1
