"""An installed stage of an HTTP API: its routes with the steps of each, its counters, its CORS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from gatewright.edge.target import Door
from gatewright.gateway.base import Identities, Telemetry, Traffic
from gatewright.gateway.endpoints import Endpoints
from gatewright.gateway.http_api.cors import CorsEngine
from gatewright.gateway.http_api.exchange import HttpStage, RoutePlan
from gatewright.net.base import Upstream
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.route_table import RouteTable
from gatewright.telemetry.counters import StageCounters

# The entrances of AWS's default endpoint.
_DEFAULT_DOORS: Final = frozenset({Door.EXECUTE_API, Door.VPC_ENDPOINT})


@dataclass(frozen=True, slots=True)
class HttpParts:
    """What steps are built from (`gateway.base.Means`)."""

    program: HttpApiProgram
    upstream: Upstream
    endpoints: Endpoints
    counters: StageCounters
    max_payload: int  # bytes, requests and answers alike
    cors: CorsEngine | None
    identities: Identities | None = None
    traffic: Traffic | None = None
    telemetry: Telemetry | None = None
    keeps: bool = False  # AWS has no cache for HTTP APIs
    # What several routes have in common, as their authorizer: all of it is dropped with the program.
    shared: dict[Any, Any] = field(default_factory=dict)


class HttpLive(HttpStage):
    """What the gateway looks up per request."""

    __slots__ = ("prefix", "routes")

    def __init__(
        self,
        program: HttpApiProgram,
        routes: RouteTable[RoutePlan],
        counters: StageCounters,
        cors: CorsEngine | None,
    ) -> None:
        super().__init__(program, counters, cors)
        self.routes = routes
        # What stands before the path in raw paths.
        self.prefix = b"" if program.stage == "$default" else b"/" + program.stage.encode()

    def closed(self, door: Door) -> bool:
        """AWS: "Disable the default endpoint for HTTP APIs"."""
        return self.program.endpoint_disabled and door in _DEFAULT_DOORS
