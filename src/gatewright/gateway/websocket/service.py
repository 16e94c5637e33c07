"""AWS: a service, or a Lambda function, behind mappings.

A function's payload is what the template makes, and patterns of integration responses match the `errorMessage` of one
that failed. unverified: a function that fails on a one-way route (here: the client is told, as with AWS_PROXY).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import orjson

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Later, Step
from gatewright.gateway.integrations.aws import Call, defaults
from gatewright.gateway.integrations.aws_proxy import SOURCE_ACCOUNT, SOURCE_ARN, refused
from gatewright.gateway.integrations.proxy_response import function_error
from gatewright.gateway.integrations.sending import Sender
from gatewright.gateway.websocket.answering import is_wanted, mapped, passed
from gatewright.gateway.websocket.exchange import own
from gatewright.gateway.websocket.live import SocketParts
from gatewright.gateway.websocket.mapped import RequestMaker, add_type, make_body
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.records import AwsIntegration, CustomLambdaIntegration
from gatewright.program.websocket import SocketIntegration, SocketRoute

_INTERNAL: Final = b"x-gatewright-"


def build(integration: SocketIntegration, route: SocketRoute, parts: SocketParts) -> Step:
    backend = integration.backend
    assert isinstance(backend, AwsIntegration)
    problem = parts.endpoints.service(backend.service, parts.program.account).problem
    if problem is None:
        return SocketService(integration, backend, parts).run

    def fail(exchange: Exchange) -> None:
        raise configuration_error(problem)

    return fail


def build_function(integration: SocketIntegration, route: SocketRoute, parts: SocketParts) -> Step:
    backend = integration.backend
    assert isinstance(backend, CustomLambdaIntegration)
    return SocketCustomFunction(integration, backend, route, parts).run


class SocketService:
    """One service, ready to run."""

    __slots__ = ("_action", "_backend", "_integration", "_maker", "_sender")

    def __init__(self, integration: SocketIntegration, backend: AwsIntegration, parts: SocketParts) -> None:
        self._integration = integration
        self._backend = backend
        self._action = None if backend.action is None else Call(backend.action)
        self._maker = RequestMaker(backend.uri, backend.method, backend.parameters, defaults(parts.program.api_id))
        endpoint = parts.endpoints.service(backend.service, parts.program.account)
        self._sender = Sender(endpoint, backend.assume_role, backend.timeout, self.answer, parts)

    def run(self, exchange: Exchange) -> Later:
        event, backend = own(exchange), self._backend
        body = make_body(event, self._integration.templates, backend.passthrough, backend.content_handling)
        outgoing = self._maker.make(event, body)
        if self._action is not None:
            self._action.apply(outgoing)
        add_type(outgoing, binary=event.binary)
        return self._sender.send(exchange, outgoing.method, outgoing.target, outgoing.headers, outgoing.body)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        event, status = own(exchange), response.status
        if not is_wanted(event):
            return passed(event, status, response.headers, response.body)
        return mapped(event, self._integration.responses, str(status), status, response.headers, response.body)


class SocketCustomFunction:
    """One function behind mappings, ready to run."""

    __slots__ = ("_backend", "_caller", "_integration", "_maker", "_sender", "_source_arn")

    def __init__(
        self, integration: SocketIntegration, backend: CustomLambdaIntegration, route: SocketRoute, parts: SocketParts
    ) -> None:
        self._integration = integration
        self._backend = backend
        self._source_arn = route.source_arn
        self._maker = RequestMaker(backend.uri, b"POST", backend.parameters, defaults(parts.program.api_id))
        endpoint = parts.endpoints.function(backend.function_arn)
        self._sender = Sender(endpoint, backend.assume_role, backend.timeout, self.answer, parts)
        # Called as a role, the function's resource policy is not what decides: then nobody is named.
        named = endpoint.sign is None and backend.assume_role is None
        account = parts.program.account.encode()
        self._caller: Sequence[Header] = (
            [(SOURCE_ARN, route.source_arn.encode()), (SOURCE_ACCOUNT, account)] if named else []
        )

    def run(self, exchange: Exchange) -> Later:
        event, backend = own(exchange), self._backend
        body = make_body(event, self._integration.templates, backend.passthrough, backend.content_handling)
        outgoing = self._maker.make(event, body or b"{}")
        add_type(outgoing, binary=event.binary)
        # No mapping may pretend to be who calls.
        headers = [header for header in outgoing.headers if not header[0].lower().startswith(_INTERNAL)]
        headers.extend(self._caller)
        return self._sender.send(exchange, b"POST", outgoing.target, headers, outgoing.body)

    def answer(self, exchange: Exchange, response: UpstreamResponse) -> Answer:
        event = own(exchange)
        if response.status not in (200, 202, 204):
            raise refused(response, self._backend.function_arn, self._source_arn)
        kind = next((value for name, value in response.headers if name.lower() == b"x-amz-function-error"), None)
        if not is_wanted(event):
            if kind is not None:
                raise function_error(kind.decode("latin-1"), response.body)
            return passed(event, 200, (), b"")
        message = None if kind is None else _error_message(response.body)
        return mapped(event, self._integration.responses, message, 200, response.headers, response.body)


def _error_message(body: bytes) -> str:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    found = document.get("errorMessage") if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""
