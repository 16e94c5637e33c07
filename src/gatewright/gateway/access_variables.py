"""$context of access logs: what mapping templates know of an exchange, and how it ended.

AWS: "Variables for access logging for API Gateway" (REST), "Customize HTTP API access logs", "Set up logging for a
WebSocket API". Latencies are whole milliseconds, lengths bytes. What has no value is None; a reader may raise
AttributeError for what the exchange has not come to. Not known here, and so always "-": waf.*, wafResponseCode,
webaclArn (there is no WAF), authorizer.requestId, authenticate.latency, authorize.latency,
integration.timeToFirstContent, customDomain.routingRuleIdMatched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from gatewright.gateway import context as rest
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant
from gatewright.gateway.http_api import context as http
from gatewright.gateway.http_api.errors import ANSWERS, OTHER
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.gateway.websocket import context as socket
from gatewright.gateway.websocket.exchange import CONNECTING, DISCONNECTING, SocketExchange
from gatewright.program.http_api import FunctionIntegration
from gatewright.program.records import HttpProxyIntegration, LambdaIntegration
from gatewright.program.websocket import CONNECT, DISCONNECT

Read = Callable[[Any], "str | None"]

# Types of errors by who has found them.
_AUTHENTICATION = frozenset({"MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "EXPIRED_TOKEN"})
_AUTHORIZER = _AUTHENTICATION | {
    "ACCESS_DENIED",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "UNAUTHORIZED",
}
_INTEGRATION = frozenset({"API_CONFIGURATION_ERROR", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"})
_NOT_ALLOWED = "Invalid permissions on Lambda function"
# Observed of HTTP APIs.
_NO_PERMISSION = (
    "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check "
    "the permissions and try again."
)


def milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000 + 0.5))


# The end


def _began(exchange: Exchange) -> float:
    return exchange.clock.now() - exchange.latency


def _integration_latency(exchange: Exchange) -> str | None:
    taken = exchange.integration_latency
    return None if taken < 0 else milliseconds(taken)


def _integration_status(exchange: Exchange) -> str | None:
    status = exchange.integration_status
    return None if status == 0 else str(status)


def _message(error: GatewayError | None) -> str | None:
    return None if error is None else error.message


def _quoted(message: str | None) -> str | None:
    return None if message is None else json.dumps(message)


def _type(exchange: Exchange) -> str | None:
    error = exchange.error
    return None if error is None else error.kind.name


def _validation(exchange: Exchange) -> str | None:
    error = exchange.error
    return None if error is None else error.validation


def _integration_error(exchange: Exchange) -> str | None:
    """What went wrong with the backend, or with its answer."""
    error = exchange.error
    if error is None or error.kind.name not in _INTEGRATION:
        return None
    return error.log or error.message


def _header(exchange: Exchange, *names: bytes) -> str | None:
    for name, value in exchange.integration_headers:
        if name.lower() in names:
            return value.decode("latin-1")
    return None


def _endpoint_id(exchange: Exchange) -> str | None:
    return _header(exchange, b"x-amzn-requestid", b"x-amz-request-id")


_END: Mapping[str, Read] = {
    "status": lambda ex: str(ex.status),
    "responseLength": lambda ex: str(ex.sent),
    "responseLatency": lambda ex: milliseconds(ex.latency),
    "requestTime": lambda ex: rest.request_times.text(_began(ex)),
    "requestTimeEpoch": lambda ex: milliseconds(_began(ex)),
    "integrationLatency": _integration_latency,
    "integrationStatus": _integration_status,
    "integration.latency": _integration_latency,
    "integration.integrationStatus": _integration_status,
    "integration.error": _integration_error,
    "integration.requestId": _endpoint_id,
    "awsEndpointRequestId": _endpoint_id,
    "awsEndpointRequestId2": lambda ex: _header(ex, b"x-amz-id-2"),
    "error.responseType": _type,
}


def _function_status(exchange: Exchange) -> str | None:
    """The code that a function has answered with: the answer's, unless something went wrong on the way."""
    if exchange.error is not None or exchange.integration_latency < 0:
        return None
    return str(exchange.status)


# Authorizers


def _said(exchange: Exchange, kind: str, errors: frozenset[str]) -> GatewayError | None:
    """The error that an authorizer of this kind has ended the exchange with."""
    error = exchange.error
    return error if kind != "NONE" and error is not None and error.kind.name in errors else None


def _authorizer_error(exchange: Exchange, kind: str) -> str | None:
    error = _said(exchange, kind, _AUTHORIZER)
    return None if error is None else error.log or error.message


def _authorizer_status(exchange: Exchange, kind: str) -> str | None:
    error = _said(exchange, kind, _AUTHORIZER)
    if error is not None:
        return str(error.status)
    return None if kind == "NONE" or exchange.grant is None else "200"


def _authorizer_latency(exchange: Exchange, kind: str) -> str | None:
    """Of Lambda authorizers, which alone are a call; 0 where a result was remembered."""
    grant: Grant | None = exchange.grant
    return None if kind != "CUSTOM" or grant is None else str(grant.latency)


def _authorizer_called(exchange: Exchange, kind: str) -> str | None:
    """What Lambda said of the call: a result that counts came with 200."""
    return None if kind != "CUSTOM" or exchange.grant is None else "200"


def _authenticate_error(exchange: Exchange, kind: str) -> str | None:
    return _message(_said(exchange, kind if kind == "AWS_IAM" else "NONE", _AUTHENTICATION))


