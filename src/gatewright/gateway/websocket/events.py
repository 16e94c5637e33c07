"""The events that functions get: of a handshake, a message, an end, and what an authorizer is asked with.

AWS: "Set up a WebSocket API integration request", member by member as captured on AWS. What does not apply is absent,
where events of REST APIs have null.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from gatewright.gateway.context import request_times
from gatewright.gateway.grants import Grant
from gatewright.gateway.headers import DROPPED_ON_ENTRY, SIGNED
from gatewright.gateway.integrations.http_proxy import forwarded_port
from gatewright.gateway.websocket.exchange import CONNECTING, DISCONNECTING, MESSAGE, SocketExchange

_ADDED: Final = frozenset({b"x-forwarded-for", b"x-forwarded-port", b"x-forwarded-proto", b"x-amzn-trace-id"})
_HIDDEN: Final = DROPPED_ON_ENTRY | _ADDED
# What authorizers see of what belongs to the connection alone, in AWS's words, whatever those of the client are.
_SHOWN_TO_AUTHORIZERS: Final = {"Connection": ["upgrade"], "content-length": ["0"], "Upgrade": ["websocket"]}


def make_event(exchange: SocketExchange) -> dict[str, Any]:
    """The event of a proxy integration."""
    event: dict[str, Any] = {}
    if exchange.event == CONNECTING:
        event = handshake_members(exchange, authorizer=False)
    elif exchange.event == DISCONNECTING:
        headers = {"Host": exchange.client.domain, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
        event["headers"] = headers
        event["multiValueHeaders"] = {name: [value] for name, value in headers.items()}
    if exchange.api.variables:
        event["stageVariables"] = exchange.api.variables
    event["requestContext"] = request_context(exchange)
    if exchange.event == MESSAGE:
        body = b64encode(exchange.body) if exchange.binary else exchange.body
        event["body"] = body.decode("utf-8", "replace")
    event["isBase64Encoded"] = exchange.binary
    return event


def authorizer_event(exchange: SocketExchange, arn: str) -> dict[str, Any]:
    """What a REQUEST authorizer of $connect is asked with: no path, method or resource; empty maps are there."""
    members: dict[str, Any] = {"queryStringParameters": {}, "multiValueQueryStringParameters": {}}
    return {
        "type": "REQUEST",
        "methodArn": arn,
        **members,
        **handshake_members(exchange, authorizer=True),
        "stageVariables": exchange.api.variables,
        "requestContext": request_context(exchange),
    }


def handshake_members(exchange: SocketExchange, *, authorizer: bool) -> dict[str, Any]:
    """Headers and query string of a handshake."""
    headers = _headers(exchange, authorizer=authorizer)
    event: dict[str, Any] = {
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
    }
    query = exchange.query
    if query:
        multi: dict[str, list[str]] = {}
        for name, value in query:
            multi.setdefault(name, []).append(value)
        event["queryStringParameters"] = dict(query)
        event["multiValueQueryStringParameters"] = multi
    return event


def header_values(exchange: SocketExchange) -> Mapping[str, list[str]]:
    """The headers of a handshake as integrations see them; nothing after it."""
    return _headers(exchange, authorizer=False) if exchange.event == CONNECTING else {}


def _headers(exchange: SocketExchange, *, authorizer: bool) -> dict[str, list[str]]:
    request = exchange.request
    multi: dict[str, list[str]] = {}
    passed: list[str] = []  # the addresses that those before us name
    for name, value in request.headers:
        lowered = name.lower()
        text = value.decode("utf-8", "replace")
        if lowered == b"x-forwarded-for":
            passed.append(text)
        elif lowered not in _HIDDEN and not (lowered == b"authorization" and value.startswith(SIGNED)):
            multi.setdefault(name.decode("latin-1"), []).append(text)
    if authorizer:
        multi.update((name, list(values)) for name, values in _SHOWN_TO_AUTHORIZERS.items())
    multi["X-Amzn-Trace-Id"] = [exchange.trace.decode("utf-8", "replace")]
    multi["X-Forwarded-For"] = [", ".join([*passed, request.peer])]
    multi["X-Forwarded-Port"] = [forwarded_port(request.host, request.scheme).decode()]
    multi["X-Forwarded-Proto"] = [request.scheme]
    return multi


def request_context(exchange: SocketExchange) -> dict[str, Any]:
    """`requestContext` of an event."""
    ended = exchange.ending
    client, program, now = exchange.client, exchange.api, exchange.clock.now()
    request_id = exchange.request_id.decode()
    context: dict[str, Any] = {"routeKey": exchange.route.route.key}
    grant: Grant | None = exchange.grant
    if grant is not None and grant.context is not None:
        context["authorizer"] = {**grant.context, "integrationLatency": grant.latency}
    if exchange.event == MESSAGE:
        context["messageId"] = exchange.message_id
    if ended is not None:
        context["disconnectStatusCode"] = ended[0]
    context["eventType"] = exchange.event
    context["extendedRequestId"] = request_id
    context["requestTime"] = request_times.text(now)
    context["messageDirection"] = "IN"
    if ended is not None:
        context["disconnectReason"] = ended[1]
    context["stage"] = program.stage
    context["connectedAt"] = int(client.connected * 1000)
    context["requestTimeEpoch"] = int(now * 1000)
    context["identity"] = _identity(exchange, grant)
    context["requestId"] = request_id
    context["domainName"] = client.domain
    context["connectionId"] = client.id
    context["apiId"] = program.api_id
    return context


def _identity(exchange: SocketExchange, grant: Grant | None) -> dict[str, Any]:
    client = exchange.client
    identity: dict[str, Any] = {}
    if grant is not None:
        identity = {name: value for name, value in grant.identity.items() if value is not None}
    if client.user_agent is not None:
        identity["userAgent"] = client.user_agent
    if exchange.api_key is not None:
        identity["apiKey"] = exchange.api_key.value
        identity["apiKeyId"] = exchange.api_key.id
    identity["sourceIp"] = client.source_ip
    return identity
