"""The HTTP APIs of a worker: which stage and which route a request selects, and the start of its way.

AWS: "Stages for HTTP APIs". On an API's own host the first part of the path names a stage if there is one of that name,
else the stage `$default` serves the whole path; domain names, aliases and path forms say which stage they mean. What a
request selected by its method and path is remembered where no path variable depends on it, bounded and forgotten
whenever a program changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gatewright.edge.target import Target
from gatewright.gateway import series, watching
from gatewright.gateway.base import Identities, Kept, Telemetry, Traffic
from gatewright.gateway.endpoints import Endpoints
from gatewright.gateway.errors import FORBIDDEN, GatewayError
from gatewright.gateway.exchange import Step
from gatewright.gateway.http_api import access_log, seen
from gatewright.gateway.http_api.cors import CorsEngine
from gatewright.gateway.http_api.errors import HEADERS_TOO_LONG, NOT_FOUND
from gatewright.gateway.http_api.exchange import HttpExchange, RoutePlan
from gatewright.gateway.http_api.live import HttpLive, HttpParts
from gatewright.gateway.http_api.pipeline import compose, compose_preflight
from gatewright.gateway.http_api.steps import answer_preflight
from gatewright.gateway.limits import HEADERS, UNSUSPECTED
from gatewright.gateway.paths import without_needless
from gatewright.gateway.running import advance, refuse
from gatewright.net.base import Request, Upstream
from gatewright.program.http_api import HttpApiProgram, RouteProgram
from gatewright.program.route_table import RouteTable, split_key
from gatewright.program.trie import parameter_names
from gatewright.telemetry.counters import Counters, StageCounters

_DEFAULT: Final = b"$default"
_ENCODED_DEFAULT: Final = b"%24default"
_REMEMBERED: Final = 4096
_LONGEST: Final = 256  # bytes; longer paths are not remembered
# How a call says which stage it means.
_BY_PATH, _BY_FORM, _BY_MAPPING = range(3)
# What ANY and $default stand for. A method that only backends take for one of these, as "delete", must not pass by the
# routes and policies that name it. unverified: what AWS answers to others.
_VERBS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_PREFLIGHT: tuple[Step, ...] = (answer_preflight,)

# The stage, the route (None: none), the path with its stage, the path below it, raw values of the path variables.
Place = tuple[HttpLive, "RoutePlan | None", bytes, bytes, Sequence[bytes]]


class Site:
    """One HTTP API: its stages."""

    __slots__ = ("_default", "_known", "_ring", "_stages", "region")

    def __init__(self, region: str, ring: Kept | None = None) -> None:
        self.region = region
        self._ring = ring
        self._stages: dict[bytes, HttpLive] = {}
        self._default: HttpLive | None = None
        self._known: dict[tuple[str, bytes, int], Place] = {}

    def put(self, live: HttpLive) -> None:
        """Serve this stage, instead of the one that had its name."""
        self._stages[live.program.stage.encode()] = live
        self._default = self._stages.get(_DEFAULT)
        self._known.clear()

    def drop(self, stage: str) -> bool:
        """Serve this stage no more; whether the API has none left."""
        self._stages.pop(stage.encode(), None)
        self._default = self._stages.get(_DEFAULT)
        self._known.clear()
        return not self._stages

    def handle(self, exchange: HttpExchange) -> None:
        """Answer the request, now or later. Never raises."""
        try:
            steps = self._select(exchange)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the client gets its answer
            refuse(exchange, error, self._ring if exchange.serving is None else None)
            return
        advance(exchange, steps)

    def find(self, target: Target, verb: str, path: bytes) -> Place:
        """Where a method and a path in AWS's own form lead. Raises GatewayError (404): no such stage."""
        means = _BY_MAPPING if target.base is not None else _BY_FORM if target.domain is None else _BY_PATH
        place = self._known.get((verb, path, means))
        if place is None:
            place = self._locate(verb, path, means)
        if place[0].closed(target.door):
            raise GatewayError(NOT_FOUND, log="The default endpoint is disabled (DisableExecuteApiEndpoint)")
        return place

    def _select(self, exchange: HttpExchange) -> Sequence[Step]:
        """Find stage and route, write them into the exchange, give the steps. Raises GatewayError."""
        target, request = exchange.target, exchange.request
        if target.region is not None and target.region != self.region:
            raise GatewayError(FORBIDDEN)
        live, plan, exchange.context_path, exchange.path, exchange.values = self.find(
            target, exchange.verb, target.path or request.path
        )
        exchange.serving = live
        if request.head_size > UNSUSPECTED and _head_size(request) > HEADERS:
            raise GatewayError(HEADERS_TOO_LONG)
        preflight = live.cors is not None and exchange.verb == "OPTIONS" and _is_preflight(request)
        if plan is None:
            if preflight:
                return _PREFLIGHT
            raise GatewayError(NOT_FOUND)
        exchange.route = plan
        exchange.detail = plan.detail
        return plan.preflight if preflight else plan.steps

    def _locate(self, verb: str, path: bytes, means: int) -> Place:
        path = without_needless(path)  # unverified for AWS
        end = path.find(b"/", 1)
        stage, below = (path[1:], b"/") if end < 0 else (path[1:end], path[end:])
        if stage == _ENCODED_DEFAULT and means == _BY_FORM:
            stage = _DEFAULT
        live = None if stage == _DEFAULT and means == _BY_PATH else self._stages.get(stage)
        if live is None:
            live, below = self._default, path
            if live is None or means == _BY_MAPPING:
                raise GatewayError(NOT_FOUND)
        found = live.routes.match(verb, below) if verb in _VERBS else None
        whole = live.prefix + below if below != b"/" or end >= 0 or not live.prefix else live.prefix
        if found is None:
            return live, None, whole, below, ()
        place: Place = (live, found[0], whole, below, found[1])
        if not found[1] and len(path) <= _LONGEST:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[verb, path, means] = place
        return place


