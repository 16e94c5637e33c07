"""The event of payload format 2.0. What is empty is absent.

AWS: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway".
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from gatewright.gateway import client_cert
from gatewright.gateway.context import PROTOCOL, request_time, request_times, user_agent
from gatewright.gateway.grants import Grant
from gatewright.gateway.http_api.context import domain_name, raw_path
from gatewright.gateway.http_api.event import Seen, body_of
from gatewright.gateway.http_api.exchange import HttpExchange


def make_event(exchange: HttpExchange, seen: Seen) -> dict[str, Any]:
    """The event, members in AWS's order."""
    event = describe(exchange, seen)
    body, encoded = body_of(exchange)
    if body is not None:
        event["body"] = body
    if exchange.api.variables:
        event["stageVariables"] = exchange.api.variables
    event["isBase64Encoded"] = encoded
    return event


def describe(exchange: HttpExchange, seen: Seen) -> dict[str, Any]:
    """What stands before the body: the request as an authorizer gets it, too."""
    key = exchange.route.route.key
    path = unquote(raw_path(exchange) if seen.path is None else seen.path, errors="replace")
    headers = dict(seen.headers)
    cookies = headers.pop("cookie", None)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": seen.raw_query.decode("utf-8", "replace"),
    }
    if cookies:
        event["cookies"] = [part.strip() for line in cookies for part in line.split(";") if part.strip()]
    event["headers"] = {name: ",".join(values) for name, values in headers.items()}
    if seen.query:
        event["queryStringParameters"] = _joined(seen.query)
    event["requestContext"] = _request_context(exchange, key, path)
    names = exchange.names
    if names:
        event["pathParameters"] = {
            name: unquote(value.decode("utf-8", "replace"), errors="replace")
            for name, value in zip(names, exchange.values, strict=True)
        }
    return event


def _request_context(exchange: HttpExchange, key: str, path: str) -> dict[str, Any]:
    program = exchange.api
    domain = domain_name(exchange)
    received = request_time(exchange)
    context: dict[str, Any] = {
        "accountId": program.account,
        "apiId": program.api_id,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {
            "method": exchange.verb,
            "path": path,
            "protocol": PROTOCOL,
            "sourceIp": exchange.request.client,
            "userAgent": user_agent(exchange) or "",
        },
        "requestId": exchange.request_id.decode(),
        "routeKey": key,
        "stage": program.stage,
        "time": request_times.text(received),
        "timeEpoch": int(received * 1000),
    }
    shown = client_cert.event_member(exchange)
    if shown:
        context["authentication"] = shown
    grant: Grant | None = exchange.grant
    if grant is not None and grant.payload2 is not None:
        context["authorizer"] = dict(grant.payload2)
    return context


def _joined(query: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in query:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined
