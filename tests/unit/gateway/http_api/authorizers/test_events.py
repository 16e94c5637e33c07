"""What authorizers are invoked with, member by member: AWS's examples, and what was decided beside them."""

from __future__ import annotations

from typing import Any

from gatewright.gateway.http_api.authorizers.events import EVENTS, event_1, event_2
from tests.plays.http_api import DOMAIN
from tests.plays.stage import ACCOUNT, API
from tests.unit.gateway.http_api.support import http_exchange

ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/$default/GET/pets/7"
_SENT = [("Host", DOMAIN), ("User-Agent", "agent"), ("Authorization", "secret"), ("Cookie", "a=1; b=2")]


def test_format_2() -> None:
    made = http_exchange(_SENT, query="p=1&p=2&q=x", body=b"never passed", variables={"color": "red"})
    event = event_2(made, ("secret", ("1", "2")))
    event["headers"].pop("x-amzn-trace-id")
    context = event.pop("requestContext")
    assert event == {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": ARN,
        "identitySource": ["secret", "1,2"],
        "routeKey": "GET /pets/{id}",
        "rawPath": "/pets/7",
        "rawQueryString": "p=1&p=2&q=x",
        "cookies": ["a=1", "b=2"],
        "headers": {
            "host": DOMAIN,
            "user-agent": "agent",
            "authorization": "secret",
            "content-length": "12",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "queryStringParameters": {"p": "1,2", "q": "x"},
        "pathParameters": {"id": "7"},
        "stageVariables": {"color": "red"},
    }
    assert context["http"] | {"userAgent": "agent"} == context["http"]
    assert set(context) == {
        *("accountId", "apiId", "domainName", "domainPrefix", "http"),
        *("requestId", "routeKey", "stage", "time", "timeEpoch"),
    }


def test_format_1() -> None:
    made = http_exchange(_SENT, query="p=1&p=2&q=x", body=b"never passed", variables={"color": "red"})
    event = event_1(made, ("secret", "x"))
    for headers in (event["headers"], event["multiValueHeaders"]):
        headers.pop("x-amzn-trace-id")
    headers, context = event.pop("headers"), event.pop("requestContext")
    assert event.pop("multiValueHeaders") == {name: [value] for name, value in headers.items()}
    assert headers["authorization"] == "secret"
    assert event == {
        "version": "1.0",
        "type": "REQUEST",
        "methodArn": ARN,
        "identitySource": "secret,x",
        "authorizationToken": "secret,x",
        "resource": "/pets/{id}",
        "path": "/pets/7",
        "httpMethod": "GET",
        "queryStringParameters": {"p": "2", "q": "x"},
        "multiValueQueryStringParameters": {"p": ["1", "2"], "q": ["x"]},
        "pathParameters": {"id": "7"},
        "stageVariables": {"color": "red"},
    }
    assert "authorizer" not in context
    wanted = {
        "accountId": ACCOUNT,
        "apiId": API,
        "stage": "$default",
        "httpMethod": "GET",
        "resourcePath": "/pets/{id}",
    }
    assert wanted.items() <= context.items()
    assert context["identity"]["sourceIp"] == "203.0.113.7"


def test_without_anything() -> None:
    made = http_exchange()
    one: Any = event_1(made, ())
    assert (one["identitySource"], one["authorizationToken"]) == (None, None)
    assert one["queryStringParameters"] == one["multiValueQueryStringParameters"] == one["stageVariables"] == {}
    two: Any = event_2(made, ())
    assert two["identitySource"] is None
    assert not two.keys() & {"cookies", "queryStringParameters", "stageVariables", "body", "isBase64Encoded"}
    assert not one.keys() & {"body", "isBase64Encoded"}


def test_the_arn_has_the_path_as_it_was_routed() -> None:
    made = http_exchange()
    made.path = b"/a%20b/\xff"
    expected = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/$default/GET/a%20b/\ufffd"
    assert event_2(made, ())["routeArn"] == event_1(made, ())["methodArn"] == expected
    made.path = b"/"
    assert event_2(made, ())["routeArn"].endswith("/$default/GET/")


def test_formats() -> None:
    assert {"1.0": event_1, "2.0": event_2} == EVENTS
