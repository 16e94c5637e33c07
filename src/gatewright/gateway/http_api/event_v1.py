"""The event of payload format 1.0, as HTTP APIs send it. What is empty is null.

AWS: "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway". unverified: single-value maps keep the last of
several values; `resource` of the route $default.
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
from gatewright.gateway.integrations.event import add_caller


def make_event(exchange: HttpExchange, seen: Seen) -> dict[str, Any]:
    """The event, members in AWS's order."""
    event = describe(exchange, seen)
    event["body"], event["isBase64Encoded"] = body_of(exchange)
    return event


def describe(exchange: HttpExchange, seen: Seen) -> dict[str, Any]:
    """What stands before the body: the request as an authorizer gets it, too."""
    resource = resource_of(exchange.route.route.key)
    multi_query: dict[str, list[str]] = {}
    for name, value in seen.query:
        multi_query.setdefault(name, []).append(value)
    names = exchange.names
    path = _event_path(exchange) if seen.path is None else seen.path
    return {
        "version": "1.0",
        "resource": resource,
        "path": unquote(path, errors="replace"),
        "httpMethod": exchange.verb,
        "headers": {name: values[-1] for name, values in seen.headers.items()},
        "multiValueHeaders": seen.headers,
        "queryStringParameters": {name: values[-1] for name, values in multi_query.items()} or None,
        "multiValueQueryStringParameters": multi_query or None,
        "requestContext": _request_context(exchange, resource),
        "pathParameters": {
            name: unquote(value.decode("utf-8", "replace"), errors="replace")
            for name, value in zip(names, exchange.values, strict=True)
        }
        if names
        else None,
        "stageVariables": exchange.api.variables or None,
    }


def resource_of(key: str) -> str:
    """The path of a route key."""
    return key.partition(" ")[2] or key


def _event_path(exchange: HttpExchange) -> str:
    """With the stage on AWS's own endpoint; with the mapping's key instead under a domain name."""
    base = exchange.target.base
    return raw_path(exchange) if base is None else (base + exchange.path).decode("utf-8", "replace")


def _request_context(exchange: HttpExchange, resource: str) -> dict[str, Any]:
    program = exchange.api
    domain = domain_name(exchange)
    received = request_time(exchange)
    context: dict[str, Any] = {
        "accountId": program.account,
        "apiId": program.api_id,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "extendedRequestId": exchange.request_id.decode(),
        "httpMethod": exchange.verb,
        "identity": {
            "accessKey": None,
            "accountId": None,
            "caller": None,
            "cognitoAuthenticationProvider": None,
            "cognitoAuthenticationType": None,
            "cognitoIdentityId": None,
            "cognitoIdentityPoolId": None,
            "principalOrgId": None,
            "sourceIp": exchange.request.client,
            "user": None,
            "userAgent": user_agent(exchange) or "",
            "userArn": None,
        }
        | client_cert.event_member(exchange),
        "path": unquote(raw_path(exchange), errors="replace"),
        "protocol": PROTOCOL,
        "requestId": exchange.request_id.decode(),
        "requestTime": request_times.text(received),
        "requestTimeEpoch": int(received * 1000),
        "resourceId": None,
        "resourcePath": resource,
        "stage": program.stage,
    }
    grant: Grant | None = exchange.grant
    if grant is not None:
        add_caller(context, grant)
    return context
