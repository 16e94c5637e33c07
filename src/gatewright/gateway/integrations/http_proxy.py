"""HTTP_PROXY: the client's request goes to the backend, and the backend's answer to the client.

AWS: "Set up HTTP proxy integrations". Only request parameters can be mapped; status and body pass unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.headers import ANSWER_HTTP_PROXY, NOT_FORWARDED, NameTable, response_lines
from gatewright.gateway.integrations.calling import Backend
from gatewright.gateway.integrations.outbound import TargetBuilder, header_sources, mapped_headers, origin_of
from gatewright.gateway.integrations.streaming import Open, Passage, StreamBackend
from gatewright.gateway.live import Parts
from gatewright.gateway.payload import convert_request, convert_response
from gatewright.gateway.view import RequestView
from gatewright.net.base import Header, Prepared, Request, UpstreamResponse
from gatewright.program.records import HttpProxyIntegration, MethodProgram
from gatewright.telemetry.counters import StageCounters

_AUTHORIZATION: Final = b"authorization"
_SIGNED: Final = b"AWS4-HMAC-SHA256"
_JSON_TYPE: Final = b"Content-Type: application/json\r\n"
# Looked at one by one; every other header is forwarded as it is.
_SPECIAL: Final = NOT_FORWARDED | {
    _AUTHORIZATION,
    b"x-amzn-trace-id",
    b"x-amzn-apigateway-api-id",
    b"x-forwarded-for",
    b"x-forwarded-port",
    b"x-forwarded-proto",
}

_HEADS: Final = 64  # heads remembered per integration
_HEAD_KEPT: Final = 1536  # bytes; larger ones are not remembered: an API has many integrations
_NAMES: NameTable[bytes | None] = NameTable(lambda lowered, _: lowered if lowered in _SPECIAL else None)
_ACCEPT: Header = (b"Accept", b"application/json")
_HTTP: Header = (b"X-Forwarded-Proto", b"http")
_HTTPS: Header = (b"X-Forwarded-Proto", b"https")


def build(integration: HttpProxyIntegration, method: MethodProgram, parts: Parts) -> Step:
    if integration.uri is None:
        return _no_address
    return HttpProxy(integration, parts).run


def _no_address(exchange: Exchange) -> None:
    raise configuration_error("Invalid endpoint address")


class HttpProxy:
    """One HTTP_PROXY integration, ready to run."""

    __slots__ = (
        "_added",
        "_authority",
        "_backend",
        "_binary",
        "_handling",
        "_known",
        "_mapped",
        "_method",
        "_seen",
        "_seen_lines",
        "_target",
    )

    def __init__(self, integration: HttpProxyIntegration, parts: Parts) -> None:
        assert integration.uri is not None
        uri = integration.uri
        self._method = integration.method
        self._target = TargetBuilder(uri, integration.parameters, forward=True)
        self._mapped = header_sources(integration.parameters)
        self._binary = parts.program.binary
        self._handling = integration.content_handling
        self._authority: Header = (b"Host", uri.authority.encode())
        api_id: Header = (b"X-Amzn-Apigateway-Api-Id", parts.program.api_id.encode())
        self._added = (api_id,) if self._mapped else (api_id, self._authority)
        self._known: dict[int, Forwarded] = {}  # by the identity of the head, which the record keeps alive
        self._seen: list[Header] = []  # the head of the last answer
        self._seen_lines = _JSON_TYPE
        origin = origin_of(uri, integration, parts.program)
        self._backend = Backend(origin, integration.timeout, self.answer, parts)
        if integration.streaming:
            self._backend = StreamBackend(origin, integration.timeout, self.answer, parts, self._open(parts))

    def run(self, exchange: Exchange) -> Later:
        body = exchange.body
        if body:
            binary = self._binary.matches(exchange.header(b"content-type"))
            body = convert_request(body, binary, self._handling)
        target = self._target.build(exchange)
        method = self._method or exchange.verb.encode()
        forwarded = self._forwarded(exchange.request)
        varying = forwarded.varying(exchange)
        if not self._mapped:
            return self._backend.call(exchange, method, target, (), body, forwarded.prepared, varying)
        headers = [*forwarded.prepared.headers, *_read(varying)]
        headers = _overwrite(headers, mapped_headers(self._mapped, RequestView(exchange)), self._authority)
        return self._backend.call(exchange, method, target, headers, body)

    def _forwarded(self, request: Request) -> Forwarded:
        known = self._known.get(id(request.headers))
        if known is not None and known.headers is request.headers and known.scheme == request.scheme:
            return known
        made = Forwarded(request, self._added)
        if request.head_size <= _HEAD_KEPT:
            if len(self._known) >= _HEADS:
                self._known.clear()
            self._known[id(request.headers)] = made
        return made

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        head = self._head(response.headers)
        body = response.body
        if not body:
            length = announced(response) if exchange.request.method == "HEAD" else None
            return Answer(response.status, head, body, length)
        if self._binary.any or not body.isascii():
            body = self._converted(exchange, response)
        return Answer(response.status, head, body)

    def _head(self, headers: list[Header]) -> bytes:
        """The answer's header lines; a backend under load sends the same head again and again."""
        if headers != self._seen:
            lines, typed = response_lines(headers, ANSWER_HTTP_PROXY)
            if not typed:
                lines.append(_JSON_TYPE)
            self._seen, self._seen_lines = headers, b"".join(lines)
        return self._seen_lines

    def _open(self, parts: Parts) -> Open:
        counters = parts.counters
        return lambda exchange: HttpPassage(exchange, counters, self._head)

    def _converted(self, exchange: Exchange, response: UpstreamResponse) -> bytes:
        """The body by the rules for text and binary. What the backend compressed passes as it is (unverified)."""
        kind = None
        for name, value in response.headers:
            lowered = name.lower()
            if lowered == b"content-encoding" and value.lower() != b"identity":
                return response.body
            if lowered == b"content-type":
                kind = value
        return convert_response(
            response.body,
            binary=self._binary.matches(kind),
            wanted_binary=self._binary.matches(exchange.header(b"accept")),
            any_binary=self._binary.any,
            handling=None,
        )


