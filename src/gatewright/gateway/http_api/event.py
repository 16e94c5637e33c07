"""What of a request both payload formats show, after the route's parameter mapping."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.gateway.http_api.mapping import Outgoing, change_request
from gatewright.gateway.http_api.view import HttpView
from gatewright.gateway.integrations.http_proxy import forwarded_port
from gatewright.language.parameter_mapping import Change
from gatewright.language.query import Pairs, encode_query
from gatewright.net.base import Header

# Bodies of these media types are text in events, all others base64 (observed).
_TEXT: Final = frozenset({b"application/json", b"application/xml", b"application/javascript"})
_HIDDEN: Final = frozenset(
    {
        b"connection",
        b"content-length",
        b"expect",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"x-amzn-trace-id",
        b"x-forwarded-for",
        b"x-forwarded-port",
        b"x-forwarded-proto",
    }
)


class Seen:
    """`headers` by lower-case names, in order of arrival; the gateway's own come last. `path`: with the stage."""

    __slots__ = ("headers", "path", "query", "raw_query")

    def __init__(self, headers: dict[str, list[str]], path: str | None, query: Pairs, raw_query: bytes) -> None:
        self.headers = headers
        self.path = path  # None: no mapping has changed it
        self.query = query
        self.raw_query = raw_query


def see(exchange: HttpExchange, changes: Sequence[Change]) -> Seen:
    """A request as its function sees it."""
    if not changes:
        return Seen(_group(_visible(exchange)), None, exchange.query, exchange.request.query)
    outgoing = Outgoing(_visible(exchange))
    change_request(changes, HttpView(exchange), exchange.query, outgoing)
    if outgoing.query is None:
        return Seen(_group(outgoing.headers), outgoing.path, exchange.query, exchange.request.query)
    raw = encode_query(outgoing.query).encode()
    return Seen(_group(outgoing.headers), outgoing.path, outgoing.query, raw)


def body_of(exchange: HttpExchange) -> tuple[str | None, bool]:
    """The body of an event, and whether it is base64; None without one."""
    body = exchange.body
    if not body:
        return None, False
    kind = (exchange.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    if kind in _TEXT or kind.startswith(b"text/"):
        return body.decode("utf-8", "replace"), False
    return b64encode(body).decode(), True


def _visible(exchange: HttpExchange) -> list[Header]:
    request = exchange.request
    headers: list[Header] = []
    passed: list[bytes] = []  # the addresses that those before us name
    for header in request.headers:
        lowered = header[0].lower()
        if lowered not in _HIDDEN:
            headers.append((lowered, header[1]))
        elif lowered == b"x-forwarded-for":
            passed.append(header[1])
    headers.append((b"content-length", b"%d" % len(exchange.body)))
    headers.append((b"x-amzn-trace-id", exchange.trace))
    headers.append((b"x-forwarded-for", b", ".join([*passed, request.peer.encode()])))
    headers.append((b"x-forwarded-port", forwarded_port(request.host, request.scheme)))
    headers.append((b"x-forwarded-proto", request.scheme.encode()))
    return headers


def _group(headers: list[Header]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        grouped.setdefault(name.decode("latin-1").lower(), []).append(value.decode("utf-8", "replace"))
    return grouped
