"""Events of functions; field by field over whole conversations in tests/plays/test_websocket.py."""

from __future__ import annotations

from gatewright.gateway.grants import Grant
from gatewright.gateway.websocket.events import authorizer_event, header_values, make_event, request_context
from gatewright.gateway.websocket.exchange import CONNECTING, DISCONNECTING
from tests.plays.stage import FakeRequest
from tests.unit.gateway.websocket.support import event

_SENT = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("x-odd-Case", "1"),
    ("Authorization", "AWS4-HMAC-SHA256 x"),
    ("X-Forwarded-For", "198.51.100.1"),
]


def test_messages_have_neither_headers_nor_parameters() -> None:
    assert make_event(event("hi")).keys() == {"requestContext", "body", "isBase64Encoded"}
    assert header_values(event()) == {}


def test_headers_keep_their_spelling_and_authorizers_see_more() -> None:
    request = FakeRequest("GET", "/v1", _SENT, b"")
    exchange = event(kind=CONNECTING, request=request)
    plain = make_event(exchange)
    assert plain["headers"].keys() == {
        "x-odd-Case",
        "X-Amzn-Trace-Id",
        "X-Forwarded-For",
        "X-Forwarded-Port",
        "X-Forwarded-Proto",
    }
    assert plain["headers"]["X-Forwarded-For"] == "198.51.100.1, 203.0.113.7"
    assert "queryStringParameters" not in plain
    asked = authorizer_event(exchange, "arn")
    assert asked["headers"].keys() - plain["headers"].keys() == {"Connection", "Upgrade", "content-length"}
    assert (asked["methodArn"], asked["queryStringParameters"], asked["stageVariables"]) == ("arn", {}, {})
    assert list(header_values(exchange)) == list(plain["headers"])


def test_ends_say_how() -> None:
    exchange = event(kind=DISCONNECTING)
    exchange.ending = (1001, "Going away")
    context = make_event(exchange)["requestContext"]
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (1001, "Going away")


def test_what_is_known_of_the_caller() -> None:
    grant = Grant(identity={"userArn": "arn", "principalOrgId": None}, context={"room": "7"}, latency=3)
    context = request_context(event(grant=grant))
    assert context["identity"] == {"userArn": "arn", "userAgent": "browser", "sourceIp": "203.0.113.7"}
    assert context["authorizer"] == {"room": "7", "integrationLatency": 3}
