"""HTTP: a backend behind mappings. Nothing of the client's request gets through but what is mapped, and the body.

AWS: "Set up HTTP integrations in API Gateway".
"""

from __future__ import annotations

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.identifiers import answered_trace_id
from gatewright.gateway.integrations.answering import answer, select
from gatewright.gateway.integrations.calling import Backend
from gatewright.gateway.integrations.outbound import TargetBuilder, header_sources, mapped_headers, origin_of
from gatewright.gateway.integrations.templates import choose_request
from gatewright.gateway.live import Parts
from gatewright.gateway.payload import convert_request
from gatewright.gateway.view import RequestView
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.records import HttpIntegration, MethodProgram

_BODILESS = frozenset({b"GET", b"HEAD", b"OPTIONS"})


def build(integration: HttpIntegration, method: MethodProgram, parts: Parts) -> Step:
    if integration.uri is None:
        return _no_address
    return Http(integration, parts).run


def _no_address(exchange: Exchange) -> None:
    raise configuration_error("Invalid endpoint address")


class Http:
    """One HTTP integration, ready to run."""

    __slots__ = ("_backend", "_binary", "_defaults", "_integration", "_mapped", "_target")

    def __init__(self, integration: HttpIntegration, parts: Parts) -> None:
        assert integration.uri is not None
        uri, api_id = integration.uri, parts.program.api_id.encode()
        self._integration = integration
        self._binary = parts.program.binary
        self._target = TargetBuilder(uri, integration.parameters, forward=False)
        self._mapped = header_sources(integration.parameters)
        self._defaults: list[Header] = [
            (b"Accept", b"application/json"),
            (b"User-Agent", b"AmazonAPIGateway_" + api_id),
            (b"X-Amzn-Apigateway-Api-Id", api_id),
            (b"Host", uri.authority.encode()),
        ]
        self._backend = Backend(origin_of(uri, integration.verify), integration.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        integration = self._integration
        method = integration.method or exchange.verb.encode()
        body = self._body(exchange)
        mapped = mapped_headers(self._mapped, RequestView(exchange))
        names = {name.lower() for name, _ in mapped}
        headers = [header for header in self._defaults if header[0].lower() not in names] + mapped
        if b"content-type" not in names and (body or method not in _BODILESS):
            headers.append((b"Content-Type", exchange.header(b"content-type") or b"application/json"))
        headers.append((b"X-Amzn-Trace-Id", exchange.trace))
        return self._backend.call(exchange, method, self._target.build(exchange), headers, body)

    def _body(self, exchange: Exchange) -> bytes:
        integration = self._integration
        kind = exchange.header(b"content-type")
        template = choose_request(integration.templates, integration.passthrough, kind)
        binary = self._binary.matches(kind)
        if template:
            if binary and integration.content_handling != "CONVERT_TO_TEXT":
                raise configuration_error("Unable to transform request")
            return template
        return convert_request(exchange.body, binary, integration.content_handling) if exchange.body else b""

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        rule = select(self._integration.responses, response.status)
        return answer(exchange, rule, response, self._binary, answered_trace_id(exchange.trace))
