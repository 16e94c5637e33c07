"""The door of the data plane: programs come in, requests are answered.

A request's way: API and stage → program → route → the method's steps (see pipeline.py). What ends it before a method is
known ends here, in AWS's order: 403 Forbidden for what is no API or stage, 403 Missing Authentication Token for what
is no route. HTTP APIs are another product with a way of their own (http_api/): one look-up by the API's id tells.
"""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Callable, Sequence
from typing import Final

from gatewright.clock import Clock
from gatewright.edge.target import Target
from gatewright.gateway import access_log, customised, seen, series, watching
from gatewright.gateway.authorizers.signature import malformed
from gatewright.gateway.base import Connections, Identities, Telemetry, Traffic
from gatewright.gateway.directory import Directory
from gatewright.gateway.endpoints import Endpoints
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange, Plan, Step
from gatewright.gateway.flights import Flights
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.gateway.http_api.site import Sites
from gatewright.gateway.limits import UNSUSPECTED, check_head
from gatewright.gateway.live import Live, Parts
from gatewright.gateway.pipeline import compose
from gatewright.gateway.running import advance, refuse
from gatewright.gateway.stage_cache import open_cache, retire
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.gateway.websocket.site import SocketSites
from gatewright.net.base import Request, Upstream
from gatewright.net.websocket.connection import WebSocketLimits
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import ResourceProgram, StageProgram
from gatewright.program.trie import Trie, parameter_names
from gatewright.program.websocket import WebSocketProgram
from gatewright.telemetry.counters import Counters, Series

MAX_PAYLOAD: Final = 10 * 1024 * 1024  # bytes; AWS's quota


