"""One request of an HTTP API on its way through the gateway."""

from __future__ import annotations

import logging
from typing import Final

from gatewright.clock import Clock
from gatewright.edge.target import Target
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Stage, Step, Watch
from gatewright.gateway.execution_log import ExecutionLog
from gatewright.gateway.http_api.cors import CorsEngine
from gatewright.gateway.http_api.errors import render
from gatewright.gateway.identifiers import extended_request_id
from gatewright.language.query import Pairs
from gatewright.net.base import Request
from gatewright.program.http_api import HttpApiProgram, RouteProgram
from gatewright.program.records import Simulation
from gatewright.telemetry.counters import StageCounters

logger = logging.getLogger("gatewright.gateway")

_UNIT: Final = 512 * 1024  # bytes, of request and answer together (unverified), that AWS bills as one request


class RoutePlan:
    """A route ready to run. `preflight`: its steps when the request is a preflight that CORS answers."""

    __slots__ = ("challenge", "detail", "names", "preflight", "route", "steps")

    def __init__(
        self,
        route: RouteProgram,
        names: tuple[str, ...],
        steps: tuple[Step, ...],
        preflight: tuple[Step, ...],
        detail: StageCounters | None = None,
    ) -> None:
        self.route = route
        self.names = names
        self.steps = steps
        self.preflight = preflight
        self.detail = detail
        self.challenge = b"Bearer" if route.authorization == "JWT" else b""


class HttpStage:
    """What an exchange needs of the stage that serves it."""

    __slots__ = ("cors", "counters", "hint", "program", "watch")

    def __init__(self, program: HttpApiProgram, counters: StageCounters, cors: CorsEngine | None) -> None:
        self.program = program
        self.counters = counters
        self.cors = cors
        self.watch: Watch | None = None
        self.hint = b""  # as `Stage.hint`


class HttpExchange(Exchange):
    """A request, its route, and its end. `context_path` is what events call the raw path.

    Of the fields of its base class it has those of a request; `program`, `plan` and `stage` are a REST API's.
    """

    __slots__ = ("is_preflight", "route", "serving")

    route: RoutePlan  # Site

    def __init__(self, request: Request, target: Target, clock: Clock) -> None:
        # Not the base class's: an HTTP API has one id per request.
        self.request = request
        self.target = target
        self.clock = clock
        self.header = request.header
        self.request_id = self.extended_id = extended_request_id()
        self.body = request.body
        self.verb = request.method
        self.detail: StageCounters | None = None
        self.error: GatewayError | None = None
        self.grant = None
        self.integration_headers = ()
        self.integration_latency = -1.0
        self.integration_status = 0
        self.rendering = None
        self.more = b""
        self.stage: Stage | None = None
        self.log: ExecutionLog | None = None
        self.simulation: Simulation | None = None
        self.span = None
        self.serving: HttpStage | None = None  # None until a stage was found
        self.is_preflight = False
        self._query: Pairs | None = None
        self._trace: bytes | None = None

    @property
    def owner(self) -> tuple[str, str]:
        """Account and Region of the API."""
        return self.api.account, self.api.region

    @property
    def stage_arn(self) -> str:
        """arn:…:execute-api:{region}:{account}:{api}/{stage}"""
        return self.api.arn

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the path variables."""
        return self.route.names

    @property
    def api(self) -> HttpApiProgram:
        """The program of the stage."""
        serving = self.serving
        assert serving is not None
        return serving.program

    def finish(self, answer: Answer) -> None:
        """Send the answer, with the CORS headers of the API, and count it."""
        status = answer.status
        serving = self.serving
        if status >= 400 and serving is not None and serving.hint:
            self.more += b"%b%b\r\n" % (serving.hint, self.request_id)
        more = b"%bApigw-Requestid: %b\r\n" % (self.more, self.request_id)
        if serving is not None and serving.cors is not None:
            origin = self.header(b"origin")
            if origin is not None:
                more = serving.cors.lines(origin, preflight=self.is_preflight) + more
        try:
            if answer.length is None:
                self.request.respond(status, answer.head, answer.body, more)
            else:
                self.request.start(status, answer.head + more, answer.length)
                self.request.finish()
        except ValueError as error:
            logger.error("(%s) the answer was not sound HTTP: %s", self.request_id.decode(), error)
            status = 500
            self.error = configuration_error("Invalid response", str(error))
            self.request.respond(*self._error(self.error))
        if serving is not None:
            sent = len(answer.body)
            units = (len(self.request.body) + sent + _UNIT - 1) // _UNIT or 1
            self.count(serving.counters, serving.watch, status, sent, units)

    def _answer(self, error: GatewayError) -> Answer:
        return Answer(*render(error, self._challenge() if error.challenge is None else error.challenge))

    def _error(self, error: GatewayError) -> tuple[int, bytes, bytes]:
        status, head, body = render(error)
        return status, head + b"Apigw-Requestid: %b\r\n" % self.request_id, body

    def _challenge(self) -> bytes:
        try:
            return self.route.challenge
        except AttributeError:  # no route was found
            return b""


def own(exchange: Exchange) -> HttpExchange:
    """The exchange as what it is: steps of HTTP APIs get no other."""
    assert isinstance(exchange, HttpExchange)
    return exchange
