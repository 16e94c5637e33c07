"""One request on its way through the gateway: what is known of it, and how it ends.

Fields without a default are written once, by the writer named beside them; reading one too early raises AttributeError.
What costs something and is not always wanted (query, trace id) is worked out when first asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Any, Final

from gatewright.clock import Clock
from gatewright.edge.target import Target
from gatewright.gateway.compression import compress
from gatewright.gateway.errors import GatewayError, configuration_error, render
from gatewright.gateway.execution_log import ExecutionLog
from gatewright.gateway.identifiers import extended_request_id, request_id, trace_id
from gatewright.language.query import Pairs, parse_query
from gatewright.net.base import Header, Request
from gatewright.program.records import MethodProgram, Simulation, StageProgram
from gatewright.program.usage import ApiKey
from gatewright.telemetry.counters import StageCounters

logger = logging.getLogger("gatewright.gateway")


class Answer:
    """What the client gets. `head` as `Request.respond` takes it, without the gateway's own ids.

    `length` of an answer to HEAD without a body: the bytes that the backend would have sent to GET.
    """

    __slots__ = ("body", "head", "length", "status")

    def __init__(self, status: int, head: bytes, body: bytes, length: int | None = None) -> None:
        self.status = status
        self.head = head
        self.body = body
        self.length = length


class Later(Enum):
    """What a step returns when a callback of its own will call `finish` or `fail`."""

    LATER = 0


LATER: Final = Later.LATER

# A step decides: None goes on, an Answer ends it, LATER waits for a callback, an Awaitable waits in a Task and then
# goes on or ends by its result. It raises GatewayError to end with a gateway response.
Outcome = Answer | Later | Awaitable["Answer | None"] | None
Step = Callable[["Exchange"], Outcome]


class Plan:
    """A method ready to run. The methods of a resource form a chain, ANY last. `detail`: metrics of its own."""

    __slots__ = ("detail", "following", "method", "names", "steps", "verb")

    def __init__(
        self,
        verb: str,
        method: MethodProgram,
        names: tuple[str, ...],
        steps: tuple[Step, ...],
        following: Plan | None = None,
        detail: StageCounters | None = None,
    ) -> None:
        self.verb = verb
        self.method = method
        self.names = names
        self.steps = steps
        self.following = following
        self.detail = detail


# Errors of REST APIs whose requests AWS does not bill: who the caller is, which key it has, and limits (AWS: "Amazon
# API Gateway FAQs", billing; unverified for paths that are no methods, which are answered so, too).
_UNBILLED: Final = frozenset(
    (
        "ACCESS_DENIED",
        "EXPIRED_TOKEN",
        "INVALID_API_KEY",
        "INVALID_SIGNATURE",
        "MISSING_AUTHENTICATION_TOKEN",
        "QUOTA_EXCEEDED",
        "THROTTLED",
        "UNAUTHORIZED",
    )
)
_STREAM_UNIT: Final = 10 * 1024 * 1024  # bytes of a streamed answer that AWS bills as one request

# Told of an exchange that has ended (see `watching`).
Watch = Callable[["Exchange"], None]

# How errors of a stage that has customised gateway responses are answered.
Render = Callable[["Exchange", GatewayError], Answer]


class Stage:
    """What an exchange needs of the stage that serves it."""

    __slots__ = ("counters", "flights", "hint", "program", "render", "watch")

    def __init__(self, program: StageProgram, counters: StageCounters, render: Render | None = None) -> None:
        self.program = program
        self.counters = counters
        self.render = render
        self.flights: Any = None  # `flights.Flights`, which imports this file
        self.watch: Watch | None = None
        self.hint = b""  # how a header begins that tells clients of errors how to ask what happened; b"": none does


class Exchange:
    """A request, its program, and its end."""

    __slots__ = (
        "_query",
        "_trace",
        "api_key",  # the api_key step: `program.usage.ApiKey`; None: the method requires none
        "attempt",  # the cache's step: `kept.Attempt`, or None
        "body",  # Exchange; the decompression step may replace it
        "clock",
        "context_path",  # Gateway: the path with its stage
        "detail",  # Gateway: counters of the method, or None
        "ended_at",  # its end: epoch seconds
        "error",  # what it ended with: GatewayError, or None
        "extended_id",
        "grant",  # the authorization step: `grants.Grant`; None until there is one
        "header",  # Exchange: first value of a request header by lower-case name
        "integration_headers",  # of its answer
        "integration_latency",  # seconds that the backend took; negative: none was called
        "integration_status",  # of its answer; 0: there is none
        "latency",  # its end: seconds
        "log",  # Simulator; None: nobody wants to know
        "more",  # header lines of the gateway's own for the answer, whatever it will be
        "path",  # Gateway: the path below the stage
        "plan",  # Gateway: the method
        "program",  # Gateway
        "rendering",  # mapping templates: None until one is rendered
        "request",
        "request_id",
        "sent",  # its end: bytes of the answer's body
        "simulation",  # Simulator; None: the request came over the wire
        "span",  # the tracing step: `tracing.Span`; None: the request is not traced
        "stage",  # Gateway: None until a program was found
        "status",  # its end: of the answer
        "target",
        "values",  # Gateway: their raw values
        "verb",  # Gateway
    )

    attempt: Any
    ended_at: float
    latency: float
    sent: int
    status: int
    context_path: bytes
    path: bytes
    plan: Plan
    program: StageProgram
    values: Sequence[bytes]
    verb: str

    def __init__(self, request: Request, target: Target, clock: Clock) -> None:
        self.request = request
        self.target = target
        self.clock = clock
        self.header = request.header
        self.request_id = request_id(request.header(b"x-amzn-requestid"))
        self.extended_id = extended_request_id()
        self.body = request.body
        self.grant: Any = None  # `grants.Grant`, which imports this file
        self.rendering: Any = None  # `integrations.rendering.Rendering`, which imports this file
        self.stage: Stage | None = None
        self.api_key: ApiKey | None = None
        self.detail: StageCounters | None = None
        self.error: GatewayError | None = None
        self.integration_headers: Sequence[Header] = ()
        self.integration_latency = -1.0
        self.integration_status = 0
        self.more = b""
        self.log: ExecutionLog | None = None
        self.simulation: Simulation | None = None
        self.span: Any = None  # `tracing.Span`, which imports this file
        self._query: Pairs | None = None
        self._trace: bytes | None = None

    @property
    def began(self) -> float:
        """When it came, by the monotonic clock."""
        return self.request.received

    @property
    def method(self) -> MethodProgram:
        """The method's program."""
        return self.plan.method

    @property
    def owner(self) -> tuple[str, str]:
        """Account and Region of the API."""
        return self.program.account, self.program.region

    @property
    def stage_arn(self) -> str:
        """arn:…:execute-api:{region}:{account}:{api}/{stage}"""
        return self.program.arn

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the path parameters."""
        return self.plan.names

    @property
    def query(self) -> Pairs:
        """The decoded query string."""
        if self._query is None:
            self._query = parse_query(self.request.query)
        return self._query

    @property
    def trace(self) -> bytes:
        """X-Amzn-Trace-Id as the backend gets it."""
        if self._trace is None:
            self._trace = trace_id(self.header(b"x-amzn-trace-id"), self.clock.now())
        return self._trace

    @trace.setter
    def trace(self, value: bytes) -> None:
        self._trace = value

    def path_parameter(self, name: str) -> str | None:
        """The raw value of a path parameter; None when the resource has none of this name."""
        if name not in self.names:
            return None
        return self.values[self.names.index(name)].decode("utf-8", "replace")

    def finish(self, answer: Answer) -> None:
        """Send the answer and count it."""
        status, head, body = answer.status, answer.head, answer.body
        stage = self.stage
        if stage is not None and self.program.compression is not None:
            head, body = compress(head, body, self.program.compression, self.header(b"accept-encoding"))
        if status >= 400 and stage is not None and stage.hint:
            self.more += b"%b%b\r\n" % (stage.hint, self.request_id)
        ids = b"%bx-amzn-RequestId: %b\r\nx-amz-apigw-id: %b\r\n" % (self.more, self.request_id, self.extended_id)
        try:
            if answer.length is None:
                self.request.respond(status, head, body, ids)
            else:
                self.request.start(status, head + ids, answer.length)
                self.request.finish()
        except ValueError as error:
            logger.error("(%s) the answer was not sound HTTP: %s", self.request_id.decode(), error)
            status = 500
            unsound = self.error = configuration_error("Invalid response", str(error))
            if self.log is not None:
                self.log.fail(unsound.log)
            self.request.respond(*self._error(unsound))
        if self.log is not None:
            self.log.end(status, answer.head, answer.body)
        if stage is not None:
            refused = self.error
            units = 1 if refused is None or refused.kind.name not in _UNBILLED else 0
            self.count(stage.counters, stage.watch, status, len(body), units)

    def started(self, status: int, head: bytes) -> bytes:
        """The head of a streamed answer, with the gateway's own ids."""
        if status >= 400 and self.stage is not None and self.stage.hint:
            self.more += b"%b%b\r\n" % (self.stage.hint, self.request_id)
        ids = self.more, self.request_id, self.extended_id
        return b"%b%bx-amzn-RequestId: %b\r\nx-amz-apigw-id: %b\r\n" % (head, *ids)

    def ended(self, status: int, sent: int) -> None:
        """A streamed answer has ended, whole or not, after so many bytes: count it."""
        if self.log is not None:
            self.log.end(status)
        stage = self.stage
        if stage is not None:
            units = (sent + _STREAM_UNIT - 1) // _STREAM_UNIT or 1
            self.count(stage.counters, stage.watch, status, sent, units)

    def count(self, counters: StageCounters, watch: Watch | None, status: int, sent: int, units: int) -> None:
        """It has ended so: the last that happens to it. `units`: requests that AWS bills."""
        latency = self.clock.monotonic() - self.began
        received = len(self.request.body)
        counters.record(status, latency, received, sent, units)
        if self.detail is not None:
            self.detail.record(status, latency, received, sent, units)
        if watch is not None:
            self.status, self.sent, self.latency, self.ended_at = status, sent, latency, self.clock.now()
            watch(self)

    def called(self, counters: StageCounters, status: int, taken: float, headers: Sequence[Header] = ()) -> None:
        """The backend has answered (0: it has not) after so many seconds, with these headers."""
        self.integration_headers = headers
        self.integration_status, self.integration_latency = status, taken
        counters.record_integration(taken)
        if self.detail is not None:
            self.detail.record_integration(taken)

    def fail(self, error: BaseException) -> None:
        """End with a gateway response. What is not a GatewayError is a fault of ours: logged with its traceback."""
        if not isinstance(error, GatewayError):
            logger.error("(%s) internal error", self.request_id.decode(), exc_info=error)
            error = GatewayError("API_CONFIGURATION_ERROR", why={"fault": f"{type(error).__name__}: {error}"[:500]})
            if self.log is not None:
                self.log.fail("Execution failed due to an internal error")
        elif error.log is not None:
            logger.log(
                logging.ERROR if error.status >= 500 else logging.DEBUG,  # anybody can be refused as often as they like
                "(%s) %s",
                self.request_id.decode(),
                error.log if error.detail is None else f"{error.log} ({error.detail})",
            )
        if self.log is not None and not self.log.failed:
            self.log.fail(error.log)
        self.error = error
        if self.stage is not None and self.stage.flights is not None:
            self.stage.flights.failed(self, error)
        answer = self._answer(error)
        if self.log is not None:
            self.log.refused(error.kind.name, answer.status, answer.head, answer.body)
        self.finish(answer)

    def _answer(self, error: GatewayError) -> Answer:
        if self.stage is None or self.stage.render is None:
            return Answer(*render(error))
        return self.stage.render(self, error)

    def _error(self, error: GatewayError) -> tuple[int, bytes, bytes]:
        status, head, body = render(error)
        head += b"x-amzn-RequestId: %b\r\nx-amz-apigw-id: %b\r\n" % (self.request_id, self.extended_id)
        return status, head, body
