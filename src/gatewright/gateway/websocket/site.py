"""The WebSocket APIs of a worker: which stage a handshake names, and the start of its connection.

    wss://{api}.execute-api.{region}.amazonaws.com/{stage}     and the path forms; a domain name stands for a stage

Below a stage there is @connections (see `management`), and nothing else (403). What is no stage is 403; a request that
is no handshake 426, one that is none of this version 400 (unverified, all of them).
"""

from __future__ import annotations

from typing import Final, cast
from urllib.parse import unquote_to_bytes

from gatewright.clock import Clock
from gatewright.edge.target import Door, Target
from gatewright.gateway import series, watching
from gatewright.gateway.base import Connections, Identities, Telemetry, Traffic
from gatewright.gateway.endpoints import Endpoints
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.identifiers import extended_request_id
from gatewright.gateway.limits import URI_TOO_LONG
from gatewright.gateway.paths import without_needless
from gatewright.gateway.running import advance
from gatewright.gateway.websocket import access_log, errors, seen, wills
from gatewright.gateway.websocket.base import Upgradable
from gatewright.gateway.websocket.connection import HandshakeExchange, tell
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.gateway.websocket.live import Place, SocketLive, SocketParts, SocketPlan
from gatewright.gateway.websocket.management import Management, parts_of
from gatewright.gateway.websocket.pipeline import compose
from gatewright.net.base import Request, Upstream
from gatewright.net.websocket import handshake
from gatewright.net.websocket.connection import WebSocketLimits
from gatewright.program.websocket import CONNECT, SocketRoute, WebSocketProgram
from gatewright.telemetry.counters import Counters

LONGEST: Final = 4096  # bytes of a handshake's URL
GONE: Final = 1001
# The entrances of AWS's default endpoint.
_DEFAULT_DOORS: Final = frozenset({Door.EXECUTE_API, Door.VPC_ENDPOINT})


