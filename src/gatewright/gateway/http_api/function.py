"""AWS_PROXY of HTTP APIs: a Lambda function gets the request as an event, of payload format 1.0 or 2.0.

AWS: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway". The call is Lambda's own Invoke API, as that
of REST APIs (integrations/aws_proxy.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.http_api import event_v1, event_v2
from gatewright.gateway.http_api.answering import Answering
from gatewright.gateway.http_api.event import Seen, see
from gatewright.gateway.http_api.exchange import HttpExchange, own
from gatewright.gateway.http_api.function_answer import FunctionAnswer, read_v1, read_v2
from gatewright.gateway.http_api.live import HttpParts
from gatewright.gateway.integrations.aws_proxy import call_headers, refused
from gatewright.gateway.integrations.proxy_response import function_error
from gatewright.gateway.integrations.sending import Sender
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.http_api import FunctionIntegration, RouteProgram

Make = Callable[[HttpExchange, Seen], dict[str, Any]]
Read = Callable[[bytes], FunctionAnswer]

# By payload format.
_FORMATS: Mapping[str, tuple[Make, Read]] = {
    "1.0": (event_v1.make_event, read_v1),
    "2.0": (event_v2.make_event, read_v2),
}


def build(integration: FunctionIntegration, route: RouteProgram, parts: HttpParts) -> Step:
    return HttpApiFunction(integration, route, parts).run


class HttpApiFunction:
    """One function of one route, ready to run."""

    __slots__ = ("_answering", "_arn", "_changes", "_headers", "_make", "_read", "_sender", "_source_arn", "_target")

    def __init__(self, integration: FunctionIntegration, route: RouteProgram, parts: HttpParts) -> None:
        endpoint = parts.endpoints.function(integration.function_arn)
        program = parts.program
        self._arn = integration.function_arn
        self._source_arn = "" if integration.assume_role else route.source_arn
        self._target = integration.target
        self._make, self._read = _FORMATS[integration.payload]
        self._changes = route.changes
        self._answering = Answering(route.answer_changes, cors=parts.cors is not None)
        self._headers: Sequence[Header] = call_headers(
            program.api_id,
            program.account,
            route.source_arn,
            role=integration.assume_role,
            inside=endpoint.sign is None,
        )
        self._sender = Sender(endpoint, integration.assume_role, integration.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        visit = own(exchange)
        event = orjson.dumps(self._make(visit, see(visit, self._changes)))
        headers: Sequence[Header] = [*self._headers, (b"X-Amzn-Trace-Id", visit.trace)]
        return self._sender.send(exchange, b"POST", self._target, headers, event)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        if response.status != 200:
            raise refused(response, self._arn, self._source_arn)
        for name, value in response.headers:
            if name.lower() == b"x-amz-function-error":
                raise function_error(value.decode("latin-1"), response.body)
        read = self._read(response.body)
        return self._answering.answer(own(exchange), read.status, read.headers, read.body)
