"""The Protocols of this room, and what of the outside is handed to it."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gatewright.aws.holder import Holder
from gatewright.clock import Clock
from gatewright.edge.target import Target
from gatewright.gateway.endpoints import Endpoints
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.usage import KeyTable
from gatewright.identity.issuers import Verified
from gatewright.net.base import Request, Upstream
from gatewright.program.throttle import Throttle
from gatewright.state.base import State
from gatewright.telemetry.base import Lines, Spool
from gatewright.telemetry.counters import StageCounters


class Means(Protocol):
    """What calls of backends are built from, whichever product the API is."""

    @property
    def upstream(self) -> Upstream: ...

    @property
    def endpoints(self) -> Endpoints: ...

    @property
    def counters(self) -> StageCounters:
        """Of the stage that calls."""
        ...

    @property
    def max_payload(self) -> int:
        """Bytes, requests and buffered answers alike."""
        ...

    @property
    def keeps(self) -> bool:
        """Whether answers are kept in the cache of the stage."""
        ...


class KeySource(Protocol):
    """Who knows the holders of access keys."""

    def find(self, access_key: str) -> Holder | Awaitable[Holder | None] | None:
        """The holder, at once where it is known; None: nobody has this key (or has it any more).

        The Awaitable raises nothing that a caller should know of: who cannot tell answers None or raises, and either
        way the request is refused.
        """
        ...


class TokenSource(Protocol):
    """Who verifies tokens (`identity.issuers.Issuers`)."""

    def verify(self, token: bytes, issuers: Collection[str]) -> Verified | Awaitable[Verified]:
        """Check form, issuer (one of these), times and signature, and nothing else; at once where the key is known.

        Raises TokenError, and so does the Awaitable.
        """
        ...


@dataclass(frozen=True, slots=True)
class Identities:
    """What is known of callers. What is None is not known at all: routes that need it refuse every request."""

    clock: Clock
    keys: KeySource | None = None
    issuers: TokenSource | None = None


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """What GetConnection tells of an open WebSocket connection. Times in epoch seconds."""

    connected_at: float
    last_active: float
    source_ip: str
    user_agent: str | None


class Connections(Protocol):
    """Open WebSocket connections by API, stage and id. What is not open there (any more, or yet) is False or None.

    Answers at once where the connection is in this process; else the Awaitable asks who has it. Raises GatewayError:
    503 when that one does not answer, 429 when a client does not read what it is sent.
    """

    def send(self, api_id: str, stage: str, connection_id: str, data: bytes) -> bool | Awaitable[bool]:
        """Send a text message (UTF-8)."""
        ...

    async def send_all(self, api_id: str, stage: str, ids: Sequence[str], data: bytes) -> Sequence[bool | None]:
        """Send a text message to connections of different ids; None: not reached, or its client does not read.

        Raises nothing. The loop sees to others in between.
        """
        ...

    def info(
        self, api_id: str, stage: str, connection_id: str
    ) -> ConnectionInfo | Awaitable[ConnectionInfo | None] | None: ...

    def close(self, api_id: str, stage: str, connection_id: str) -> bool | Awaitable[bool]:
        """Say goodbye to the client; its $disconnect runs when it has left."""
        ...


@dataclass(frozen=True, slots=True)
class Traffic:
    """What bounds and remembers traffic. Where there is none (a method that is only tried) nothing is limited."""

    clock: Clock
    state: State
    account: Throttle | None = None  # of all APIs of an account in a Region together; None: nothing limits them
    keys: KeyTable | None = None  # None: methods that require an API key refuse every call
    headers: bool = False  # whether answers tell clients of their limits
    cache_per_caller: bool = False  # cached answers are kept apart by what authorizers say of callers
    cache_one_call: bool = False  # of equal requests that find nothing in the cache one calls the backend


class Kept(Protocol):
    """The requests that are kept for `gatewright explain` (`seen.Ring`)."""

    hint: bytes  # how the header begins that tells clients of errors how to ask; b"": they are not told

    def add(self, seen: Any) -> None: ...

    def refuse(
        self,
        request: Request,
        target: Target,
        error: GatewayError,
        ids: tuple[bytes, bytes],
        at: float,
        scene: Any = None,
        found: Mapping[str, Any] | None = None,
    ) -> None:
        """A request that has become no exchange. `ids`: the request's and the extended one.

        `scene`: of its stage, if it has found one (`seen.Scene`); `found`: the evidence (`evidence`).
        """
        ...


@dataclass(frozen=True, slots=True)
class Telemetry:
    """Where it is told what happened. What is None is wanted by nobody."""

    clock: Clock
    lines: Lines | None = None  # access logs and execution logs
    spool: Spool | None = None
    traces: bool = False  # whether spans are exported
    ring: Kept | None = None