class Sites:
    """All HTTP APIs of one worker. Belongs to the worker's event loop."""

    __slots__ = (
        "_counters",
        "_endpoints",
        "_identities",
        "_max_payload",
        "_ring",
        "_sites",
        "_telemetry",
        "_traffic",
        "_upstream",
    )

    def __init__(
        self,
        upstream: Upstream,
        endpoints: Endpoints,
        counters: Counters,
        max_payload: int,
        identities: Identities | None = None,
        traffic: Traffic | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._upstream = upstream
        self._endpoints = endpoints
        self._counters = counters
        self._max_payload = max_payload
        self._identities = identities
        self._traffic = traffic
        self._telemetry = telemetry
        self._ring = None if telemetry is None else telemetry.ring
        self._sites: dict[str, Site] = {}

    def find(self, api_id: str) -> Site | None:
        """The HTTP API of this id; None: there is none."""
        return self._sites.get(api_id)

    def put(self, program: HttpApiProgram) -> None:
        """Serve a stage. Raises ValueError for routes that contradict each other; then the old one stays."""
        live = self._prepare(program)
        self._sites.setdefault(program.api_id, Site(program.region, self._ring)).put(live)

    def drop(self, program: HttpApiProgram) -> None:
        """Serve a stage no more."""
        site = self._sites.get(program.api_id)
        if site is not None and site.drop(program.stage):
            del self._sites[program.api_id]

    def _prepare(self, program: HttpApiProgram) -> HttpLive:
        named = series.of_stage(program)
        counters = self._counters.of(named)
        cors = None if program.cors is None else CorsEngine(program.cors)
        parts = HttpParts(
            program,
            self._upstream,
            self._endpoints,
            counters,
            self._max_payload,
            cors,
            self._identities,
            self._traffic,
            self._telemetry,
        )
        routes = RouteTable(
            (route.key, _plan(route, parts, series.of_part(self._counters, named, route))) for route in program.routes
        )
        live = HttpLive(program, routes, counters, cors)
        telemetry = self._telemetry
        own = access_log.build(program, telemetry), seen.build(program, telemetry)
        live.watch = watching.build(program, telemetry, *own)
        live.hint = b"" if self._ring is None else self._ring.hint
        return live


def _plan(route: RouteProgram, parts: HttpParts, detail: StageCounters | None) -> RoutePlan:
    names = parameter_names(split_key(route.key)[1])
    return RoutePlan(route, names, compose(route, parts), compose_preflight(route, parts), detail)


def _is_preflight(request: Request) -> bool:
    return request.header(b"origin") is not None and request.header(b"access-control-request-method") is not None


def _head_size(request: Request) -> int:
    """AWS: "Total combined size of request line and header values"."""
    return len(request.method) + len(request.target) + 11 + sum(len(value) for _, value in request.headers)
