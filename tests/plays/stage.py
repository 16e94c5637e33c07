"""A request as a conversation, without sockets.

    play = Play(resource("/pets", GET=http_proxy("http://pets.test/list")))
    call = play.client("GET", "/v1/pets")
    call.backend_saw("GET", "/list")
    call.backend_answers(200, body=b"[]")
    call.got(200, body=b"[]")

Whoever asserts too early, or forgets an answer, is told what had been said until then.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self
from zlib import crc32

from gatewright.aws.holder import Holder
from gatewright.clock import FakeClock
from gatewright.deploy.compile import compile_program
from gatewright.edge.target import Target
from gatewright.gateway.base import Identities, KeySource, Telemetry, TokenSource, Traffic
from gatewright.gateway.endpoints import Endpoint, Endpoints, OneEndpoint
from gatewright.gateway.gateway import Gateway
from gatewright.net.base import (
    Call,
    Done,
    Failure,
    Header,
    Origin,
    Prepared,
    Secured,
    Sink,
    StreamCall,
    UpstreamError,
    UpstreamResponse,
)
from gatewright.telemetry.counters import Counters

ACCOUNT = "123456789012"
API = "abcdefghij"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:my-function"
INVOKE = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
FUNCTION_HOST = Origin("http", "functions", 80, unix="/run/invoke.sock")

Body = dict[str, Any]


def resource(path: str, **methods: Body) -> Body:
    """A resource document; methods by verb."""
    return {"id": f"{crc32(path.encode()):08x}", "path": path, "resourceMethods": methods}


def method(integration: Body, **members: Any) -> Body:
    """A method document around an integration; declares the method responses that the integration's responses need."""
    codes = integration.get("integrationResponses", {})
    return {
        "authorizationType": "NONE",
        "methodResponses": {code: {"statusCode": code} for code in codes},
        "methodIntegration": integration,
    } | members


def mock(status: int = 200, *, responses: Body | None = None, **integration: Any) -> Body:
    return method(
        {
            "type": "MOCK",
            "requestTemplates": {"application/json": json.dumps({"statusCode": status})},
            "integrationResponses": {"200": {}} if responses is None else responses,
        }
        | integration
    )


def http_proxy(uri: str, verb: str = "ANY", **integration: Any) -> Body:
    return method({"type": "HTTP_PROXY", "httpMethod": verb, "uri": uri} | integration)


def http(uri: str, verb: str = "GET", *, responses: Body | None = None, **integration: Any) -> Body:
    return method(
        {
            "type": "HTTP",
            "httpMethod": verb,
            "uri": uri,
            "integrationResponses": {"200": {}} if responses is None else responses,
        }
        | integration
    )


def aws(uri: str, verb: str = "POST", *, responses: Body | None = None, **integration: Any) -> Body:
    """An AWS service (or a function) behind mappings. `uri`: from the service on."""
    return method(
        {
            "type": "AWS",
            "httpMethod": verb,
            "uri": uri if uri.startswith("arn:") else f"arn:aws:apigateway:us-east-1:{uri}",
            "integrationResponses": {"200": {}} if responses is None else responses,
        }
        | integration
    )


def function(uri: str = INVOKE, **integration: Any) -> Body:
    return method({"type": "AWS_PROXY", "httpMethod": "POST", "uri": uri} | integration)


class Nobody:
    """`gateway.base.KeySource` that knows no key."""

    def find(self, access_key: str) -> Holder | None:
        return None


