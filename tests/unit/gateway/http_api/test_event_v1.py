"""The event of payload format 1.0 as HTTP APIs send it, member by member."""

from __future__ import annotations

from typing import Any

from gatewright.edge.target import Door
from gatewright.gateway.grants import Grant
from gatewright.gateway.http_api.event import see
from gatewright.gateway.http_api.event_v1 import make_event, resource_of
from tests.plays.http_api import DOMAIN, HttpPlay, function, http_document, route
from tests.plays.stage import ACCOUNT, API
from tests.unit.gateway.http_api.support import http_exchange

_SENT = [("Host", DOMAIN), ("User-Agent", "agent"), ("Header1", "v1"), ("header1", "v2"), ("Cookie", "a=1; b=2")]


def test_the_whole_event() -> None:
    play = HttpPlay(route("GET /pets/{id}", function("1.0")), stage="v1", variables={"color": "red"})
    call = play.client("GET", "/v1/pets/a%20b?p=1&p=2&q=x", _SENT)
    event = call.event
    context = event["requestContext"]
    trace = event["headers"].pop("x-amzn-trace-id")
    assert event["multiValueHeaders"].pop("x-amzn-trace-id") == [trace]
    time, epoch = context.pop("requestTime"), context.pop("requestTimeEpoch")
    assert time.endswith(" +0000")
    assert epoch == int(play.clock.now() * 1000)
    assert context.pop("requestId") == context.pop("extendedRequestId")
    single = {
        "host": DOMAIN,
        "user-agent": "agent",
        "header1": "v2",
        "cookie": "a=1; b=2",
        "content-length": "0",
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    assert event == {
        "version": "1.0",
        "resource": "/pets/{id}",
        "path": "/v1/pets/a b",
        "httpMethod": "GET",
        "headers": single,
        "multiValueHeaders": {name: [value] for name, value in single.items()} | {"header1": ["v1", "v2"]},
        "queryStringParameters": {"p": "2", "q": "x"},
        "multiValueQueryStringParameters": {"p": ["1", "2"], "q": ["x"]},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API,
            "domainName": DOMAIN,
            "domainPrefix": API,
            "httpMethod": "GET",
            "identity": {
                "accessKey": None,
                "accountId": None,
                "caller": None,
                "cognitoAuthenticationProvider": None,
                "cognitoAuthenticationType": None,
                "cognitoIdentityId": None,
                "cognitoIdentityPoolId": None,
                "principalOrgId": None,
                "sourceIp": "203.0.113.7",
                "user": None,
                "userAgent": "agent",
                "userArn": None,
            },
            "path": "/v1/pets/a b",
            "protocol": "HTTP/1.1",
            "resourceId": None,
            "resourcePath": "/pets/{id}",
            "stage": "v1",
        },
        "pathParameters": {"id": "a b"},
        "stageVariables": {"color": "red"},
        "body": None,
        "isBase64Encoded": False,
    }


def test_what_is_empty_is_null() -> None:
    event = HttpPlay(route("$default", function("1.0"))).client("GET", "/").event
    empty = (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    )
    assert [event[name] for name in empty] == [None] * len(empty)
    assert event["resource"] == event["requestContext"]["resourcePath"] == "$default"


def test_under_a_domain_name_the_path_has_the_mapping_s_key() -> None:
    play = HttpPlay()
    play.add(http_document(route("GET /pets", function("1.0")), stage="v1"))
    own: dict[str, Any] = {"domain": "api.example.com", "door": Door.DOMAIN}
    event = play.client("GET", "/shop/a/pets", whole=b"/v1/pets", base=b"/shop/a", **own).event
    assert event["path"] == "/shop/a/pets"
    assert play.client("GET", "/pets", whole=b"/v1/pets", base=b"", **own).event["path"] == "/pets"


def test_resources() -> None:
    assert [resource_of(key) for key in ("GET /a/{b}", "$default")] == ["/a/{b}", "$default"]


def test_what_an_authorizer_said() -> None:
    said = {"claims": {"sub": "s"}, "scopes": None}
    made = http_exchange(grant=Grant(context=said, payload2={"jwt": said}))
    context = make_event(made, see(made, ()))["requestContext"]
    assert context["authorizer"] == said
    assert context["identity"]["caller"] is None


def test_who_signed() -> None:
    made = http_exchange(grant=Grant(identity={"caller": "AIDA", "accessKey": "AKIA"}, payload2={"iam": {}}))
    context = make_event(made, see(made, ()))["requestContext"]
    assert "authorizer" not in context
    assert (context["identity"]["caller"], context["identity"]["accessKey"]) == ("AIDA", "AKIA")
    assert context["identity"]["sourceIp"] == "203.0.113.7"
