"""The request to a backend behind mappings: target, headers and body, made of what the integration maps.

Shared by HTTP, AWS and Lambda behind mappings. Nothing of the client's request gets through but what is mapped, and
the body.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Final

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.headers import NEVER_SENT
from gatewright.gateway.integrations.outbound import TargetBuilder, header_sources, mapped_headers, written_headers
from gatewright.gateway.integrations.rendering import Rendering, rendering_of
from gatewright.gateway.integrations.templates import choose_request
from gatewright.gateway.live import Parts
from gatewright.gateway.payload import convert_request, decode_base64
from gatewright.gateway.view import RequestView
from gatewright.language.uri import Uri
from gatewright.net.base import Header
from gatewright.program.records import Content, ContentHandling, MappingTemplate, Passthrough, RequestParameter

_BODILESS: Final = frozenset({b"GET", b"HEAD", b"OPTIONS"})


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

    __slots__ = ("_binary", "_defaults", "_handling", "_illegal", "_mapped", "_passthrough", "_target", "_templates")

    def __init__(
        self,
        uri: Uri,
        parameters: Sequence[RequestParameter],
        templates: Mapping[str, Content],
        passthrough: Passthrough,
        handling: ContentHandling | None,
        defaults: list[Header],
        illegal: frozenset[str],
        parts: Parts,
    ) -> None:
        """`defaults`: headers sent unless a mapping writes them. `illegal`: names, in lower case, that none may."""
        self._target = TargetBuilder(uri, parameters, forward=False)
        self._mapped = header_sources(parameters)
        self._templates = templates
        self._passthrough: Passthrough = passthrough
        self._handling: ContentHandling | None = handling
        self._defaults = defaults
        self._illegal = illegal
        self._binary = parts.program.binary

    def make(self, exchange: Exchange, method: bytes) -> Outgoing:
        """The request without its Content-Type. Raises GatewayError.

        A template is rendered for every method; what it makes is no body of GET, HEAD and OPTIONS (unverified).
        """
        body = self._body(exchange)
        if method in _BODILESS:
            body = b""
        mapped = mapped_headers(self._mapped, RequestView(exchange))
        rendering: Rendering | None = exchange.rendering
        if rendering is None:
            target = self._target.build(exchange)
        else:
            overrides, written = rendering.overrides, rendering.overrides.request
            mapped = self._overridden(mapped, overrides.part(written, "header"))
            path, query = overrides.part(written, "path"), overrides.part(written, "querystring")
            target = self._target.build_overridden(exchange, path, query)
        names = {name.lower() for name, _ in mapped}
        headers = [header for header in self._defaults if header[0].lower() not in names] + mapped
        headers.append((b"X-Amzn-Trace-Id", exchange.trace))
        return Outgoing(method, target, headers, names, body)

    def _overridden(self, mapped: list[Header], written: Mapping[str, list[str]]) -> list[Header]:
        """Mapped headers with those that a template wrote: what no mapping may write, no template may either."""
        if not written:
            return mapped
        illegal = self._illegal.intersection(name.lower() for name in written)
        if illegal:
            raise configuration_error(f"{min(illegal)} header already present")
        names = {name.lower().encode() for name in written}
        kept = [header for header in mapped if header[0].lower() not in names]
        return kept + [header for header in written_headers(written) if header[0].lower() not in NEVER_SENT]

    def _body(self, exchange: Exchange) -> bytes:
        kind = exchange.header(b"content-type")
        template = choose_request(self._templates, self._passthrough, kind)
        body, binary, handling = exchange.body, self._binary.matches(kind), self._handling
        if not template:
            return convert_request(body, binary, handling) if body else b""
        if body and binary:
            if handling != "CONVERT_TO_TEXT":
                raise configuration_error("Unable to transform request")
            body = b64encode(body)
        if isinstance(template, MappingTemplate):
            template = rendering_of(exchange).render(template, body, "request")
        return decode_base64(template) if handling == "CONVERT_TO_BINARY" and not binary else template


def add_type(outgoing: Outgoing, exchange: Exchange) -> None:
    """Give the body its media type: the client's, else JSON; nothing where no body is usual and none is sent.

    The client's method counts too: GET that calls a backend with POST says nothing (recorded).
    """
    if b"content-type" in outgoing.names:
        return
    if outgoing.body or not (outgoing.method in _BODILESS or exchange.verb.encode() in _BODILESS):
        outgoing.headers.append((b"Content-Type", exchange.header(b"content-type") or b"application/json"))
