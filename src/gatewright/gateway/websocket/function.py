"""AWS_PROXY: a Lambda function gets the event and answers with a status, and a body where somebody waits for it.

AWS: "Set up a Lambda proxy integration for a WebSocket API". A function that fails is told to the client on one-way
routes, too. On two-way routes a status other than 2xx is a failure; on one-way routes nobody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from gatewright.gateway.errors import bad_answer
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.integrations.aws_proxy import call_headers, refused
from gatewright.gateway.integrations.proxy_response import function_error, headers_of, status_of
from gatewright.gateway.integrations.sending import Sender
from gatewright.gateway.payload import decode_base64
from gatewright.gateway.websocket.answering import NOTHING, BinaryAnswer, protocol_of
from gatewright.gateway.websocket.events import make_event
from gatewright.gateway.websocket.exchange import CONNECTING, MESSAGE, SocketExchange, own
from gatewright.gateway.websocket.live import SocketParts
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.records import LambdaIntegration
from gatewright.program.websocket import SocketIntegration, SocketRoute


def build(integration: SocketIntegration, route: SocketRoute, parts: SocketParts) -> Step:
    assert isinstance(integration.backend, LambdaIntegration)
    return SocketFunction(integration.backend, route, parts).run


class SocketFunction:
    """One function of one route, ready to run."""

    __slots__ = ("_arn", "_headers", "_sender", "_source_arn", "_target", "_two_way")

    def __init__(self, backend: LambdaIntegration, route: SocketRoute, parts: SocketParts) -> None:
        endpoint = parts.endpoints.function(backend.function_arn)
        program = parts.program
        self._arn = backend.function_arn
        self._source_arn = "" if backend.assume_role else route.source_arn
        self._target = backend.target
        self._two_way = route.two_way
        self._headers: Sequence[Header] = call_headers(
            program.api_id,
            program.account,
            route.source_arn,
            role=backend.assume_role,
            inside=endpoint.sign is None,
        )
        self._sender = Sender(endpoint, backend.assume_role, backend.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        event = own(exchange)
        body = orjson.dumps(make_event(event))
        headers: Sequence[Header] = [*self._headers, (b"X-Amzn-Trace-Id", exchange.trace)]
        return self._sender.send(exchange, b"POST", self._target, headers, body)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        event = own(exchange)
        if response.status != 200:
            raise refused(response, self._arn, self._source_arn)
        for name, value in response.headers:
            if name.lower() == b"x-amz-function-error":
                raise function_error(value.decode("latin-1"), response.body)
        if event.event == CONNECTING:
            document = _parsed(response.body)
            return Answer(status_of(document["statusCode"]), protocol_of(headers_of(document)), b"")
        if event.event != MESSAGE or not self._two_way:
            return NOTHING
        return self._message(event, _parsed(response.body))

    def _message(self, event: SocketExchange, document: dict[str, Any]) -> Answer:
        status, body = status_of(document["statusCode"]), document.get("body")
        if not 200 <= status < 300:
            raise bad_answer(f"the function answered with status {status}")
        if body is None:
            return NOTHING
        if not isinstance(body, str):
            raise bad_answer("Malformed Lambda proxy response")
        payload = body.encode("utf-8", "replace")
        # AWS has no binary messages: whoever takes them here can answer with them, too.
        if event.binary and document.get("isBase64Encoded") is True:
            return BinaryAnswer(status, b"", decode_base64(payload))
        return Answer(status, b"", payload)


def _parsed(body: bytes) -> dict[str, Any]:
    """A response object. Raises GatewayError (502)."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict) or document.get("statusCode") is None:
        raise bad_answer("Malformed Lambda proxy response")
    return document
