"""What AWS bills, as it is counted: uses, each of a day, a stage and an item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Product: TypeAlias = Literal["REST", "HTTP", "WEBSOCKET"]

REQUESTS = "requests"  # REST: calls that AWS bills; HTTP: units of 512 KB
CALLS = "calls"  # calls, whatever their size and whether they are billed or not
MESSAGES = "messages"  # of WebSocket APIs, in both directions: units of 32 KB
MINUTES = "connection_minutes"  # of WebSocket connections, each rounded up
IDLE_MINUTES = "idle_minutes"  # those of them in which nothing was sent in either direction
CACHE_HOURS = "cache_hours/"  # + the cluster's size in GB, like cache_hours/0.5: started hours
BYTES_OUT = "bytes_out"  # to clients
PRIVATE_OUT = "bytes_out_private"  # those of private APIs: AWS bills PrivateLink instead; only in reports
BYTES_IN = "bytes_in"  # from clients


@dataclass(frozen=True, slots=True)
class Use:
    """How much of an item a stage has used on a day (UTC, YYYY-MM-DD)."""

    day: str
    account: str
    region: str
    api_id: str
    stage: str
    product: Product
    item: str
    amount: float


class Uses(Protocol):
    """Where uses are kept."""

    def read(self, first_day: str, last_day: str) -> Iterable[Use]:
        """Uses from one day to another, both included; of one day, stage and item there may be several."""
