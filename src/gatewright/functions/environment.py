"""An execution environment: one process, the Runtime API that it talks to, and the invocation that it has in hand.

Theory of operation. Each environment listens on a port of its own, because the paths of the Runtime API carry no
identity: the listener is the identity. The life of an environment:

    STARTING --next--> IDLE --run--> BUSY --response|error--> FINISHING --next--> IDLE ...        any --exit--> DEAD

`next` is a long poll: its request is kept in `_poll` until `run` answers it with an event. When the process dies the
poll dies with it: an environment that is DEAD is never handed an invocation, so a dead poller cannot swallow one.
Exactly one of four things ends an invocation: the runtime's response, its error, the timeout, the end of the process.
Whichever comes first takes `_current`; the others find None there.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, cast

from gatewright.functions import outcomes
from gatewright.functions.guard import Guard
from gatewright.functions.invocation import Invocation
from gatewright.functions.logs import FunctionLog, Lines
from gatewright.functions.names import FunctionKey
from gatewright.functions.outcomes import RESPONSE_LIMIT, Outcome, exited, not_started, reported, timed_out, too_large
from gatewright.functions.process import Process
from gatewright.functions.runtime import command, differs
from gatewright.functions.scaling import Machine
from gatewright.functions.streaming import StreamedResponse, announced
from gatewright.functions.variables import variables
from gatewright.net.base import App, Incoming, Request

INIT_LIMIT = 10.0  # seconds of the init phase; AWS starts it over within the function's own timeout, so that is added
FINISH_LIMIT = 2.0  # seconds between an answer and the next poll, when calls wait
EXIT_GRACE = 1.0  # seconds between the end of a process's connection and that of the process itself
MEMORY_EVERY = 1.0  # seconds between looks at a process's memory
BASE = b"/2018-06-01/runtime/"
ACCEPTED = b'{"status":"OK"}\n'
JSON_HEAD = b"Content-Type: application/json\r\n"

log = logging.getLogger("gatewright.functions")


class Listening(Protocol):
    """A listener that is up."""

    port: int

    def close(self) -> None: ...


Listen = Callable[[App], Awaitable[Listening]]  # a loopback listener on a free port


@dataclass(frozen=True, slots=True)
class Release:
    """What an environment runs: one version's configuration and the folder of its code."""

    key: FunctionKey
    config: dict[str, Any]
    task_root: Path

    @property
    def timeout(self) -> float:
        return float(self.config["Timeout"])


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What environments share."""

    listen: Listen
    guard: Guard
    node: str
    endpoint_url: str | None
    access_key: Callable[[str], str | None]  # account -> the key that processes of its functions sign with
    log_of: Callable[[FunctionKey], FunctionLog]
    limit: int  # bytes of a response
    machine: Machine


class State(StrEnum):
    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    FINISHING = "finishing"
    DEAD = "dead"


class Owner(Protocol):
    """The pool that an environment belongs to."""

    def ready(self, environment: Environment) -> None: ...

    def finished(self, environment: Environment, seconds: float) -> None: ...

    def ended(self, environment: Environment, failure: Callable[[str], Outcome] | None) -> None:
        """The process is gone; `failure` makes the outcome (of a request id) when it never became ready."""
        ...


class Environment:
    """One process and what it is doing. It is the App of its own listener."""

    __slots__ = (
        "_current", "_ended", "_failure", "_init", "_lines", "_listener", "_log", "_looked", "_loop", "_memory",
        "_owner", "_pending", "_poll", "_process", "_shared", "_started", "_stream", "_timer", "idle_since", "release",
        "retired", "since", "state",
    )  # fmt: skip

    def __init__(self, release: Release, shared: Surroundings, owner: Owner) -> None:
        self.release = release
        self._shared = shared
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._log = shared.log_of(release.key)
        self._process = Process(shared.guard, self._printed, self._exited)
        self._listener: Listening | None = None
        self._poll: Request | None = None
        self._current: Invocation | None = None
        self._stream: StreamedResponse | None = None  # of the current invocation, once it has begun
        self._timer: asyncio.TimerHandle | None = None
        self._failure: Callable[[str], Outcome] | None = None
        self._pending = b""  # log text not yet written
        self._lines = Lines(release.key.name)
        self._memory = 0
        self._looked = 0.0
        self._init: float | None = None  # seconds of the init phase, until the first REPORT has shown it
        self._ended = 0.0  # when the last invocation did
        self._started = time.monotonic()  # of the process
        self.since = 0.0  # time.monotonic() when the current invocation began
        self.idle_since = 0.0
        self.retired = False  # to be ended as soon as it has nothing in hand
        self.state = State.STARTING

    # ---- Life ---

    @property
    def started(self) -> float:
        return self._started

    @property
    def init_seconds(self) -> float | None:
        return self._init

    async def start(self) -> None:
        """Listen and start the process. What fails is told to the owner, not raised."""
        config, key = self.release.config, self.release.key
        try:
            self._listener = await self._shared.listen(self)
            stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{config['Version']}]{os.urandom(16).hex()}"
            environment = variables(
                config,
                account=key.account,
                region=key.region,
                task_root=self.release.task_root,
                runtime_api=f"127.0.0.1:{self._listener.port}",
                log_stream=stream,
                endpoint_url=self._shared.endpoint_url,
                access_key=self._shared.access_key(key.account),
            )
            argv = command(config["Runtime"], config["Handler"], self._shared.node)
            await self._process.start(argv, environment, self.release.task_root)
        except OSError as error:
            why = f"cannot start {config['Runtime']}: {error}"
            log.error("function %s: %s", key.name, why)
            self._failure = lambda request_id: not_started(request_id, why)
            self._die()
            return
        if other := differs(config["Runtime"]):
            self._log.write(f"INIT: {config['Runtime']} runs on {other}\n".encode())
        limit = INIT_LIMIT + self.release.timeout
        self._timer = self._loop.call_later(limit, self._init_too_slow)

    def retire(self) -> None:
        """End it: at once when idle, else after the invocation in hand."""
        self.retired = True
        if self.state in (State.IDLE, State.STARTING):
            self.kill()

    def stuck(self, now: float) -> bool:
        """Whether the process has given its answer and then neither asked for more nor ended."""
        return self.state is State.FINISHING and now - self._ended > FINISH_LIMIT

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        self._poll = None
        self._process.kill()

    async def gone(self) -> None:
        await self._process.gone()

    def _init_too_slow(self) -> None:
        seconds = self.release.timeout
        self._failure = lambda request_id: timed_out(request_id, seconds, time.time())
        self._process.kill()

    def _exited(self, returncode: int) -> None:
        if self._current is not None:
            self._finish(exited(self._current.request_id, returncode))
        elif self.state is State.STARTING and self._failure is None:
            self._failure = lambda request_id: exited(request_id, returncode)
        self._lines.end()
        self._flush(b"")
        self._die()

    def _die(self) -> None:
        never_ready = self.state is State.STARTING
        self.state = State.DEAD
        self._poll = None
        if self._timer is not None:
            self._timer.cancel()
        if self._listener is not None:
            self._listener.close()
        self._owner.ended(self, self._failure if never_ready else None)

    # ---- Invocations ---

    def run(self, invocation: Invocation) -> None:
        """Give an idle environment its next invocation."""
        poll, self._poll = self._poll, None
        assert poll is not None
        self.state = State.BUSY
        self._current = invocation
        self.since = time.monotonic()
        timeout = self.release.timeout
        self._timer = self._loop.call_later(timeout, self._too_slow)
        if invocation.tail is None:
            self._pending += self._start_line(invocation)
        else:
            self._logged(self._start_line(invocation))
        deadline = int((time.time() + timeout) * 1000)
        head = (
            f"Content-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: {invocation.request_id}\r\n"
            f"Lambda-Runtime-Deadline-Ms: {deadline}\r\nLambda-Runtime-Invoked-Function-Arn: {invocation.arn}\r\n"
        ).encode()
        head += b"Lambda-Runtime-Trace-Id: %b\r\n" % invocation.trace_id
        if invocation.client_context is not None:
            head += b"Lambda-Runtime-Client-Context: %b\r\n" % invocation.client_context
        poll.respond(200, head, invocation.payload)

    def _start_line(self, invocation: Invocation) -> bytes:
        return f"START RequestId: {invocation.request_id} Version: {self.release.config['Version']}\n".encode()

    def _too_slow(self) -> None:
        invocation = self._current
        if invocation is None:
            return
        outcome = timed_out(invocation.request_id, self.release.timeout, time.time())
        self._finish(outcome, status="timeout")
        self._process.kill()

    def _finish(self, outcome: Outcome, status: str | None = None) -> None:
        """The one way in which an invocation ends here: logs, books, answer."""
        self._ended = time.monotonic()
        seconds = self._ended - self.since
        self._process.drain()  # while the invocation is still the current one: what is in the pipe belongs to it
        self._lines.end()
        invocation, self._current = self._current, None
        assert invocation is not None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._stream = None
        self.state = State.FINISHING
        report = self._report(invocation, seconds, status or ("error" if outcome.error else None), outcome.kind)
        if invocation.tail is not None:
            invocation.tail.add(report)
        self._flush(report)
        self._owner.finished(self, seconds)
        invocation.done(invocation, outcome)

    # ---- The Runtime API ---

    def admit(self, request: Request) -> int:
        """A body twice as large as allowed is still taken: so the runtime gets an answer that says what is wrong."""
        invocation = self._current
        if invocation is None or not announced(request) or invocation.request_id.encode() not in request.path:
            return self._shared.limit * 2
        self._stream = StreamedResponse(cast("Incoming", request), invocation, self._shared.limit)
        request.on_disconnect = lambda: self._stream_lost(invocation)
        return self._stream.most

    def _stream_lost(self, invocation: Invocation) -> None:
        """The runtime hung up in the middle of its response: mostly because it has ended, which `_exited` can tell."""

        def still() -> None:
            if self._current is invocation:
                self._finish(outcomes.truncated(invocation.request_id))
                self._process.kill()

        self._loop.call_later(EXIT_GRACE, still)

    def handle(self, request: Request) -> None:
        path = request.path
        if _from_a_page(request):
            self._refuse(request, 403, "Forbidden", "This is no place for browsers")
        elif not path.startswith(BASE):
            self._refuse(request, 404, "NotFound", "Unknown path")
        elif path == BASE + b"invocation/next" and request.method == "GET":
            self._next(request)
        elif path == BASE + b"init/error" and request.method == "POST":
            self._init_error(request)
        elif path.startswith(BASE + b"invocation/") and request.method == "POST":
            request_id, _, verb = path[len(BASE) + 11 :].partition(b"/")
            self._post(request, request_id.decode("latin-1"), verb)
        else:
            self._refuse(request, 404, "NotFound", "Unknown path")

    def _next(self, request: Request) -> None:
        if self._current is not None or self._poll is not None or self.state is State.DEAD:
            self._refuse(request, 403, "InvalidStateTransition", "State transition is not allowed")
            return
        if self.state is State.STARTING:
            self._init = time.monotonic() - self._started
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        self._poll = request
        request.on_disconnect = self._poll_lost
        self.state = State.IDLE
        self.idle_since = time.monotonic()
        self._owner.ready(self)

    def _poll_lost(self) -> None:
        """The process hung up without a word; it is no use any more."""
        if self._poll is not None:
            self.retired = True
            self._poll = None
            self._process.kill()

    @property
    def usable(self) -> bool:
        return self._poll is not None and self.state is State.IDLE

    def _post(self, request: Request, request_id: str, verb: bytes) -> None:
        invocation = self._current
        if invocation is None or invocation.request_id != request_id:
            self._refuse(request, 400, "InvalidRequestID", "Invalid request ID")
        elif request.too_large or len(request.body) > self._shared.limit:
            self._finish(too_large())
            self._refuse(
                request,
                413,
                "RequestEntityTooLarge",
                f"Exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).",
            )
        elif verb == b"response":
            self._finish(self._stream.outcome() if self._stream else Outcome(request.body, streamed=announced(request)))
            request.respond(202, JSON_HEAD, ACCEPTED)
        elif verb == b"error":
            self._finish(reported(request.body))
            request.respond(202, JSON_HEAD, ACCEPTED)
        else:
            self._refuse(request, 404, "NotFound", "Unknown path")

    def _init_error(self, request: Request) -> None:
        if self.state is not State.STARTING:
            self._refuse(request, 403, "InvalidStateTransition", "State transition is not allowed")
            return
        outcome = reported(request.body)
        self._failure = lambda request_id: outcome
        request.respond(202, JSON_HEAD, ACCEPTED)

    def _refuse(self, request: Request, status: int, kind: str, message: str) -> None:
        request.respond(status, JSON_HEAD, f'{{"errorMessage":"{message}","errorType":"{kind}"}}\n'.encode())

    # ---- Logs ---

    def _printed(self, data: bytes) -> None:
        self._lines.add(data)
        self._logged(data)

    def _logged(self, data: bytes) -> None:
        if self._current is not None and self._current.tail is not None:
            self._current.tail.add(data)
        self._flush(data)

    def _flush(self, data: bytes) -> None:
        """Write what is kept back and this; START, output and REPORT of a quick call are one write."""
        if self._pending or data:
            self._log.write(self._pending + data)
            self._pending = b""

    def _report(self, invocation: Invocation, seconds: float, status: str | None, kind: str) -> bytes:
        now = time.monotonic()
        if now - self._looked >= MEMORY_EVERY:
            self._memory, self._looked = self._process.peak_memory() or self._memory, now
        took = seconds * 1000
        parts = [
            f"END RequestId: {invocation.request_id}\nREPORT RequestId: {invocation.request_id}",
            f"Duration: {took:.2f} ms",
            f"Billed Duration: {int(took) + 1} ms",
            f"Memory Size: {self.release.config['MemorySize']} MB",
            f"Max Memory Used: {self._memory} MB",
        ]
        if self._init is not None:
            parts.append(f"Init Duration: {self._init * 1000:.2f} ms")
            self._init = None
        if status is not None:
            parts.append(f"Status: {status}")
            if kind and status == "error":
                parts.append(f"Error Type: {kind}")
        return ("\t".join(parts) + "\t\n").encode()


def _from_a_page(request: Request) -> bool:
    """Whether a browser sends this: a page that guesses a port must not take an event, not even unseen."""
    return bool(
        request.header(b"sec-fetch-site") or request.header(b"origin") or not request.host.startswith(b"127.0.0.1:")
    )
