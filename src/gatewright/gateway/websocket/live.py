"""An installed stage of a WebSocket API: its routes with the steps of each, and the place that connections are of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gatewright.gateway.base import Identities, Telemetry, Traffic
from gatewright.gateway.endpoints import Endpoints
from gatewright.gateway.exchange import Step, Watch
from gatewright.net.base import Upstream
from gatewright.program.websocket import CONNECT, DEFAULT, DISCONNECT, SocketRoute, WebSocketProgram
from gatewright.telemetry.counters import StageCounters


@dataclass(frozen=True, slots=True)
class SocketParts:
    """What steps are built from (`gateway.base.Means`)."""

    program: WebSocketProgram
    upstream: Upstream
    endpoints: Endpoints
    counters: StageCounters
    max_payload: int  # bytes, of backends' answers
    identities: Identities | None = None
    traffic: Traffic | None = None
    telemetry: Telemetry | None = None
    keeps: bool = False  # AWS has no cache for WebSocket APIs
    shared: dict[Any, Any] = field(default_factory=dict)


class SocketPlan:
    """A route ready to run."""

    __slots__ = ("detail", "route", "steps")

    def __init__(self, route: SocketRoute, steps: tuple[Step, ...], detail: StageCounters | None = None) -> None:
        self.route = route
        self.steps = steps
        self.detail = detail


class SocketLive:
    """A stage as its program says. Clients cannot name $connect and $disconnect: these are no keys of messages."""

    __slots__ = (
        "connect",
        "counters",
        "default",
        "disconnect",
        "hint",
        "members",
        "program",
        "reads",
        "routes",
        "selection",
        "watch",
    )

    def __init__(self, program: WebSocketProgram, plans: dict[str, SocketPlan], counters: StageCounters) -> None:
        self.program = program
        self.counters = counters
        self.watch: Watch | None = None
        self.hint = b""  # as `Stage.hint`
        self.selection = program.selection
        self.members = program.selection.members
        self.reads = not program.selection.constant  # whether the selection looks at messages
        self.connect = plans.get(CONNECT)
        self.disconnect = plans.get(DISCONNECT)
        self.default = plans.get(DEFAULT)
        self.routes = {key: plan for key, plan in plans.items() if key not in (CONNECT, DISCONNECT)}


class Place:
    """A stage as connections know it: deployments come and go under them. `live` None: the stage is gone."""

    __slots__ = ("key", "live")

    def __init__(self, live: SocketLive) -> None:
        self.key = (live.program.api_id, live.program.stage)
        self.live: SocketLive | None = live
