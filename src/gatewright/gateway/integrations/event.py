"""The event of AWS_PROXY, payload format 1.0.

AWS: "Input format of a Lambda function for proxy integration"; field by field as recorded from AWS. Path and path
parameters are raw, the query is decoded; single-value maps keep the last value, multi-value maps all in order.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

import orjson

from gatewright.gateway import client_cert
from gatewright.gateway.context import (
    PROTOCOL,
    context_path,
    domain_name,
    event_path,
    request_time,
    request_times,
    user_agent,
)
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant
from gatewright.gateway.headers import DROPPED_ON_ENTRY, SIGNED
from gatewright.gateway.integrations.http_proxy import forwarded_port
from gatewright.program.records import Simulation

# unverified outside of edge-optimised APIs: these names appear in title case however the client spelled them
# (recorded).
TITLE_CASE: Final = {b"authorization": "Authorization", b"host": "Host", b"user-agent": "User-Agent"}
_ADDED: Final = frozenset({b"x-forwarded-for", b"x-forwarded-port", b"x-forwarded-proto", b"x-amzn-trace-id"})
_HIDDEN: Final = DROPPED_ON_ENTRY | _ADDED


def encode_event(exchange: Exchange) -> bytes:
    """The event as JSON."""
    return orjson.dumps(make_event(exchange))


def make_event(exchange: Exchange) -> dict[str, Any]:
    body, encoded = _body(exchange)
    return request_members(exchange) | {"body": body, "isBase64Encoded": encoded}


def request_members(exchange: Exchange) -> dict[str, Any]:
    """Everything but the body."""
    headers, multi_headers = visible_headers(exchange)
    query = exchange.query
    single_query = dict(query) if query else None
    multi_query: dict[str, list[str]] | None = None
    if query:
        multi_query = {}
        for name, value in query:
            multi_query.setdefault(name, []).append(value)
    names = exchange.names
    event = {
        "resource": exchange.method.resource_path,
        "path": event_path(exchange),
        "httpMethod": exchange.verb,
        "headers": headers,
        "multiValueHeaders": multi_headers,
        "queryStringParameters": single_query,
        "multiValueQueryStringParameters": multi_query,
        "pathParameters": {
            name: value.decode("utf-8", "replace") for name, value in zip(names, exchange.values, strict=True)
        }
        if names
        else None,
        "stageVariables": exchange.program.variables or None,
        "requestContext": _request_context(exchange),
    }
    return event if exchange.simulation is None else _simulated(event, exchange.simulation)


def _simulated(event: dict[str, Any], simulation: Simulation) -> dict[str, Any]:
    """The event of TestInvokeMethod: only the headers that were given, and the caller of the control plane."""
    multi: dict[str, list[str]] = {}
    for name, value in simulation.headers:
        multi.setdefault(name, []).append(value)
    context = event["requestContext"]
    context.pop("deploymentId", None)
    context["identity"] |= simulation.identity
    headers = {name: values[-1] for name, values in multi.items()}
    return event | {"headers": headers or None, "multiValueHeaders": multi or None}


def _request_context(exchange: Exchange) -> dict[str, Any]:
    program, method = exchange.program, exchange.method
    domain = domain_name(exchange)
    received = request_time(exchange)
    context: dict[str, Any] = {
        "resourceId": method.resource_id,
        "resourcePath": method.resource_path,
        "httpMethod": exchange.verb,
        "extendedRequestId": exchange.extended_id.decode(),
        "requestTime": request_times.text(received),
        "path": context_path(exchange),
        "accountId": program.account,
        "protocol": PROTOCOL,
        "stage": program.stage,
        "domainPrefix": domain.partition(".")[0],
        "requestTimeEpoch": int(received * 1000),
        "requestId": exchange.request_id.decode(),
        "identity": _identity(exchange),
        "domainName": domain,
        "deploymentId": program.deployment,
        "apiId": program.api_id,
    }
    if method.operation:
        context["operationName"] = method.operation
    if program.is_canary is not None:  # only a stage that has a canary says so (recorded)
        context["isCanaryRequest"] = program.is_canary
    grant: Grant | None = exchange.grant
    if grant is not None:
        add_caller(context, grant)
        if grant.context is not None and method.authorization == "CUSTOM":
            context["authorizer"]["integrationLatency"] = grant.latency
    return context


def add_caller(context: dict[str, Any], grant: Grant) -> None:
    """What an authorizer knows of the caller, into the request context of an event of payload 1.0."""
    context["identity"] |= grant.identity
    if grant.context is not None:
        context["authorizer"] = dict(grant.context)


def _identity(exchange: Exchange) -> dict[str, Any]:
    identity: dict[str, Any] = {
        "cognitoIdentityPoolId": None,
        "accountId": None,
        "cognitoIdentityId": None,
        "caller": None,
        "sourceIp": exchange.request.client,
        "principalOrgId": None,
        "accessKey": None,
        "cognitoAuthenticationType": None,
        "cognitoAuthenticationProvider": None,
        "userArn": None,
        "userAgent": user_agent(exchange),
        "user": None,
    }
    key = exchange.api_key
    if key is not None:  # only of methods that require one
        identity |= {"apiKey": key.value, "apiKeyId": key.id}
    if exchange.target.vpce_id is not None:
        identity["vpceId"] = exchange.target.vpce_id
    if exchange.target.vpc_id is not None:
        identity["vpcId"] = exchange.target.vpc_id
    return identity | client_cert.event_member(exchange)


def visible_headers(exchange: Exchange) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The request's headers as integrations see them: last value by name, and all values."""
    request = exchange.request
    multi: dict[str, list[str]] = {}
    passed: list[str] = []  # the addresses that those before us name
    for name, value in request.headers:
        lowered = name.lower()
        text = value.decode("utf-8", "replace")
        if lowered not in _HIDDEN and not (lowered == b"authorization" and value.startswith(SIGNED)):
            multi.setdefault(TITLE_CASE.get(lowered) or name.decode("ascii"), []).append(text)
        elif lowered == b"x-forwarded-for":
            passed.append(text)
    multi["X-Amzn-Trace-Id"] = [exchange.trace.decode("utf-8", "replace")]
    multi["X-Forwarded-For"] = [", ".join([*passed, request.peer])]
    multi["X-Forwarded-Port"] = [forwarded_port(request.host, request.scheme).decode()]
    multi["X-Forwarded-Proto"] = [request.scheme]
    return {name: values[-1] for name, values in multi.items()}, multi


def _body(exchange: Exchange) -> tuple[str | None, bool]:
    body = exchange.body
    if not body:
        return None, False
    if exchange.program.binary.matches(exchange.header(b"content-type")):
        return b64encode(body).decode(), True
    return body.decode("utf-8", "replace"), False
