"""Workers of several nodes on one store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from gatewright.clock import SystemClock
from gatewright.state.base import Period
from gatewright.state.valkey.cluster import ClusterState


def period(limit: int) -> Period:
    return lambda day: (day.replace(day=1).isoformat(), limit)


def today() -> date:
    return datetime.now(UTC).date()


async def decided(decision: bool | Awaitable[bool]) -> bool:
    return decision if isinstance(decision, bool) else await decision


async def taken(take: Callable[[], bool | Awaitable[bool]], tries: int) -> int:
    return sum([await decided(take()) for _ in range(tries)])


@asynccontextmanager
async def workers(url: str, folder: Path, count: int = 2) -> AsyncIterator[list[ClusterState]]:
    """A worker on each node."""
    states = [ClusterState(url, folder / f"node{number}", SystemClock(), 0, 1) for number in range(count)]
    for each in states:
        each.start()
    yield states
    for each in states:
        await each.close()
