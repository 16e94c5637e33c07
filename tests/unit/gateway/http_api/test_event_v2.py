"""The event of payload format 2.0, member by member. Source: the developer guide's example and what was observed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gatewright.gateway.grants import Grant
from gatewright.gateway.http_api.event import see
from gatewright.gateway.http_api.event_v2 import make_event
from tests.plays.http_api import DOMAIN, HttpPlay, function, route
from tests.plays.stage import ACCOUNT, API, FUNCTION
from tests.unit.gateway.http_api.support import http_exchange

_SENT = [
    ("Host", DOMAIN),
    ("User-Agent", "agent"),
    ("Header1", "value1"),
    ("header1", "value2"),
    ("Cookie", "cookie1=a; cookie2=b"),
    ("Cookie", "cookie3=c"),
    ("Content-Type", "application/json; charset=utf-8"),
    ("Content-Length", "15"),
    ("Connection", "keep-alive"),
    ("X-Forwarded-For", "198.51.100.1"),
]


def _event(url: str = "/pets/7", headers: Any = (), body: bytes = b"", **play: Any) -> Any:
    return HttpPlay(route("ANY /pets/{id}", function()), **play).client("POST", url, headers, body).event


def test_the_whole_event() -> None:
    play = HttpPlay(route("POST /{stage}/pets/{id}", function()), variables={"color": "red"})
    call = play.client("POST", "/v1/pets/a%20b?p=1&p=2&q=x%2By+z&empty", _SENT, b'{"name": "ada"}')
    event = call.event
    trace = event["headers"].pop("x-amzn-trace-id")
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", trace)
    context = event["requestContext"]
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000", context.pop("time"))
    assert context.pop("timeEpoch") == int(play.clock.now() * 1000)
    assert len(context.pop("requestId")) == 16
    assert event == {
        "version": "2.0",
        "routeKey": "POST /{stage}/pets/{id}",
        "rawPath": "/v1/pets/a b",
        "rawQueryString": "p=1&p=2&q=x%2By+z&empty",
        "cookies": ["cookie1=a", "cookie2=b", "cookie3=c"],
        "headers": {
            "host": DOMAIN,
            "user-agent": "agent",
            "header1": "value1,value2",
            "content-type": "application/json; charset=utf-8",
            "content-length": "15",
            "x-forwarded-for": "198.51.100.1, 203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "queryStringParameters": {"p": "1,2", "q": "x+y z", "empty": ""},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API,
            "domainName": DOMAIN,
            "domainPrefix": API,
            "http": {
                "method": "POST",
                "path": "/v1/pets/a b",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "agent",
            },
            "routeKey": "POST /{stage}/pets/{id}",
            "stage": "$default",
        },
        "pathParameters": {"stage": "v1", "id": "a b"},
        "body": '{"name": "ada"}',
        "stageVariables": {"color": "red"},
        "isBase64Encoded": False,
    }


def test_what_is_empty_is_absent() -> None:
    event = HttpPlay(route("$default", function())).client("GET", "/").event
    assert list(event) == [
        "version",
        "routeKey",
        "rawPath",
        "rawQueryString",
        "headers",
        "requestContext",
        "isBase64Encoded",
    ]
    assert (event["routeKey"], event["rawPath"], event["rawQueryString"]) == ("$default", "/", "")
    assert event["headers"]["content-length"] == "0"
    assert event["requestContext"]["http"]["userAgent"] == ""


def test_the_request_id_is_the_answer_s() -> None:
    call = HttpPlay(route("$default", function())).client("GET", "/")
    wanted = call.event["requestContext"]["requestId"]
    assert call.function_returns({}).headers["Apigw-Requestid"] == wanted


def test_greedy_values_are_decoded_and_keep_their_slashes() -> None:
    play = HttpPlay(route("GET /a/{proxy+}", function()))
    assert play.client("GET", "/a/b%2Bc/d/").event["pathParameters"] == {"proxy": "b+c/d/"}


def test_text_and_binary_bodies() -> None:
    for kind, body, seen in (
        ("text/csv; header=present", b"a,b", ("a,b", False)),
        ("application/XML", b"<a/>", ("<a/>", False)),
        ("application/javascript", b"1", ("1", False)),
        ("application/x-www-form-urlencoded", b"a=1", ("YT0x", True)),
        ("multipart/form-data; boundary=x", b"a=1", ("YT0x", True)),
        ("image/png", b"\x89P", ("iVA=", True)),
        ("application/vnd.api+json", b"{}", ("e30=", True)),
        (None, b"a=1", ("YT0x", True)),
    ):
        event = _event(headers={} if kind is None else {"Content-Type": kind}, body=body)
        assert (event["body"], event["isBase64Encoded"]) == seen, kind


def test_how_the_function_is_called() -> None:
    play = HttpPlay(route("ANY /pets/{id}", function()), stage="v1")
    call = play.client("PUT", "/v1/pets/7")
    target = f"/2015-03-31/functions/{FUNCTION.replace(':', '%3A')}/invocations"
    assert (call.backend.method, call.backend.target, call.backend.timeout) == ("POST", target, 30.0)
    headers = call.backend_headers
    assert headers["x-gatewright-source-arn"] == f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1/*/pets/{{id}}"
    assert headers["x-gatewright-source-account"] == ACCOUNT
    assert headers["x-amz-invocation-type"] == "RequestResponse"
    default = HttpPlay(route("$default", function())).client("PUT", "/").backend_headers
    assert default["x-gatewright-source-arn"].endswith(f"{API}/$default/$default")


@pytest.mark.parametrize(
    "said",
    [
        {"lambda": {"key": "value", "list": [1, {"a": None}]}},
        {"jwt": {"claims": {"sub": "s"}, "scopes": None}},
        {"iam": {"accessKey": "AKIA", "cognitoIdentity": None}},
    ],
)
def test_what_an_authorizer_said(said: Any) -> None:
    made = http_exchange(grant=Grant(context={"key": "another form"}, payload2=said))
    assert make_event(made, see(made, ()))["requestContext"]["authorizer"] == said


def test_nobody_asked() -> None:
    for grant in (None, Grant()):
        made = http_exchange(grant=grant)
        assert "authorizer" not in make_event(made, see(made, ()))["requestContext"]
