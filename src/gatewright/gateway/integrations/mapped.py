"""The request to a backend behind mappings: target, headers and body, made of what the integration maps.

Shared by HTTP, AWS and Lambda behind mappings. Nothing of the client's request gets through but what is mapped, and
the body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.integrations.outbound import TargetBuilder, header_sources, mapped_headers
from gatewright.gateway.integrations.templates import choose_request
from gatewright.gateway.live import Parts
from gatewright.gateway.payload import convert_request
from gatewright.gateway.view import RequestView
from gatewright.language.uri import Uri
from gatewright.net.base import Header
from gatewright.program.records import ContentHandling, Passthrough, RequestParameter

_BODILESS = frozenset({b"GET", b"HEAD", b"OPTIONS"})


class Outgoing:
    """A request, ready to be sent."""

    __slots__ = ("body", "headers", "method", "names", "target")

    def __init__(self, method: bytes, target: bytes, headers: list[Header], names: set[bytes], body: bytes) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.names = names  # of the mapped headers, in lower case
        self.body = body


class RequestMapping:
    """The request mappings of one integration, ready to run."""

    __slots__ = ("_binary", "_defaults", "_handling", "_mapped", "_passthrough", "_target", "_templates")

    def __init__(
        self,
        uri: Uri,
        parameters: Sequence[RequestParameter],
        templates: Mapping[str, bytes],
        passthrough: Passthrough,
        handling: ContentHandling | None,
        defaults: list[Header],
        parts: Parts,
    ) -> None:
        """`defaults`: headers that are sent unless a mapping writes them."""
        self._target = TargetBuilder(uri, parameters, forward=False)
        self._mapped = header_sources(parameters)
        self._templates = templates
        self._passthrough: Passthrough = passthrough
        self._handling: ContentHandling | None = handling
        self._defaults = defaults
        self._binary = parts.program.binary

    def make(self, exchange: Exchange, method: bytes) -> Outgoing:
        """The request without its Content-Type. Raises GatewayError."""
        body = self._body(exchange)
        mapped = mapped_headers(self._mapped, RequestView(exchange))
        names = {name.lower() for name, _ in mapped}
        headers = [header for header in self._defaults if header[0].lower() not in names] + mapped
        headers.append((b"X-Amzn-Trace-Id", exchange.trace))
        return Outgoing(method, self._target.build(exchange), headers, names, body)

    def _body(self, exchange: Exchange) -> bytes:
        kind = exchange.header(b"content-type")
        template = choose_request(self._templates, self._passthrough, kind)
        binary = self._binary.matches(kind)
        if template:
            if binary and self._handling != "CONVERT_TO_TEXT":
                raise configuration_error("Unable to transform request")
            return template
        return convert_request(exchange.body, binary, self._handling) if exchange.body else b""


def add_type(outgoing: Outgoing, exchange: Exchange) -> None:
    """Give the body its media type: the client's, else JSON; nothing where no body is usual and none is sent."""
    if b"content-type" not in outgoing.names and (outgoing.body or outgoing.method not in _BODILESS):
        outgoing.headers.append((b"Content-Type", exchange.header(b"content-type") or b"application/json"))
