"""TestInvokeMethod: runs one method of an API as it is now, deployed or not, through the steps of the data plane.
TestInvokeAuthorizer asks one authorizer in the same way (trial.py).

AWS: "Use the API Gateway console to test a REST API method". The request exists in memory only; the backend is called
for real. Authorizers and API keys do not count: whoever compiles the program leaves them out. A path that does not
belong to the resource is no error: its parameters are then absent (recorded). A streamed answer is gathered until it
is complete, or for 35 seconds, or until it exceeds 1 MB; without a head by then, the status is 0 (AWS: "Troubleshoot
issues with response streaming").
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gatewright.clock import Clock
from gatewright.edge.target import Door, Target
from gatewright.gateway import customised
from gatewright.gateway.base import Identities
from gatewright.gateway.endpoints import Endpoints
from gatewright.gateway.exchange import Exchange, Plan, Stage
from gatewright.gateway.execution_log import ExecutionLog, read_head
from gatewright.gateway.live import Parts
from gatewright.gateway.pipeline import compose
from gatewright.gateway.running import advance
from gatewright.gateway.trial import try_authorizer
from gatewright.net.base import Header, Secured, Upstream
from gatewright.program.records import MethodProgram, Simulation, StageProgram
from gatewright.program.trie import Trie, parameter_names
from gatewright.telemetry.counters import StageCounters

# What AWS writes in place of an address and a host (recorded in events of such calls).
SOURCE_IP = "test-invoke-source-ip"
DOMAIN = "testPrefix.testDomainName"
STREAM_SECONDS = 35.0
STREAM_BYTES = 1024 * 1024
_GRACE = 10.0  # seconds for an execution beyond its integration's own limit
_AUTHORIZER = 60.0  # seconds for an authorizer, roles and keys that must be fetched first included


class SimulatedRequest:
    """`net.base.Request` without a connection. `answered` resolves with the status once the answer is whole."""

    def __init__(self, verb: str, simulation: Simulation, received: float, answered: asyncio.Future[int]) -> None:
        self.method = verb
        self.path = simulation.path.encode()
        self.query = simulation.query.encode()
        self.target = self.path + (b"?" + self.query if self.query else b"")
        self.host = b""
        self.body = simulation.body.encode("utf-8", "replace")
        self.too_large = False
        self.peer = SOURCE_IP
        self.scheme = "https"
        self.secured: Secured | None = None
        self.listener = ""
        self.received = received
        self.on_disconnect: Callable[[], None] | None = None
        self._headers = [
            (name.encode("latin-1", "replace"), value.encode("utf-8", "replace")) for name, value in simulation.headers
        ]
        self._answered = answered
        self.status = 0
        self.head = b""
        self.content = b""

    @property
    def client(self) -> str:
        return self.peer

    @property
    def headers(self) -> Sequence[Header]:
        return self._headers

    @property
    def head_size(self) -> int:
        return len(self.target) + sum(len(name) + len(value) + 4 for name, value in self._headers)

    def header(self, name: bytes) -> bytes | None:
        return next((value for key, value in self._headers if key.lower() == name), None)

    def respond(self, status: int, head: bytes, body: bytes, more: bytes = b"") -> None:
        self.start(status, head, len(body))
        self.write(body)
        self.finish()

    def start(self, status: int, head: bytes, length: int | None) -> None:
        self.status, self.head = status, head

    def write(self, data: bytes) -> bool:
        if self._answered.done():
            return True
        self.content += data
        if len(self.content) > STREAM_BYTES:
            self.finish()  # whole answers are written at once, so that this cuts streamed ones only
        return True

    async def drained(self) -> None:
        return

    def finish(self) -> None:
        if not self._answered.done():
            self._answered.set_result(self.status)

    def abort(self) -> None:
        """A streamed answer that broke off: what came of it is the result."""
        self.finish()


class Simulator:
    """Runs methods on an event loop for threads that wait: `control.base.MethodTester`."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        upstream: Upstream,
        endpoints: Endpoints,
        clock: Clock,
        *,
        max_payload: int,
        identities: Identities | None = None,
    ) -> None:
        self._loop = loop
        self._upstream = upstream
        self._endpoints = endpoints
        self._clock = clock
        self._max_payload = max_payload
        self._identities = identities

    def invoke(self, program: StageProgram, verb: str, simulation: Simulation) -> Mapping[str, Any]:
        """Run the one method of a program. Blocks: not for the loop's own thread. Raises TimeoutError.

        `verb` is the request's; the answer has the members of TestInvokeMethodResponse.
        """
        method = next(iter(program.resources[0].methods.values()))
        limit = getattr(method.integration, "timeout", 0.0) + _GRACE
        running = asyncio.wait_for(self._run(program, method, verb, simulation), limit)
        return asyncio.run_coroutine_threadsafe(running, self._loop).result(limit + _GRACE)

    def authorize(self, program: StageProgram, simulation: Simulation) -> Mapping[str, Any]:
        """Ask the authorizer of the one method of a program. Blocks, as `invoke` does. Raises TimeoutError.

        The answer has the members of TestInvokeAuthorizerResponse.
        """
        running = asyncio.wait_for(self._ask(program, simulation), _AUTHORIZER)
        return asyncio.run_coroutine_threadsafe(running, self._loop).result(_AUTHORIZER + _GRACE)

    async def _ask(self, program: StageProgram, simulation: Simulation) -> Mapping[str, Any]:
        method = next(iter(program.resources[0].methods.values()))
        request = SimulatedRequest(method.verb, simulation, self._clock.monotonic(), self._loop.create_future())
        parts = self._parts(program)
        exchange = self._exchange(request, method, simulation, parts)
        exchange.log = ExecutionLog(self._clock)
        return await try_authorizer(exchange, parts)

    async def _run(
        self, program: StageProgram, method: MethodProgram, verb: str, simulation: Simulation
    ) -> Mapping[str, Any]:
        answered: asyncio.Future[int] = self._loop.create_future()
        request = SimulatedRequest(verb, simulation, self._clock.monotonic(), answered)
        exchange = self._exchange(request, method, simulation, self._parts(program))
        log = exchange.log = ExecutionLog(self._clock)
        log.hide(simulation.headers, exchange.query)
        names = zip(exchange.plan.names, exchange.values, strict=True)
        log.begin(
            exchange.request_id.decode(),
            verb,
            simulation.path,
            [(name, value.decode("utf-8", "replace")) for name, value in names],
            exchange.query,
            simulation.headers,
            request.body,
        )
        advance(exchange, exchange.plan.steps)
        if getattr(method.integration, "streaming", False):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(answered, STREAM_SECONDS)
            if request.on_disconnect is not None:
                request.on_disconnect()  # who tests has enough; does nothing after the end
        else:
            await answered
        return self._result(exchange, request, log)

    def _parts(self, program: StageProgram) -> Parts:
        return Parts(
            program=program,
            upstream=self._upstream,
            endpoints=self._endpoints,
            counters=StageCounters(),
            max_payload=self._max_payload,
            identities=self._identities,
        )

    def _exchange(
        self, request: SimulatedRequest, method: MethodProgram, simulation: Simulation, parts: Parts
    ) -> Exchange:
        program = parts.program
        exchange = Exchange(request, Target(program.api_id, request.path, DOMAIN, door=Door.DOMAIN), self._clock)
        exchange.simulation = simulation
        exchange.program = program
        exchange.stage = Stage(program, parts.counters, customised.build(program.gateway_responses))
        exchange.path = exchange.context_path = request.path
        exchange.verb = request.method
        values = _values(method.resource_path, request.path)
        names = () if values is None else parameter_names(method.resource_path)
        exchange.plan = Plan(method.verb, method, names, compose(method, parts))
        exchange.values = values or ()
        return exchange

    def _result(self, exchange: Exchange, request: SimulatedRequest, log: ExecutionLog) -> Mapping[str, Any]:
        multi: dict[str, list[str]] = {}
        for name, value in read_head(request.head):
            if not (log.failed and name == "Content-Type") and name.lower() not in _IDS:
                multi.setdefault(name, []).append(value)
        return {
            "status": request.status,
            "body": request.content.decode("utf-8", "replace"),
            "headers": {name: values[-1] for name, values in multi.items()},
            "multiValueHeaders": multi,
            "log": log.text(exchange.request_id.decode()),
            "latency": round((self._clock.monotonic() - request.received) * 1000),
        }


# A gateway response shows only its error type here, and no answer its ids (recorded).
_IDS = frozenset({"x-amzn-requestid", "x-amz-apigw-id"})


def _values(resource_path: str, path: bytes) -> Sequence[bytes] | None:
    """The raw values of the path's parameters; None when it is not the resource's."""
    found = Trie([(resource_path, resource_path)]).match(path)
    return None if found is None else found[1]
