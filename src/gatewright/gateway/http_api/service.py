"""AWS_PROXY with an `integrationSubtype`: an action of an AWS service, called as the integration's role (SigV4).

AWS: "AWS service integrations for HTTP APIs in API Gateway". The service's answer goes to the client with its status,
its body and its Content-Type.
"""

from __future__ import annotations

from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.http_api.answering import Answering
from gatewright.gateway.http_api.exchange import own
from gatewright.gateway.http_api.live import HttpParts
from gatewright.gateway.http_api.service_calls import BadParameterError, make_call
from gatewright.gateway.http_api.view import HttpView
from gatewright.gateway.integrations.sending import Sender
from gatewright.language.parameter_mapping import evaluate
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.http_api import RouteProgram, ServiceIntegration


def build(integration: ServiceIntegration, route: RouteProgram, parts: HttpParts) -> Step:
    problem = parts.endpoints.service(integration.service, parts.program.account).problem
    if problem is None:
        return HttpApiService(integration, route, parts).run

    def fail(exchange: Exchange) -> None:
        raise configuration_error(problem)

    return fail


class HttpApiService:
    """One action of one route, ready to run."""

    __slots__ = ("_answering", "_headers", "_integration", "_sender")

    def __init__(self, integration: ServiceIntegration, route: RouteProgram, parts: HttpParts) -> None:
        self._integration = integration
        self._headers: list[Header] = [
            (b"Accept", b"*/*"),
            (b"User-Agent", b"AmazonAPIGateway_" + parts.program.api_id.encode()),
        ]
        self._answering = Answering(route.answer_changes, cors=parts.cors is not None)
        endpoint = parts.endpoints.service(integration.service, parts.program.account)
        self._sender = Sender(endpoint, integration.assume_role, integration.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        integration = self._integration
        view = HttpView(own(exchange))
        values: dict[str, str] = {}
        for name, value in integration.parameters:
            text = evaluate(value, view)
            if text is not None:
                values[name] = text
        missing = [name for name in integration.required if name not in values]
        if missing:
            raise _bad(f"no value for {', '.join(sorted(missing))}")
        try:
            call = make_call(integration.subtype, integration.service.service, values)
        except BadParameterError as error:
            raise _bad(str(error)) from None
        return self._sender.send(exchange, call.method, call.target, [*self._headers, *call.headers], call.body)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        return self._answering.answer(own(exchange), response.status, response.headers, response.body)


def _bad(reason: str) -> GatewayError:
    """unverified: that AWS answers 400 to a request that lacks what the action needs."""
    return GatewayError("BAD_REQUEST_PARAMETERS", log=f"Execution failed: {reason}")
