"""When to start another process: a pure rule, and the look at the machine that it needs.

AWS starts a new environment whenever all are busy. On one machine that would be folly for quick handlers: a process
costs 50 to 150 ms of CPU, in which the one that is there serves a hundred calls. So a call waits for a process as long
as a new one would take to start, and not longer; slow handlers therefore get the parallelism that they have on AWS.
And when all cores are busy already, more processes than cores only take turns: then one more is started a second at
most, for the sake of handlers that wait for something else than a core.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

SATURATED = 0.1  # share of idle CPU below which all cores count as busy
PATIENCE = 1.0  # seconds that a call waits on a machine without idle cores before another process is tried
WINDOW = 5  # ticks of the system (usually 10 ms each, of all cores together) that a look must cover


@dataclass(frozen=True, slots=True)
class Demand:
    """What a pool knows when it decides."""

    queued: int  # calls that wait
    live: int  # processes that serve
    starting: int  # processes on their way
    busy_for: float  # seconds that a call takes
    start_cost: float  # seconds that a process needs to start
    waited: float  # seconds that the oldest call has waited
    room: int  # processes that may still be started


def wanted(demand: Demand, *, saturated: bool, cores: int) -> int:
    """How many processes to start now. Growth at most doubles at each look: the waiting calls are all that is known."""
    uncovered, here = demand.queued - demand.starting, demand.live + demand.starting
    if uncovered <= 0 or demand.room <= 0:
        return 0
    if here == 0:
        return 1
    if demand.live == 0 or uncovered * demand.busy_for / demand.live <= demand.start_cost:
        return 0
    most = min(uncovered, here, demand.room)
    if not saturated:
        return most
    if here < cores:
        return min(most, cores - here)
    return 1 if demand.waited > PATIENCE and demand.starting == 0 else 0


def smoothed(old: float, new: float) -> float:
    """A running average that forgets half of the past in about three values."""
    return old + (new - old) * 0.2 if old else new


class Machine:
    """Tells whether all cores are busy. Where the system does not say (no /proc/stat), they never are."""

    def __init__(self) -> None:
        self.cores = os.cpu_count() or 1
        self._idle, self._total = _times()
        self._share = 1.0

    @property
    def saturated(self) -> bool:
        idle, total = _times()
        if total - self._total >= WINDOW * self.cores:
            self._share = (idle - self._idle) / (total - self._total)
            self._idle, self._total = idle, total
        return self._share < SATURATED


def _times() -> tuple[int, int]:
    """Idle and total ticks of all cores since the start of the machine."""
    try:
        with open("/proc/stat", "rb") as file:
            ticks = [int(n) for n in file.readline().split()[1:9]]
    except (OSError, ValueError):
        return 0, 0
    return (ticks[3] + ticks[4], sum(ticks)) if len(ticks) > 4 else (0, 0)
