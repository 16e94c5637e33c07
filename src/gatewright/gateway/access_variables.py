"""$context of access logs: what mapping templates know of an exchange, and how it ended.

AWS: "Variables for access logging for API Gateway" (REST APIs; those of the others are in their rooms). Latencies are
whole milliseconds, lengths bytes. What has no value is None; a reader may raise AttributeError for what the exchange
has not come to. Not known here, and so always "-": waf.*, wafResponseCode, webaclArn (there is no WAF),
authorizer.requestId, authenticate.latency, authorize.latency, integration.timeToFirstContent,
customDomain.routingRuleIdMatched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from gatewright.gateway.access_quick import (
    EXTENDED_ID,
    INTEGRATION_LATENCY,
    INTEGRATION_STATUS,
    LATENCY,
    REQUEST_ID,
    REQUEST_TIME,
    REQUEST_TIME_EPOCH,
    RESOURCE_PATH,
    SENT,
    SOURCE_IP,
    STATUS,
    USER_AGENT,
    VERB,
    quick,
)
from gatewright.gateway.context import VARIABLES
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant
from gatewright.program.records import HttpProxyIntegration, LambdaIntegration

Function = Callable[[Any], "str | None"]
Read = Function | int  # a number is for `access_quick`

# Types of errors by who has found them.
_AUTHENTICATION: Final = frozenset({"MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "EXPIRED_TOKEN"})
_AUTHORIZER: Final = _AUTHENTICATION | {
    "ACCESS_DENIED",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "UNAUTHORIZED",
}
_INTEGRATION: Final = frozenset({"API_CONFIGURATION_ERROR", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT"})


# The end


def integration_status(exchange: Exchange) -> str | None:
    return quick(INTEGRATION_STATUS, exchange)


def message_of(error: GatewayError | None) -> str | None:
    return None if error is None else error.message


def quoted(message: str | None) -> str | None:
    return None if message is None else json.dumps(message)


def _type(exchange: Exchange) -> str | None:
    error = exchange.error
    return None if error is None else error.kind.name


def validation(exchange: Exchange) -> str | None:
    error = exchange.error
    return None if error is None else error.validation


def integration_error(exchange: Exchange) -> str | None:
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


END: Mapping[str, Read] = {
    "requestId": REQUEST_ID,
    "extendedRequestId": EXTENDED_ID,
    "status": STATUS,
    "responseLength": SENT,
    "responseLatency": LATENCY,
    "requestTime": REQUEST_TIME,
    "requestTimeEpoch": REQUEST_TIME_EPOCH,
    "integrationLatency": INTEGRATION_LATENCY,
    "integrationStatus": INTEGRATION_STATUS,
    "integration.latency": INTEGRATION_LATENCY,
    "integration.integrationStatus": INTEGRATION_STATUS,
    "integration.error": integration_error,
    "integration.requestId": _endpoint_id,
    "awsEndpointRequestId": _endpoint_id,
    "awsEndpointRequestId2": lambda ex: _header(ex, b"x-amz-id-2"),
    "error.responseType": _type,
}


# Of those that come as requests.
REQUEST: Mapping[str, Read] = {"httpMethod": VERB, "identity.sourceIp": SOURCE_IP, "identity.userAgent": USER_AGENT}


def function_status(exchange: Exchange) -> str | None:
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
    return message_of(_said(exchange, kind if kind == "AWS_IAM" else "NONE", _AUTHENTICATION))


def _authenticate_status(exchange: Exchange, kind: str) -> str | None:
    """Of signatures, which alone say who somebody is before anybody decides what they may."""
    error = _said(exchange, kind if kind == "AWS_IAM" else "NONE", _AUTHENTICATION)
    if error is not None:
        return str(error.status)
    return None if kind != "AWS_IAM" or exchange.grant is None else "200"


_DENIED: Final = frozenset({"ACCESS_DENIED"})


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


def with_kind(kind: Callable[[Any], str]) -> dict[str, Read]:
    """The same for exchanges whose authorizationType `kind` knows."""

    def reader(read: Callable[[Exchange, str], str | None]) -> Function:
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
    return function_status(exchange) if proxied else integration_status(exchange)


def _streams(exchange: Exchange) -> bool:
    integration = exchange.method.integration
    return isinstance(integration, LambdaIntegration | HttpProxyIntegration) and integration.streaming


REST: Mapping[str, Read] = {
    **VARIABLES,
    **END,
    **with_kind(lambda ex: ex.method.authorization),
    **REQUEST,
    "resourcePath": RESOURCE_PATH,
    "error.message": lambda ex: message_of(ex.error),
    "error.messageString": lambda ex: quoted(message_of(ex.error)),
    "error.validationErrorString": validation,
    "customDomain.basePathMatched": _base_path,
    "endpointType": lambda ex: ex.program.telemetry.endpoint_type or None,
    "integration.status": _rest_status,
    "integration.responseTransferMode": lambda ex: "STREAMED" if _streams(ex) else "BUFFERED",
    "integration.timeToAllHeaders": lambda ex: quick(INTEGRATION_LATENCY, ex) if _streams(ex) else None,
    "xrayTraceId": _trace,
}