class FakeRequest:
    """`net.base.Request` that remembers its answer."""

    def __init__(self, verb: str, target: str, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        self.method = verb
        self.target = target.encode()
        self.path, _, self.query = self.target.partition(b"?")
        self.headers: list[Header] = [(name.encode(), value.encode()) for name, value in headers]
        self.host = next((value for name, value in self.headers if name.lower() == b"host"), b"")
        self.body = body
        self.too_large = False
        self.peer = "203.0.113.7"
        self.scheme = "https"
        self.secured: Secured | None = None
        self.listener = "public"
        self.received = 0.0
        self.on_disconnect: Callable[[], None] | None = None
        self.answer: tuple[int, list[Header], bytes] | None = None
        self.announced: int | None = None  # Content-Length
        self.streamed = ""  # "open", "whole", "cut"

    @property
    def client(self) -> str:
        return self.peer

    @property
    def head_size(self) -> int:
        return len(self.target) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def header(self, name: bytes) -> bytes | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    def respond(self, status: int, head: bytes, body: bytes, more: bytes = b"") -> None:
        assert self.answer is None, "answered twice"
        head += more
        assert head.endswith(b"\r\n")
        lines = [line.partition(b": ") for line in head.removesuffix(b"\r\n").split(b"\r\n")]
        self.answer = (status, [(name, value) for name, _, value in lines], body)
        self.announced = len(body)

    def start(self, status: int, head: bytes, length: int | None) -> None:
        if b"\r\n\r\n" in head:
            raise ValueError("an unsound head")
        self.respond(status, head, b"")
        self.announced = length
        self.streamed = "open"

    def write(self, data: bytes) -> bool:
        assert self.answer is not None
        assert self.streamed == "open"
        status, head, body = self.answer
        if self.method == "HEAD" or status in (204, 304):
            return True
        if self.announced is not None and len(body) + len(data) > self.announced:
            raise ValueError("longer than announced")
        self.answer = (status, head, body + data)
        return True

    def drained(self) -> Awaitable[None]:
        raise NotImplementedError

    def finish(self) -> None:
        assert self.answer is not None
        self.streamed = "whole"

    def abort(self) -> None:
        self.streamed = "cut"


class Sent:
    """A call to a backend, waiting for its answer."""

    def __init__(
        self,
        origin: Origin,
        verb: bytes,
        target: bytes,
        headers: list[Header],
        body: bytes,
        done: Done,
        timeout: float,
        sink: Sink | None = None,
        idle_timeout: float = 0.0,
    ) -> None:
        self.origin = origin
        self.method = verb.decode()
        self.target = target.decode()
        self.headers = [(name.decode(), value.decode()) for name, value in headers]
        self.body = body
        self.done = done
        self.timeout = timeout
        self.sink = sink
        self.idle_timeout = idle_timeout
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True

    def resume(self) -> None:
        """Nothing to resume: pieces come when the play says so."""


def _streamed(_: UpstreamResponse | UpstreamError) -> None:
    raise AssertionError("the gateway takes this answer piece by piece: backend_begins, backend_sends, backend_ends")


class FakeUpstream:
    """`net.base.Upstream` that remembers what was sent and answers when told."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def fetch(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: Sequence[Header],
        body: bytes,
        done: Done,
        *,
        timeout: float,
        max_body: int = 10 * 1024 * 1024,
        prepared: Prepared | None = None,
        more: bytes = b"",
    ) -> Call:
        before = prepared.headers if prepared is not None else ()
        after = (line.partition(b": ") for line in more.split(b"\r\n") if line)
        everything = [*before, *headers, *((name, value) for name, _, value in after)]
        sent = Sent(origin, method, target, everything, body, done, timeout)
        self.sent.append(sent)
        return sent

    async def request(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: Sequence[Header] = (),
        body: bytes = b"",
        *,
        timeout: float = 30.0,
        max_body: int = 10 * 1024 * 1024,
    ) -> UpstreamResponse:
        raise NotImplementedError

    def stream(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: Sequence[Header],
        body: bytes,
        sink: Sink,
        *,
        timeout: float,
        idle_timeout: float = 60.0,
        total: float | None = None,
    ) -> StreamCall:
        sent = Sent(origin, method, target, list(headers), body, _streamed, timeout, sink, idle_timeout)
        self.sent.append(sent)
        return sent

    async def close(self) -> None: ...


class Conversation:
    """One request: what the client sent, what the backend saw and said, what the client got."""

    def __init__(self, request: FakeRequest, upstream: FakeUpstream, clock: FakeClock) -> None:
        self.request = request
        self._clock = clock
        self.sent = upstream.sent[-1] if upstream.sent else None

    @property
    def backend(self) -> Sent:
        assert self.sent is not None, f"no backend was called; the client got {self.request.answer}"
        return self.sent

    @property
    def event(self) -> Any:
        """What a function was invoked with."""
        return json.loads(self.backend.body)

    def backend_saw(self, verb: str, target: str, *, body: bytes = b"") -> dict[str, str]:
        """Asserts request line and body; gives the headers (several of one name joined) by lower-case name."""
        assert (self.backend.method, self.backend.target, self.backend.body) == (verb, target, body)
        return self.backend_headers

    @property
    def backend_headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for name, value in self.backend.headers:
            lowered = name.lower()
            headers[lowered] = f"{headers[lowered]}, {value}" if lowered in headers else value
        return headers

    def backend_answers(
        self, status: int = 200, headers: Mapping[str, str] | None = None, body: bytes = b"", *, after: float = 0.0
    ) -> Self:
        self._clock.advance(after)
        self.backend.done(UpstreamResponse(status, _lines(headers), body))
        return self

    def backend_begins(
        self, status: int = 200, headers: Mapping[str, str] | None = None, length: int | None = None
    ) -> Self:
        """The head of a streamed answer."""
        self.sink.head(status, _lines(headers), length)
        return self

    def backend_sends(self, *pieces: bytes) -> Self:
        for piece in pieces:
            self.sink.data(piece)
        return self

    def backend_ends(self, failure: Failure | None = None) -> Self:
        """The end of a streamed answer, or its failure (also before it began)."""
        if not self.backend.cancelled:
            self.sink.end(None if failure is None else UpstreamError(failure))
        return self

    @property
    def sink(self) -> Sink:
        assert self.backend.sink is not None, "the backend was not asked for a stream"
        return self.backend.sink

    def function_returns(self, result: Any) -> Self:
        return self.backend_answers(200, body=json.dumps(result).encode())

    def backend_fails(self, failure: Failure, detail: str = "") -> Self:
        self.backend.done(UpstreamError(failure, detail))
        return self

    @property
    def answer(self) -> tuple[int, list[Header], bytes]:
        assert self.request.answer is not None, f"no answer yet; the backend saw {self.sent and vars(self.sent)}"
        return self.request.answer

    @property
    def status(self) -> int:
        return self.answer[0]

    @property
    def body(self) -> bytes:
        return self.answer[2]

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers by name as sent; several of one name joined as clients do."""
        headers: dict[str, str] = {}
        for raw, value in self.answer[1]:
            name = raw.decode()
            headers[name] = f"{headers[name]}, {value.decode()}" if name in headers else value.decode()
        return headers

    def got(self, status: int, body: bytes | None = None, *, error: str | None = None) -> dict[str, str]:
        """Asserts status, body and x-amzn-ErrorType (None: there must be none); gives the headers."""
        assert (self.status, self.headers.get("x-amzn-ErrorType")) == (status, error), self.answer
        if body is not None:
            assert self.body == body
        return self.headers


def _lines(headers: Mapping[str, str] | None) -> list[Header]:
    return [(name.encode(), value.encode()) for name, value in (headers or {}).items()]


class Play:
    """One API with one stage "v1", and everybody who speaks with it. `more`: further members of the document."""

    def __init__(
        self,
        *resources: Body,
        api: Body | None = None,
        variables: Mapping[str, str] | None = None,
        endpoints: Endpoints | None = None,
        more: Body | None = None,
        chance: Callable[[], float] = lambda: 1.0,
        keys: KeySource | None = None,
        issuers: TokenSource | None = None,
        traffic: Callable[[FakeClock], Traffic] | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.upstream = FakeUpstream()
        self.clock = FakeClock()
        self.counters = Counters()
        self.gateway = Gateway(
            self.upstream,
            endpoints or OneEndpoint(Endpoint(FUNCTION_HOST)),
            self.counters,
            self.clock,
            chance=chance,
            identities=Identities(self.clock, keys or Nobody(), issuers),
            traffic=None if traffic is None else traffic(self.clock),
            telemetry=telemetry,
        )
        self.document = document(*resources, api=api, variables=variables) | (more or {})
        self.install(f"{API}@v1")

    def install(self, name: str) -> None:
        """Serve the document as it is now."""
        self.gateway.install(name, compile_program(self.document))

    def client(
        self,
        verb: str,
        url: str,
        headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        **target: Any,
    ) -> Conversation:
        """Sends a request to `/{stage}/…`; with `stage`, to a domain name that stands for the stage; as `peer`."""
        pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        request = FakeRequest(verb, url, pairs, body)
        request.peer = target.pop("peer", request.peer)
        self.upstream.sent.clear()
        request.received = self.clock.monotonic()
        api_id = target.pop("api_id", API)
        stage = target.pop("stage", None)
        path = request.path if stage is None else f"/{stage}".encode() + request.path
        path = target.pop("whole", path)
        self.gateway.handle(request, Target(api_id, path, **target))
        return Conversation(request, self.upstream, self.clock)


def document(*resources: Body, api: Body | None = None, variables: Mapping[str, str] | None = None) -> Body:
    """A program document."""
    return {
        "format": 1,
        "type": "REST",
        "account": ACCOUNT,
        "region": "us-east-1",
        "api": {"id": API} | (api or {}),
        "stage": {"stageName": "v1", "variables": dict(variables or {})},
        "deployment": "dep123",
        "resources": list(resources),
    }