class HttpPassage(Passage):
    """A streamed answer of HTTP_PROXY: status and headers as in a whole one, the body as the backend sends it."""

    __slots__ = ("_lines",)

    def __init__(self, exchange: Exchange, counters: StageCounters, lines: Callable[[list[Header]], bytes]) -> None:
        super().__init__(exchange, counters)
        self._lines = lines

    def head(self, status: int, headers: list[Header], length: int | None) -> None:
        """See `Sink.head`."""
        self.answered(status, headers)
        self.begin(status, self._lines(headers), length)


def announced(response: UpstreamResponse) -> int | None:
    """The length of the body that the backend would have sent to GET."""
    length = next((value for name, value in response.headers if name.lower() == b"content-length"), b"")
    return int(length) if length.isdigit() and len(length) < 20 else None


class Forwarded:
    """What of a request's head goes to the backend: worked out once for all requests that share the head."""

    __slots__ = ("forwarded_for", "headers", "prepared", "scheme")

    def __init__(self, request: Request, added: Sequence[Header]) -> None:
        """`added` are the integration's own headers."""
        self.headers = request.headers
        self.scheme = request.scheme
        sent = [value for name, value in request.headers if name.lower() == b"x-forwarded-for"]
        self.forwarded_for = b", ".join(sent) if sent else None
        self.prepared = Prepared([*forwarded_headers(request), *added])

    def varying(self, exchange: Exchange) -> bytes:
        """The header lines that differ from request to request; their values are addresses or came in a sound head."""
        peer = exchange.request.peer.encode()
        if self.forwarded_for is not None:
            peer = b"%b, %b" % (self.forwarded_for, peer)
        return b"X-Forwarded-For: %b\r\nX-Amzn-Trace-Id: %b\r\n" % (peer, exchange.trace)


def forwarded_headers(request: Request) -> list[Header]:
    """The client's headers as the backend gets them, with those that the gateway adds to every request of this head."""
    headers: list[Header] = []
    special = _NAMES
    for header in request.headers:
        name = special[header[0]]
        if name is None or (name == _AUTHORIZATION and not header[1].startswith(_SIGNED)):
            headers.append(header)
    connection = request.header(b"connection")
    if connection is not None and connection.lower() not in (b"keep-alive", b"close"):
        nominated = {token.strip().lower() for token in connection.split(b",")}
        headers = [header for header in headers if header[0].lower() not in nominated]
    if request.header(b"accept") is None:
        headers.append(_ACCEPT)
    headers.append((b"X-Forwarded-Port", forwarded_port(request.host, request.scheme)))
    headers.append(_HTTPS if request.scheme == "https" else _HTTP)
    return headers


def forwarded_port(host: bytes, scheme: str) -> bytes:
    """The port the client called."""
    _, colon, port = host.rpartition(b":")
    if colon and port.isdigit():
        return port
    return b"443" if scheme == "https" else b"80"


def _read(lines: bytes) -> list[Header]:
    pairs = (line.partition(b": ") for line in lines.split(b"\r\n") if line)
    return [(name, value) for name, _, value in pairs]


def _overwrite(headers: list[Header], mapped: list[Header], authority: Header) -> list[Header]:
    names = {name.lower() for name, _ in mapped}
    kept = [header for header in headers if header[0].lower() not in names]
    kept += mapped
    if b"host" not in names:
        kept.append(authority)
    return kept
