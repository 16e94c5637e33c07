"""The Protocols of this room."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol


class Bell(Protocol):
    """Tells every edge worker that published programs have changed, and hears what became of it."""

    def ring(self, names: Sequence[str], timeout: float = 2.0) -> dict[str, str]:
        """Tell all workers to load these programs again (a name without a file: to drop it).

        Blocks (call it from a worker thread) until every connected worker serves them or `timeout` seconds are over.
        Returns the programs that a worker could not load, with the reason; the worker goes on with the old one.
        """
        ...


# A decision: mostly at once, from tokens that this process holds; an Awaitable only where the shared store must be
# asked first.
Decision = bool | Awaitable[bool]


class Bucket(Protocol):
    """A token bucket. AWS: "Throttle requests to your REST APIs for better throughput in API Gateway"."""

    def take(self) -> Decision:
        """Take one token, if there is one."""
        ...

    def back(self) -> None:
        """Put back a token that was taken: another limit has refused the request."""
        ...


class Buckets(Protocol):
    """The token buckets of a node or of all nodes."""

    def bucket(self, name: str, rate: float, burst: int) -> Bucket:
        """The bucket of a name: `burst` tokens at most, `rate` new ones a second; full when it is first named.

        The same name means the same tokens in every worker and node. Asked when a program is installed; new figures
        hold for the tokens that there are. `rate` 0 or `burst` 0 refuses everything.
        """
        ...


# What a day belongs to, by its first day, and how many requests that period takes: ("2026-11-01", 1000).
Period = Callable[[date], tuple[str, int]]


class Quota(Protocol):
    """How many requests a period takes. Exact: never one more than the limit, over all workers and nodes."""

    def take(self) -> Decision:
        """Count one request of the current period (UTC), unless its limit is reached."""
        ...

    def left(self) -> int | None:
        """What remained when this process last knew; None: it does not know."""
        ...


class Quotas(Protocol):
    """The quotas of a node or of all nodes."""

    def quota(self, name: str, period: Period) -> Quota:
        """The quota of a name (`catalog.periods.quota_name`).

        Asked when keys and plans are installed; what was used stays counted.
        """
        ...


class Usage(Protocol):
    """The counts behind quotas, for the control plane. Blocks: for worker threads. Raises OSError."""

    def used(self, name: str) -> Mapping[date, int]:
        """Requests counted by day, as of now."""
        ...

    def changed(self) -> Iterator[tuple[str, Mapping[date, int]]]:
        """What has been used under the names for which something was counted since the last call."""
        ...

    def again(self) -> None:
        """Tell everything anew at the next `changed`."""
        ...

    def lost(self) -> bool:
        """Whether the shared store has forgotten since this was last asked: `restore` what is known."""
        ...

    def restore(self, name: str, days: Mapping[date, int], period: Period) -> None:
        """Make sure that at least so much is counted: what the durable store knows, at start."""
        ...

    def close(self) -> None: ...


class Cache(Protocol):
    """Values by key, in a budget of bytes: what was used least recently goes first."""

    def get(self, key: bytes) -> bytes | Awaitable[bytes | None] | None:
        """The value, unless it has expired or gone."""
        ...

    def put(self, key: bytes, value: bytes, ttl: float) -> None:
        """Keep a value for `ttl` seconds. One larger than the budget is not kept."""
        ...

    def clear(self) -> None:
        """Forget everything, in every worker and node."""
        ...


class UnansweredError(Exception):
    """Nobody has answered, which does not mean that nobody is there."""


class Bus(Protocol):
    """Questions to single workers of all nodes, by their names. Belongs to one event loop."""

    @property
    def shared(self) -> bool:
        """Whether another node has a worker of this worker's name."""
        ...

    def ask(self, name: bytes, question: bytes) -> Awaitable[Sequence[bytes]]:
        """What those answer who bear the name, mostly one. Nothing: nobody has lived under it for a while.

        A question is heard once at most. Takes bounded time; raises UnansweredError.
        """
        ...


class State(Protocol):
    """What the data plane of one worker shares with the others."""

    @property
    def buckets(self) -> Buckets: ...

    @property
    def quotas(self) -> Quotas: ...

    def cache(self, name: str, budget: int) -> Cache:
        """The cache of a name (an API's stage), `budget` in bytes. Another budget begins with an empty cache."""
        ...

    def drop(self, name: str) -> None:
        """The cache of this name is needed no more: what it held and what held it goes. It may come again."""
        ...

    async def close(self) -> None:
        """Give back what is leased, and what else must not be lost."""
        ...