def _authenticate_status(exchange: Exchange, kind: str) -> str | None:
    """Of signatures, which alone say who somebody is before anybody decides what they may."""
    error = _said(exchange, kind if kind == "AWS_IAM" else "NONE", _AUTHENTICATION)
    if error is not None:
        return str(error.status)
    return None if kind != "AWS_IAM" or exchange.grant is None else "200"


_DENIED = frozenset({"ACCESS_DENIED"})


def _authorize_error(exchange: Exchange, kind: str) -> str | None:
    error = exchange.error
    return error.message if error is not None and error.kind.name in _DENIED else None


def _authorize_status(exchange: Exchange, kind: str) -> str | None:
    error = exchange.error
    if error is not None and error.kind.name in _DENIED:
        return str(error.status)
    return None if kind == "NONE" or exchange.grant is None else "200"


_AUTHORIZERS: Mapping[str, Callable[[Exchange, str], str | None]] = {
    "authenticate.error": _authenticate_error,
    "authenticate.status": _authenticate_status,
    "authorize.error": _authorize_error,
    "authorize.status": _authorize_status,
    "authorizer.error": _authorizer_error,
    "authorizer.integrationLatency": _authorizer_latency,
    "authorizer.integrationStatus": _authorizer_called,
    "authorizer.latency": _authorizer_latency,
    "authorizer.status": _authorizer_status,
}


def _with_kind(kind: Callable[[Any], str]) -> dict[str, Read]:
    """The same for exchanges whose authorizationType `kind` knows."""

    def reader(read: Callable[[Exchange, str], str | None]) -> Read:
        return lambda exchange: read(exchange, kind(exchange))

    return {name: reader(read) for name, read in _AUTHORIZERS.items()}


# REST APIs


def _base_path(exchange: Exchange) -> str | None:
    """The base path of a domain name, as API mappings have it; "(none)" for the empty one (observed)."""
    base = exchange.target.base
    return None if base is None else base.decode("utf-8", "replace").lstrip("/") or "(none)"


def _trace(exchange: Exchange) -> str | None:
    if not exchange.program.telemetry.tracing:
        return None
    for part in exchange.trace.split(b";"):
        if part.startswith(b"Root="):
            return part[5:].decode("latin-1")
    return None


def _rest_status(exchange: Exchange) -> str | None:
    proxied = isinstance(exchange.method.integration, LambdaIntegration)
    return _function_status(exchange) if proxied else _integration_status(exchange)


def _streams(exchange: Exchange) -> bool:
    integration = exchange.method.integration
    return isinstance(integration, LambdaIntegration | HttpProxyIntegration) and integration.streaming


REST: Mapping[str, Read] = {
    **rest.VARIABLES,
    **_END,
    **_with_kind(lambda ex: ex.method.authorization),
    "error.message": lambda ex: _message(ex.error),
    "error.messageString": lambda ex: _quoted(_message(ex.error)),
    "error.validationErrorString": _validation,
    "customDomain.basePathMatched": _base_path,
    "endpointType": lambda ex: ex.program.telemetry.endpoint_type or None,
    "integration.status": _rest_status,
    "integration.responseTransferMode": lambda ex: "STREAMED" if _streams(ex) else "BUFFERED",
    "integration.timeToAllHeaders": lambda ex: _integration_latency(ex) if _streams(ex) else None,
    "xrayTraceId": _trace,
}


# HTTP APIs


def _http_message(exchange: HttpExchange) -> str | None:
    """As the client reads it."""
    error = exchange.error
    if error is None:
        return None
    return ANSWERS.get(error.kind.name, OTHER)[1] if error.kind.name else error.message


def _http_status(exchange: HttpExchange) -> str | None:
    proxied = isinstance(exchange.route.route.integration, FunctionIntegration)
    return _function_status(exchange) if proxied else _integration_status(exchange)


def _http_error(exchange: HttpExchange) -> str | None:
    told = _integration_error(exchange)
    return _NO_PERMISSION if told is not None and _NOT_ALLOWED in told else told


HTTP: Mapping[str, Read] = {
    **http.VARIABLES,
    **_END,
    **_with_kind(lambda ex: ex.route.route.authorization),
    "error.message": _http_message,
    "error.messageString": lambda ex: _quoted(_http_message(ex)),
    "dataProcessed": lambda ex: str(len(ex.request.body) + ex.sent),  # unverified: what AWS counts
    "integration.error": _http_error,
    "integration.status": _http_status,
    "integrationErrorMessage": _http_error,
}


# WebSocket APIs


def _route_key(exchange: SocketExchange) -> str:
    """Also of handshakes and ends for which there is no route."""
    if exchange.event == CONNECTING:
        return CONNECT
    return DISCONNECT if exchange.event == DISCONNECTING else exchange.route.route.key


def _socket_kind(exchange: SocketExchange) -> str:
    """Only handshakes are authorized; messages are of whom that has let in."""
    return exchange.route.route.authorization if exchange.event == CONNECTING else "NONE"


def _socket_status(exchange: SocketExchange) -> str | None:
    integration = exchange.route.route.integration
    proxied = integration is not None and isinstance(integration.backend, LambdaIntegration)
    return _function_status(exchange) if proxied else _integration_status(exchange)


SOCKET: Mapping[str, Read] = {
    **socket.VARIABLES,
    **_END,
    **_with_kind(_socket_kind),
    "routeKey": _route_key,
    "error.message": lambda ex: _message(ex.error),
    "error.messageString": lambda ex: _quoted(_message(ex.error)),
    "error.validationErrorString": _validation,
    "integration.status": _socket_status,
}
