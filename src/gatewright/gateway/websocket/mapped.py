"""The request to a backend: target, headers and body, made of what the integration maps.

AWS: "Set up data mapping for WebSocket APIs". Nothing of the message gets through but what is mapped, and the message;
of the handshake what a proxy passes (`http`). Which template makes the body is said by an expression; a message that
meets none passes or is refused, as passthroughBehavior says (415).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.integrations.mapped import Outgoing
from gatewright.gateway.integrations.outbound import header_sources, mapped_headers
from gatewright.gateway.payload import decode_base64
from gatewright.gateway.websocket.exchange import SocketExchange
from gatewright.gateway.websocket.rendering import choose, render
from gatewright.gateway.websocket.view import SocketView
from gatewright.language.mapping import Source, read
from gatewright.language.query import Pairs, encode_query
from gatewright.language.uri import Uri, climbs, encode_path_value
from gatewright.net.base import Header
from gatewright.program.records import ContentHandling, Passthrough, RequestParameter
from gatewright.program.websocket import Templates

_NO_QUERY: Pairs = []
_BODILESS: Final = frozenset({b"GET", b"HEAD", b"OPTIONS"})


def make_body(
    exchange: SocketExchange, templates: Templates, passthrough: Passthrough, handling: ContentHandling | None
) -> bytes:
    """What the backend gets of a message. CONVERT_TO_TEXT changes binary ones alone. Raises GatewayError."""
    template = choose(templates, None if templates.selection is None else SocketView(exchange))
    if template is None and (passthrough == "NEVER" or (passthrough == "WHEN_NO_TEMPLATES" and templates.by_key)):
        raise GatewayError("UNSUPPORTED_MEDIA_TYPE", log="Execution failed: no template for the message")
    body, binary = exchange.body, exchange.binary
    if binary and handling == "CONVERT_TO_TEXT":
        body, binary = b64encode(body), False
    if template:
        body = render(exchange, template, body, "request", binary=binary)
    return decode_base64(body) if handling == "CONVERT_TO_BINARY" and body else body


class RequestMaker:
    """The request mappings of one integration, ready to run."""

    __slots__ = ("_defaults", "_fixed", "_mapped", "_method", "_path", "_path_sources", "_query", "_query_sources")

    def __init__(
        self, uri: Uri, method: bytes, parameters: Sequence[RequestParameter], defaults: Sequence[Header]
    ) -> None:
        """`defaults`: headers sent unless a mapping writes them. `method` b"": POST, since messages have none."""
        self._method = method or b"POST"
        self._path = uri.path
        self._query = uri.query
        self._path_sources = {each.name: each.source for each in parameters if each.location == "path"}
        self._query_sources = [(each.name, each.source) for each in parameters if each.location == "querystring"]
        self._mapped = header_sources(parameters)
        self._defaults = defaults
        constant = len(uri.path) == 1 and len(uri.query) == 1 and not self._query_sources
        self._fixed: bytes | None = _join(uri.path[0], uri.query[0]) if constant else None

    def make(
        self, exchange: SocketExchange, body: bytes, passed: Sequence[Header] = (), query: Pairs = _NO_QUERY
    ) -> Outgoing:
        """`passed`, `query`: what of the handshake goes along unless it is mapped. Raises GatewayError."""
        view = SocketView(exchange)
        mapped = mapped_headers(self._mapped, view)
        names = {name.lower() for name, _ in mapped}
        headers = [header for header in passed if header[0].lower() not in names] + mapped
        sent = {name.lower() for name, _ in headers}
        headers = [header for header in self._defaults if header[0].lower() not in sent] + headers
        headers.append((b"X-Amzn-Trace-Id", exchange.trace))
        target = self._target(view, query) if self._fixed is None or query else self._fixed
        return Outgoing(self._method, target, headers, names, b"" if self._method in _BODILESS else body)

    def _target(self, view: SocketView, passed: Pairs) -> bytes:
        path = self._fill(view, self._path, in_path=True)
        query = self._fill(view, self._query, in_path=False)
        names = {name for name, _ in self._query_sources}
        mapped = [pair for pair in passed if pair[0] not in names]
        mapped += [(name, value) for name, source in self._query_sources for value in read(source, view)]
        return _join(path, "&".join(part for part in (query, encode_query(mapped)) if part))

    def _fill(self, view: SocketView, pieces: tuple[str, ...], *, in_path: bool) -> str:
        out = list(pieces)
        for index in range(1, len(pieces), 2):
            source = self._path_sources.get(pieces[index])
            values = [] if source is None else read(source, view)
            if source is None or not values:
                raise configuration_error(f"Invalid endpoint address: no value for {{{pieces[index]}}}")
            out[index] = _encoded(",".join(values), source, in_path)
        return "".join(out)


def add_type(outgoing: Outgoing, *, binary: bool) -> None:
    """Give a body its media type, unless a mapping has: messages have none of their own."""
    if outgoing.body and b"content-type" not in outgoing.names:
        outgoing.headers.append((b"Content-Type", b"application/octet-stream" if binary else b"application/json"))


def _encoded(value: str, source: Source, in_path: bool) -> str:
    if not in_path:
        return encode_query([("", value)])[1:]
    if not source.constant and climbs(value):
        raise GatewayError("BAD_REQUEST_PARAMETERS", "Bad Request", log="A path value leads out of its place by '..'")
    return encode_path_value(value, slashes=source.constant)


def _join(path: str, query: str) -> bytes:
    return (f"{path}?{query}" if query else path).encode("latin-1", "replace")
