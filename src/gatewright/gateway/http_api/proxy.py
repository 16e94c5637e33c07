"""HTTP_PROXY of HTTP APIs, public or through a VPC link: the client's request goes on, the backend's answer comes back.

AWS: "Create HTTP proxy integrations for HTTP APIs", "Create private integrations for HTTP APIs". Bodies pass unchanged
either way. What the gateway adds: `Forwarded`, in which X-Forwarded-… of the client ends up too, `Via`, and
X-Amzn-Trace-Id (unverified). `by=` of Forwarded, on AWS the address that the gateway calls from, is "unknown" here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.headers import NameTable
from gatewright.gateway.http_api.answering import Answering
from gatewright.gateway.http_api.exchange import HttpExchange, own
from gatewright.gateway.http_api.live import HttpParts
from gatewright.gateway.http_api.mapping import Outgoing, change_request
from gatewright.gateway.http_api.target import ProxyTarget
from gatewright.gateway.http_api.view import HttpView
from gatewright.gateway.integrations.calling import Backend
from gatewright.gateway.integrations.http_proxy import announced
from gatewright.net.base import Header, Origin, Prepared, Request, UpstreamResponse
from gatewright.program.http_api import ProxyIntegration, RouteProgram

_VIA: Final = b"HTTP/1.1 AmazonAPIGateway"
_DROPPED: Final = frozenset(
    {
        b"connection",
        b"content-length",
        b"expect",
        b"host",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"x-amzn-trace-id",
    }
)
# Looked at one by one; every other header is forwarded as it is.
_FOLDED: Final = frozenset({b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"})
_SPECIAL: Final = _DROPPED | _FOLDED | {b"x-forwarded-port"}
_NAMES: NameTable[bytes | None] = NameTable(lambda lowered, _: lowered if lowered in _SPECIAL else None)
_HEADS: Final = 64  # heads remembered per integration
_HEAD_KEPT: Final = 1536  # bytes; larger ones are not remembered: an API has many integrations
# unverified: what AWS says of a body that is announced as empty; the documentation only has that it says something.
_EMPTY_TYPE: Header = (b"Content-Type", b"application/octet-stream")


def build(integration: ProxyIntegration, route: RouteProgram, parts: HttpParts) -> Step:
    return HttpApiProxy(integration, route, parts).run


class HttpApiProxy:
    """One HTTP_PROXY integration of one route, ready to run."""

    __slots__ = ("_added", "_answering", "_backend", "_changes", "_known", "_method", "_target")

    def __init__(self, integration: ProxyIntegration, route: RouteProgram, parts: HttpParts) -> None:
        uri, via = integration.uri, integration.via
        assert uri is not None
        self._method = integration.method
        self._target = ProxyTarget(integration, parts.program.stage)
        self._changes = route.changes
        self._added: tuple[Header, ...] = ((b"Host", uri.authority.encode()),)
        self._answering = Answering(route.answer_changes, cors=parts.cors is not None)
        self._known: dict[int, Forwarded] = {}  # by the identity of the head, which the record keeps alive
        origin = Origin(uri.scheme, uri.host.strip("[]"), uri.port, via=None if via is None else (via.host, via.port))
        self._backend = Backend(origin, integration.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        visit = own(exchange)
        request = visit.request
        forwarded = self._forwarded(request)
        varying = forwarded.varying(visit)
        method = self._method or request.method.encode()
        if not self._changes:
            target = self._target.build(visit, None, None)
            return self._backend.call(exchange, method, target, (), visit.body, forwarded.prepared, varying)
        outgoing = Outgoing([*forwarded.prepared.headers, *_read(varying)])
        change_request(self._changes, HttpView(visit), visit.query, outgoing)
        target = self._target.build(visit, outgoing.path, outgoing.query)
        return self._backend.call(exchange, method, target, outgoing.headers, visit.body)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        body = response.body
        length = announced(response) if not body and exchange.request.method == "HEAD" else None
        return self._answering.answer(own(exchange), response.status, response.headers, body, length)

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


class Forwarded:
    """What of a request's head goes to the backend: worked out once for all requests that share the head."""

    __slots__ = ("_after", "_before", "headers", "prepared", "scheme")

    def __init__(self, request: Request, added: Sequence[Header]) -> None:
        """`added` are the integration's own headers."""
        self.headers = request.headers
        self.scheme = request.scheme
        folded: dict[bytes, list[bytes]] = {}
        for name, value in request.headers:
            special = _NAMES[name]
            if special in _FOLDED:
                folded.setdefault(special, []).append(value)
        self.prepared = Prepared([*_passed(request), *added, (b"Via", b", ".join([*folded.get(b"via", ()), _VIA]))])
        self._before = b"Forwarded: %bby=unknown;for=" % b"".join(b"%b, " % element for element in _elements(folded))
        self._after = b";host=%b;proto=%b\r\nX-Amzn-Trace-Id: " % (_quoted(request.host), request.scheme.encode())

    def varying(self, exchange: HttpExchange) -> bytes:
        """The header lines that differ from request to request; their values are addresses or came in a sound head."""
        peer = exchange.request.peer
        client = f'"[{peer}]"'.encode() if ":" in peer else peer.encode() or b"unknown"
        return b"%b%b%b%b\r\n" % (self._before, client, self._after, exchange.trace)


def _passed(request: Request) -> list[Header]:
    """The client's headers that the backend gets as they are."""
    special = _NAMES
    headers = [header for header in request.headers if special[header[0]] is None]
    connection = request.header(b"connection")
    if connection is not None and connection.lower() not in (b"keep-alive", b"close"):
        nominated = {token.strip().lower() for token in connection.split(b",")}
        headers = [header for header in headers if header[0].lower() not in nominated]
    if request.header(b"content-length") == b"0" and request.header(b"content-type") is None:
        headers.append(_EMPTY_TYPE)
    return headers


def _elements(folded: dict[bytes, list[bytes]]) -> list[bytes]:
    """What stood before us in Forwarded, and what X-Forwarded-… says, as elements of it (RFC 7239, 7.4)."""
    # An unfinished quotation would swallow what we add.
    elements = [value for value in folded.get(b"forwarded", ()) if value and _FORWARDED(value) is not None]
    hops = [hop.strip() for value in folded.get(b"x-forwarded-for", ()) for hop in value.split(b",")]
    first = [b"for=" + _quoted(hop) for hop in hops[:1] if hop]
    for name, member in ((b"x-forwarded-host", b"host"), (b"x-forwarded-proto", b"proto")):
        for value in folded.get(name, ())[:1]:
            first.append(b"%b=%b" % (member, _quoted(value)))
    if first:
        elements.append(b";".join(first))
    return elements + [b"for=" + _quoted(hop) for hop in hops[1:] if hop]


def _quoted(value: bytes) -> bytes:
    """A value of Forwarded: a token, or a quoted string."""
    if value and not value.translate(None, _TOKEN):
        return value
    if value.count(b":") > 1 and not value.startswith(b"["):
        value = b"[%b]" % value  # an IPv6 address
    return b'"%b"' % value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


_FORWARDED: Final = re.compile(rb'(?:[^"\\]|"(?:[^"\\]|\\.)*")*').fullmatch
_TOKEN: Final = b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _read(lines: bytes) -> list[Header]:
    pairs = (line.partition(b": ") for line in lines.split(b"\r\n") if line)
    return [(name, value) for name, _, value in pairs]