class SocketSites:
    """Belongs to the worker's event loop. `connections`: this worker's; `reach`: all that can be spoken to."""

    __slots__ = (
        "_clock",
        "_counters",
        "_endpoints",
        "_identities",
        "_limits",
        "_management",
        "_max_payload",
        "_places",
        "_ring",
        "_telemetry",
        "_traffic",
        "_upstream",
        "connections",
    )

    def __init__(
        self,
        upstream: Upstream,
        endpoints: Endpoints,
        counters: Counters,
        clock: Clock,
        max_payload: int,
        identities: Identities | None,
        traffic: Traffic | None,
        connections: LocalConnections,
        limits: WebSocketLimits,
        reach: Connections | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._upstream = upstream
        self._endpoints = endpoints
        self._counters = counters
        self._clock = clock
        self._max_payload = max_payload
        self._identities = identities
        self._traffic = traffic
        self._telemetry = telemetry
        self._ring = None if telemetry is None else telemetry.ring
        self.connections = connections
        self._limits = limits
        self._management = Management(
            connections if reach is None else reach, clock, identities, traffic, limits.message, self._ring
        )
        self._places: dict[str, dict[str, Place]] = {}  # by API, by stage

    def put(self, program: WebSocketProgram) -> None:
        """Serve a stage; its connections stay."""
        live = self._prepare(program)
        stages = self._places.setdefault(program.api_id, {})
        known = stages.get(program.stage)
        if known is None:
            stages[program.stage] = Place(live)
        else:
            known.live = live

    def drop(self, program: WebSocketProgram) -> None:
        """Serve a stage no more: its connections are closed."""
        stages = self._places.get(program.api_id, {})
        place = stages.pop(program.stage, None)
        if not stages:
            self._places.pop(program.api_id, None)
        if place is not None:
            for member in self.connections.of(program.api_id, program.stage):
                member.close(GONE, "Going away")
            place.live = None

    def execute(self, will: bytes, done: wills.Done) -> None:
        """Tell $disconnect of a connection that a killed worker has left; `done` is called when that is over."""
        try:
            client, (api_id, stage) = wills.read(will)
        except (TypeError, ValueError):  # of another version
            done()
            return
        place = self._places.get(api_id, {}).get(stage)
        live = None if place is None else place.live
        if live is None:
            done()
        else:
            tell(client, live, wills.LOST, self._clock, done)

    def takes(self, request: Request, target: Target) -> bool:
        """Answer the request, now or later, if it is for a WebSocket API. Never raises."""
        stages = self._places.get(target.api_id)
        if stages is None:
            return False
        try:
            self._receive(request, target, stages)
        except GatewayError as error:
            self._refuse(request, target, error)
        return True

    def _receive(self, request: Request, target: Target, stages: dict[str, Place]) -> None:
        """Raises GatewayError for what is neither a handshake of a stage nor @connections."""
        path = without_needless(target.path or request.path)
        end = path.find(b"/", 1)
        stage, below = (path[1:], b"") if end < 0 else (path[1:end], path[end:])
        place = stages.get(unquote_to_bytes(stage).decode("latin-1"))  # a `$` may be written as %24
        live = None if place is None else place.live
        if place is None or live is None or (target.region is not None and target.region != live.program.region):
            raise GatewayError(errors.FORBIDDEN)
        if live.program.endpoint_disabled and target.door in _DEFAULT_DOORS:
            raise GatewayError(errors.FORBIDDEN, log="The default endpoint is disabled (DisableExecuteApiEndpoint)")
        managed = parts_of(below)
        if managed is not None:
            self._management.handle(request, target, live.program, managed)
            return
        if below not in (b"", b"/"):
            raise GatewayError(errors.FORBIDDEN)
        self._connect(request, target, place, live)

    def _connect(self, request: Request, target: Target, place: Place, live: SocketLive) -> None:
        opening = cast("Upgradable", request)
        asked = None if opening.is_old else handshake.read(request)
        if asked is None:
            if request.method == "GET" and not opening.is_old and request.header(b"upgrade") is not None:
                raise GatewayError(errors.BAD_HANDSHAKE)
            raise GatewayError(errors.UPGRADE_REQUIRED if request.method == "GET" else errors.FORBIDDEN)
        if len(request.target) > LONGEST:
            raise GatewayError(URI_TOO_LONG)
        exchange = HandshakeExchange(opening, target, asked, place, live, self.connections, self._limits, self._clock)
        assert live.connect is not None
        exchange.route = live.connect
        advance(exchange, live.connect.steps)

    def _prepare(self, program: WebSocketProgram) -> SocketLive:
        named = series.of_stage(program)
        counters = self._counters.of(named)
        parts = SocketParts(
            program,
            self._upstream,
            self._endpoints,
            counters,
            self._max_payload,
            self._identities,
            self._traffic,
            self._telemetry,
        )
        plans = {
            route.key: SocketPlan(route, compose(route, parts), series.of_part(self._counters, named, route))
            for route in program.routes
        }
        if CONNECT not in plans:  # connections are accepted, and counted, without it, too
            route = SocketRoute(CONNECT, f"{program.arn}/{CONNECT}", None, two_way=False, throttle=program.connecting)
            plans[CONNECT] = SocketPlan(route, compose(route, parts))
        live = SocketLive(program, plans, counters)
        telemetry = self._telemetry
        own = access_log.build(program, telemetry), seen.build(program, telemetry)
        live.watch = watching.build(program, telemetry, *own)
        live.hint = b"" if self._ring is None else self._ring.hint
        return live

    def _refuse(self, request: Request, target: Target, error: GatewayError) -> None:
        """What is no handshake of a stage."""
        request_id, ring = extended_request_id(), self._ring
        ids = b"x-amzn-RequestId: %b\r\nx-amz-apigw-id: %b\r\n" % (request_id, request_id)
        if ring is not None and ring.hint:
            ids += b"%b%b\r\n" % (ring.hint, request_id)
        status, head, body = errors.answer(error, self.connections.new_id(), request_id.decode())
        request.respond(status, head, body, ids)
        if ring is not None:
            ring.refuse(request, target, error, (request_id, request_id), self._clock.now())