class Gateway:
    """All programs of one worker. Not thread-safe: it belongs to the worker's event loop.

    `max_payload` in bytes bounds the body of a request and of a backend's answer alike. `chance` gives numbers of
    [0, 1), one for each request of a stage with a canary. `identities`: None serves no route that asks who calls.
    `traffic`: None limits nothing. `telemetry`: None tells nobody what happens. `connections`: where open WebSocket
    connections are entered; `reach`: how all of the node are reached.
    """

    def __init__(
        self,
        upstream: Upstream,
        endpoints: Endpoints,
        counters: Counters,
        clock: Clock,
        *,
        max_payload: int = MAX_PAYLOAD,
        identities: Identities | None = None,
        traffic: Traffic | None = None,
        chance: Callable[[], float] = random.random,
        connections: LocalConnections | None = None,
        websocket_limits: WebSocketLimits | None = None,
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
        self._directory = Directory(chance)
        self._installed: dict[str, Live] = {}
        self._sites = Sites(upstream, endpoints, counters, max_payload, identities, traffic, telemetry)
        self._http_apis: dict[str, HttpApiProgram] = {}
        self._socket_apis: dict[str, WebSocketProgram] = {}
        self._sockets = SocketSites(
            upstream,
            endpoints,
            counters,
            clock,
            max_payload,
            identities,
            traffic,
            LocalConnections() if connections is None else connections,
            websocket_limits or WebSocketLimits(),
            reach,
            telemetry,
        )

    def install(self, name: str, program: StageProgram | HttpApiProgram | WebSocketProgram | None) -> None:
        """Serve this program from now on, or (None) serve it no more. Requests under way end on the old one.

        Raises ValueError for routes that contradict each other (the compiler finds them first); then the old one stays.
        """
        old = self._installed.get(name)
        if program is None:
            self._counters.drop(*name.split("@", 1))
        if isinstance(program, HttpApiProgram):
            self._sites.put(program)
            self._http_apis[name] = program
        elif isinstance(program, WebSocketProgram):
            self._sockets.put(program)
            self._socket_apis[name] = program
        elif program is not None:
            live = self._prepare(program)
            if program.canary is not None:
                live.release(program.canary.share, self._prepare(program.canary.program))
            self._installed[name] = live
            self._directory.put(live)
            retire(old, live, self._traffic)
        elif old is not None:
            retire(old, None, self._traffic)
            del self._installed[name]
            self._directory.drop(old)
        elif name in self._http_apis:
            self._sites.drop(self._http_apis.pop(name))
        elif name in self._socket_apis:
            self._sockets.drop(self._socket_apis.pop(name))

    def installed(self) -> list[str]:
        """Names of the programs being served."""
        return sorted([*self._installed, *self._http_apis, *self._socket_apis])

    def programs(self) -> list[StageProgram | HttpApiProgram | WebSocketProgram]:
        """The programs being served."""
        return [
            *(live.program for live in self._installed.values()),
            *self._http_apis.values(),
            *self._socket_apis.values(),
        ]

    def execute(self, will: bytes, done: Callable[[], None]) -> None:
        """Tell $disconnect of a WebSocket connection that a killed worker has left."""
        self._sockets.execute(will, done)

    def admit(self, request: Request, target: Target) -> int:
        """The most body bytes to take for this request."""
        return self._max_payload

    def handle(self, request: Request, target: Target) -> None:
        """Answer the request, now or later. Never raises."""
        site = self._sites.find(target.api_id)
        if site is not None:
            site.handle(HttpExchange(request, target, self._clock))
            return
        exchange = Exchange(request, target, self._clock)
        try:
            steps = self._route(exchange)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the client gets its answer
            if not self._sockets.takes(request, target):  # what is no REST API: only who is refused pays for the look
                refuse(exchange, error, self._ring if exchange.stage is None else None)
            return
        advance(exchange, steps)

    def _route(self, exchange: Exchange) -> Sequence[Step]:
        """Find program and method, write them into the exchange, give the steps. Raises GatewayError."""
        target = exchange.target
        place = self._directory.find(target, target.path or exchange.request.path)
        live, first, exchange.context_path, exchange.path, exchange.values = place
        exchange.program = live.program
        exchange.stage = live
        if exchange.request.head_size > UNSUSPECTED:
            check_head(exchange.request, private=live.program.private)
        override = exchange.header(b"x-http-method-override")
        verb = exchange.request.method if override is None else override.decode("latin-1").upper()
        exchange.verb = verb
        plan = _choose(first, verb)
        if plan is None:
            raise _unrouted(exchange)
        exchange.plan = plan
        exchange.detail = plan.detail
        return plan.steps

    def _prepare(self, program: StageProgram) -> Live:
        named = series.of_stage(program)
        counters = self._counters.of(named)
        parts = Parts(
            program=program,
            upstream=self._upstream,
            endpoints=self._endpoints,
            counters=counters,
            max_payload=self._max_payload,
            identities=self._identities,
            traffic=self._traffic,
            answers=open_cache(program, self._traffic),
            flights=Flights() if self._traffic is not None and self._traffic.cache_one_call else None,
            telemetry=self._telemetry,
        )
        routes = Trie((each.path, self._plan(each, parts, named)) for each in program.resources if each.methods)
        live = Live(program, routes, counters, customised.build(program.gateway_responses))
        live.answers, live.flights = parts.answers, parts.flights
        telemetry = self._telemetry
        own = access_log.build(program, telemetry), seen.build(program, telemetry)
        live.watch = watching.build(program, telemetry, *own)
        live.hint = b"" if self._ring is None else self._ring.hint
        return live

    def _plan(self, resource: ResourceProgram, parts: Parts, stage: Series) -> Plan:
        """The first of a resource's methods; there is at least one."""
        names = parts.share(parameter_names(resource.path))
        plan: Plan | None = None
        for verb in sorted(resource.methods, key=lambda verb: verb != "ANY"):
            method = resource.methods[verb]
            detail = series.of_part(self._counters, stage, method)
            plan = Plan(verb, method, names, compose(method, parts), plan, detail)
        assert plan is not None
        return plan


# What begins so is meant for a signature.
_SIGNATURES: Final = (b"AWS4-HMAC-SHA256", b"AWS4-ECDSA-P256-SHA256")

# What ANY stands for.
_ANY: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


def _choose(plan: Plan | None, verb: str) -> Plan | None:
    while plan is not None:
        if plan.verb == verb or (plan.verb == "ANY" and verb in _ANY):
            return plan
        plan = plan.following
    return None


def _unrouted(exchange: Exchange) -> GatewayError:
    """No such route. A client that sent something else than a signature is told so (as AWS does).

    A signature is not proved: nothing is there that it could be for. One that makes no sense is named.
    """
    sent = exchange.header(b"authorization")
    if sent is None:
        return GatewayError("MISSING_AUTHENTICATION_TOKEN")
    if sent.startswith(_SIGNATURES):
        return malformed(exchange.request) or GatewayError("MISSING_AUTHENTICATION_TOKEN")
    digest = base64.b64encode(hashlib.sha256(sent).digest()).decode()
    return GatewayError(
        "INVALID_SIGNATURE",
        "Invalid key=value pair (missing equal-sign) in Authorization header "
        f"(hashed with SHA-256 and encoded with Base64): '{digest}'.",
        error_type="IncompleteSignatureException",
    )
