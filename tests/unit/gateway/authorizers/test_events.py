from __future__ import annotations

import json

from gatewright.gateway.authorizers.events import request_event, token_event
from tests.plays.stage import ACCOUNT, API
from tests.unit.gateway.support import exchange

_ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1/GET/things/7%207"


def test_a_token() -> None:
    assert token_event(_ARN, 'Bearer "ä"') == (
        f'{{"type":"TOKEN","methodArn":"{_ARN}","authorizationToken":"Bearer \\"ä\\""}}'.encode()
    )


def test_a_request() -> None:
    made = exchange(
        [("Host", "api.test"), ("X-User", "a"), ("x-user", "b"), ("X-Amzn-Trace-Id", "Root=1;Parent=2")],
        b"the body",
        "q=1&q=2",
        variables={"tier": "gold"},
    )
    event = json.loads(request_event(made, _ARN))
    context = event.pop("requestContext")
    forwarded = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https"}
    headers = {"Host": "api.test", "X-User": "a", "x-user": "b", "X-Amzn-Trace-Id": "Root=1;Parent=2"} | forwarded
    assert event == {
        "type": "REQUEST",
        "methodArn": _ARN,
        "resource": "/things/{id}",
        "path": "/things/7%207",
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {"q": "2"},
        "multiValueQueryStringParameters": {"q": ["1", "2"]},
        "pathParameters": {"id": "7%207"},
        "stageVariables": {"tier": "gold"},
    }
    assert "authorizer" not in context
    assert {name: context[name] for name in ("resourcePath", "httpMethod", "path", "accountId", "apiId", "stage")} == {
        "resourcePath": "/things/{id}",
        "httpMethod": "GET",
        "path": "/v1/things/7%207",
        "accountId": ACCOUNT,
        "apiId": API,
        "stage": "v1",
    }
    assert context["requestId"] == made.request_id.decode()
    assert context["identity"]["sourceIp"] == "203.0.113.7"


def test_what_is_empty_is_an_empty_map() -> None:
    event = json.loads(request_event(exchange(), _ARN))
    assert event["queryStringParameters"] == event["multiValueQueryStringParameters"] == event["stageVariables"] == {}
    assert "body" not in event
    assert list(event)[:2] == ["type", "methodArn"]
