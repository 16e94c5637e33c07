"""HTTP and HTTP_PROXY: a backend gets the message (of HTTP: what the template makes of it), and what mappings write.

AWS: "Set up an integration request for WebSocket APIs". At $connect a proxy gets the handshake's headers, too: backends
see Sec-WebSocket-Version and may refuse it, unless a mapping writes over it (https://stackoverflow.com/q/67640010, with
AWS's log). unverified: that its query goes along, as with REST APIs; what signs a URL does not.
"""

from __future__ import annotations

from typing import Final

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.headers import NOT_FORWARDED
from gatewright.gateway.integrations.calling import Backend
from gatewright.gateway.payload import decode_base64
from gatewright.gateway.websocket.answering import is_wanted, mapped, passed
from gatewright.gateway.websocket.events import header_values
from gatewright.gateway.websocket.exchange import CONNECTING, SocketExchange, own
from gatewright.gateway.websocket.live import SocketParts
from gatewright.gateway.websocket.mapped import RequestMaker, add_type, make_body
from gatewright.language.query import Pairs
from gatewright.language.uri import Uri
from gatewright.net.base import Header, Origin, UpstreamResponse
from gatewright.program.records import HttpIntegration, HttpProxyIntegration, Via
from gatewright.program.websocket import SocketIntegration, SocketRoute

_OWN: Final = NOT_FORWARDED | {b"x-amzn-trace-id", b"x-amzn-apigateway-api-id"}  # never the client's
_SIGNING: Final = "X-Amz-"  # parameters of signed URLs begin so


def build(integration: SocketIntegration, route: SocketRoute, parts: SocketParts) -> Step:
    backend = integration.backend
    assert isinstance(backend, HttpIntegration | HttpProxyIntegration)
    return _no_address if backend.uri is None else SocketHttp(integration, backend, backend.uri, parts).run


def _no_address(exchange: Exchange) -> None:
    raise configuration_error("Invalid endpoint address")


class SocketHttp:
    """One HTTP backend, ready to run."""

    __slots__ = ("_backend", "_handling", "_integration", "_maker", "_mapped")

    def __init__(
        self,
        integration: SocketIntegration,
        backend: HttpIntegration | HttpProxyIntegration,
        uri: Uri,
        parts: SocketParts,
    ) -> None:
        api_id = parts.program.api_id.encode()
        self._integration = integration
        self._mapped: HttpIntegration | None = backend if isinstance(backend, HttpIntegration) else None
        self._handling = backend.content_handling
        defaults = [
            (b"Accept", b"application/json"),
            (b"User-Agent", b"AmazonAPIGateway_" + api_id),
            (b"X-Amzn-Apigateway-Api-Id", api_id),
            (b"Host", uri.authority.encode()),
        ]
        self._maker = RequestMaker(uri, backend.method, backend.parameters, defaults)
        self._backend = Backend(_origin(uri, backend.via, backend.verify), backend.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        event = own(exchange)
        forwarded: list[Header] = []
        query: Pairs = []
        if self._mapped is None:
            body = event.body
            if event.event == CONNECTING:
                forwarded = _headers(event)
                query = [pair for pair in event.query if not pair[0].startswith(_SIGNING)]
            if body and self._handling == "CONVERT_TO_BINARY":
                body = decode_base64(body)
        else:
            body = make_body(event, self._integration.templates, self._mapped.passthrough, self._handling)
        outgoing = self._maker.make(event, body, forwarded, query)
        add_type(outgoing, binary=event.binary)
        return self._backend.call(exchange, outgoing.method, outgoing.target, outgoing.headers, outgoing.body)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        event = own(exchange)
        status = response.status
        if self._mapped is None or not is_wanted(event):
            return passed(event, status, response.headers, response.body)
        return mapped(event, self._integration.responses, str(status), status, response.headers, response.body)


def _headers(exchange: SocketExchange) -> list[Header]:
    """The headers of a handshake that a backend gets to see."""
    found = ((name.encode("latin-1"), values) for name, values in header_values(exchange).items())
    return [
        (name, value.encode("utf-8", "replace"))
        for name, values in found
        for value in values
        if name.lower() not in _OWN
    ]


def _origin(uri: Uri, via: Via | None, verify: bool) -> Origin:
    """Where calls go: to the URI's host, or through a VPC link."""
    return Origin(
        scheme=uri.scheme if via is None else via.scheme,
        host=uri.host.strip("[]"),
        port=uri.port,
        verify=verify,
        via=None if via is None else (via.host, via.port),
    )
