"""One event of a connection on its way through the gateway: its handshake, a message, its end."""

from __future__ import annotations

from typing import Any, Final, cast

import orjson

from gatewright.clock import Clock
from gatewright.edge.target import Target
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Answer, Exchange, Stage
from gatewright.gateway.execution_log import ExecutionLog
from gatewright.gateway.identifiers import extended_request_id
from gatewright.gateway.websocket.client import Client
from gatewright.gateway.websocket.live import SocketLive, SocketPlan
from gatewright.language.query import Pairs
from gatewright.net.base import Request
from gatewright.program.records import Simulation
from gatewright.program.websocket import WebSocketProgram
from gatewright.telemetry.counters import StageCounters

CONNECTING: Final = "CONNECT"
MESSAGE: Final = "MESSAGE"
DISCONNECTING: Final = "DISCONNECT"

_UNREAD: Final = object()
_NO_REQUEST: Final = cast("Request", None)
_NOWHERE: Final = Target("", b"")
NO_JSON: Final = object()  # what `document` is for a message that is none


class Refused(Answer):
    """What the gateway itself answers: it reaches the client of a one-way route, too."""


class SocketExchange(Exchange):
    """Of the fields of its base class it has those of a request: `request` and `target` in a handshake alone.

    `program`, `plan` and `stage` are a REST API's. In a handshake an `Answer` has the status of the handshake, and for
    a head the sub-protocol that the integration has chosen; of a message its body goes to the client.
    """

    __slots__ = ("_began", "_document", "binary", "client", "ending", "event", "route", "serving")

    route: SocketPlan

    def __init__(self, client: Client, serving: SocketLive, event: str, body: bytes, clock: Clock) -> None:
        # Not the base class's: there is no request but the handshake. All that it sets must be set here, too: compiled
        # code does not ask whether it is.
        self.request = _NO_REQUEST
        self.target = _NOWHERE
        self.client = client
        self.serving = serving
        self.event = event
        self.binary = False  # of a message, where such are taken
        self.body = body
        self.clock = clock
        self.ending: tuple[int, str] | None = None  # code and reason, of an end
        self.request_id = self.extended_id = extended_request_id()
        self.header = _no_header
        self.verb = ""
        self.path = b""
        self.detail: StageCounters | None = None
        self.error: GatewayError | None = None
        self.grant = client.grant
        self.integration_headers = ()
        self.integration_latency = -1.0
        self.integration_status = 0
        self.rendering = None
        self.stage: Stage | None = None
        self.api_key = client.api_key
        self.more = b""
        self.log: ExecutionLog | None = None
        self.simulation: Simulation | None = None
        self.span = None
        self._began = clock.monotonic()
        self._query: Pairs | None = []
        self._trace: bytes | None = None
        self._document: Any = _UNREAD

    @property
    def began(self) -> float:
        """When it came, by the monotonic clock."""
        return self._began

    @property
    def message_id(self) -> str:
        """Of a message. AWS's message ids end as the ids of their connections do."""
        return self.request_id[:8].decode() + self.client.id[8:]

    @property
    def has_request(self) -> bool:
        """Whether there is an HTTP request: of a handshake."""
        return self.event == CONNECTING

    @property
    def owner(self) -> tuple[str, str]:
        """Account and Region of the API."""
        program = self.serving.program
        return program.account, program.region

    @property
    def stage_arn(self) -> str:
        """arn:…:execute-api:{region}:{account}:{api}/{stage}"""
        return self.serving.program.arn

    @property
    def names(self) -> tuple[str, ...]:
        """There are no path parameters."""
        return ()

    @property
    def api(self) -> WebSocketProgram:
        """The program of the stage."""
        return self.serving.program

    @property
    def document(self) -> Any:
        """The message as JSON; NO_JSON when it is none."""
        found = self._document
        if found is _UNREAD:
            try:
                found = orjson.loads(self.body)
            except orjson.JSONDecodeError:
                found = NO_JSON
            self._document = found
        return found

    def over(self, status: int, sent: int = 0) -> None:
        """It has ended so, with so many bytes for the client."""
        latency = self.clock.monotonic() - self._began
        for counters in (self.serving.counters, self.detail):
            if counters is not None:
                self._record(counters, status, latency)
        watch = self.serving.watch
        if watch is not None:
            self.status, self.sent, self.latency, self.ended_at = status, sent, latency, self.clock.now()
            watch(self)

    def _record(self, counters: StageCounters, status: int, latency: float) -> None:
        """Count it. AWS: "Monitor WebSocket API execution with CloudWatch metrics".

        unverified: that an answer which the integration gave and which cannot be used is an execution error.
        """
        counters.record_latency(latency)
        error, called = self.error, self.integration_latency >= 0
        if error is not None and not called and error.status < 500:
            counters.client_errors += 1
            return
        if self.event == CONNECTING:
            counters.connects += 1
        if self.integration_status >= 400 or (error is None and status >= 400):
            counters.integration_errors += 1
        elif error is not None:
            counters.execution_errors += 1


def _no_header(name: bytes) -> bytes | None:
    return None


def own(exchange: Exchange) -> SocketExchange:
    """The exchange as what it is: steps of WebSocket APIs get no other."""
    assert isinstance(exchange, SocketExchange)
    return exchange
