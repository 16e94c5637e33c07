"""What the recorded events do not show; they are compared in tests/plays/test_aws_proxy.py."""

from __future__ import annotations

import json
from typing import cast

from gatewright.gateway.grants import Grant
from gatewright.gateway.integrations.event import encode_event, make_event
from gatewright.net.base import Header
from gatewright.program.usage import ApiKey
from tests.plays.stage import ACCOUNT
from tests.unit.gateway.support import exchange


def test_repeated_headers_keep_the_last_and_all() -> None:
    event = make_event(exchange([("X-A", "1"), ("X-A", "2"), ("authorization", "t"), ("Connection", "close")]))
    assert event["headers"]["X-A"] == "2"
    assert event["multiValueHeaders"]["X-A"] == ["1", "2"]
    assert event["headers"]["Authorization"] == "t"
    assert "Connection" not in event["headers"]
    assert event["headers"].keys() == event["multiValueHeaders"].keys()


def test_forwarding_headers_are_the_gateways() -> None:
    sent = {"x-forwarded-for": "198.51.100.1", "X-Forwarded-Proto": "gopher", "Host": "h:81"}
    headers = make_event(exchange(sent))["headers"]
    assert headers["X-Forwarded-For"] == "198.51.100.1, 203.0.113.7"
    assert (headers["X-Forwarded-Proto"], headers["X-Forwarded-Port"], headers["Host"]) == ("https", "81", "h:81")
    assert "x-forwarded-for" not in headers


def test_bytes_that_are_no_text_do_not_stop_the_event() -> None:
    made = exchange([("X-A", "x")], b"\xff\xfe")
    cast("list[Header]", made.request.headers).append((b"X-B", b"\xff"))
    event = json.loads(encode_event(made))
    assert event["headers"]["X-B"] == "�"
    assert event["body"] == "��"
    assert event["pathParameters"] == {"id": "7%207"}


def test_forwarded_addresses_keep_their_order() -> None:
    event = make_event(exchange([("X-Forwarded-For", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2, 3.3.3.3")]))
    assert event["multiValueHeaders"]["X-Forwarded-For"] == ["1.1.1.1, 2.2.2.2, 3.3.3.3, 203.0.113.7"]


def test_what_a_lambda_authorizer_said() -> None:
    made = exchange(authorization="CUSTOM")
    said = {"principalId": "u1", "key": "value"}
    made.grant = Grant(context=said, latency=12)
    context = json.loads(encode_event(made))["requestContext"]
    assert context["authorizer"] == {"principalId": "u1", "key": "value", "integrationLatency": 12}
    assert said == {"principalId": "u1", "key": "value"}  # other requests share it


def test_claims_are_no_call() -> None:
    made = exchange(authorization="COGNITO_USER_POOLS")
    made.grant = Grant(context={"claims": {"sub": "s"}}, latency=12)
    assert make_event(made)["requestContext"]["authorizer"] == {"claims": {"sub": "s"}}


def test_who_signed() -> None:
    made = exchange(authorization="AWS_IAM")
    made.grant = Grant(identity={"accessKey": "AKIA", "caller": "AIDA", "userArn": "arn:u"})
    context = make_event(made)["requestContext"]
    assert "authorizer" not in context
    assert context["identity"]["accessKey"] == "AKIA"
    assert context["identity"]["userArn"] == "arn:u"
    assert context["identity"]["user"] is None
    assert context["identity"]["sourceIp"] == "203.0.113.7"


def test_nobody_asked() -> None:
    assert "authorizer" not in make_event(exchange())["requestContext"]


def test_the_api_key_of_a_method_that_requires_one() -> None:
    made = exchange()
    assert "apiKey" not in make_event(made)["requestContext"]["identity"]
    made.api_key = ApiKey((ACCOUNT, "us-east-1"), "keyid", "secret", "name", None, ())
    identity = make_event(made)["requestContext"]["identity"]
    assert (identity["apiKey"], identity["apiKeyId"]) == ("secret", "keyid")
