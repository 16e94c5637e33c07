"""HTTP: a backend behind mappings. Nothing of the client's request gets through but what is mapped, and the body.

AWS: "Set up HTTP integrations in API Gateway".
"""

from __future__ import annotations

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.identifiers import answered_trace_id
from gatewright.gateway.integrations.answering import answer, select
from gatewright.gateway.integrations.calling import Backend
from gatewright.gateway.integrations.mapped import RequestMapping, add_type
from gatewright.gateway.integrations.outbound import origin_of
from gatewright.gateway.live import Parts
from gatewright.language.mapping import ILLEGAL
from gatewright.net.base import UpstreamResponse
from gatewright.program.records import HttpIntegration, MethodProgram


def build(integration: HttpIntegration, method: MethodProgram, parts: Parts) -> Step:
    if integration.uri is None:
        return _no_address
    return Http(integration, parts).run


def _no_address(exchange: Exchange) -> None:
    raise configuration_error("Invalid endpoint address")


class Http:
    """One HTTP integration, ready to run."""

    __slots__ = ("_backend", "_binary", "_integration", "_mapping")

    def __init__(self, integration: HttpIntegration, parts: Parts) -> None:
        assert integration.uri is not None
        uri, api_id = integration.uri, parts.program.api_id.encode()
        self._integration = integration
        self._binary = parts.program.binary
        self._mapping = RequestMapping(
            uri,
            integration.parameters,
            integration.templates,
            integration.passthrough,
            integration.content_handling,
            [
                (b"Accept", b"application/json"),
                (b"User-Agent", b"AmazonAPIGateway_" + api_id),
                (b"X-Amzn-Apigateway-Api-Id", api_id),
                (b"Host", uri.authority.encode()),
            ],
            ILLEGAL,
            parts,
        )
        self._backend = Backend(origin_of(uri, integration, parts.program), integration.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        outgoing = self._mapping.make(exchange, self._integration.method or exchange.verb.encode())
        add_type(outgoing, exchange)
        return self._backend.call(exchange, outgoing.method, outgoing.target, outgoing.headers, outgoing.body)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        rule = select(self._integration.responses, response.status)
        return answer(exchange, rule, response, self._binary, answered_trace_id(exchange.trace))
