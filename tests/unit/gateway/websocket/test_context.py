"""$context of WebSocket APIs."""

from __future__ import annotations

import pytest

from gatewright.gateway.grants import Grant
from gatewright.gateway.websocket.context import VARIABLES, context_members, context_value, value_of
from gatewright.gateway.websocket.exchange import CONNECTING, DISCONNECTING
from tests.unit.gateway.websocket.support import ID, event


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accountId", "123456789012"),
        ("apiId", "abcdefghij"),
        ("stage", "v1"),
        ("deploymentId", "dep123"),
        ("routeKey", "talk"),
        ("eventType", "MESSAGE"),
        ("messageDirection", "IN"),
        ("connectionId", ID),
        ("connectedAt", "1600000000500"),
        ("domainName", "a.test"),
        ("domainPrefix", "a"),
        ("requestTime", "14/Nov/2023:22:13:20 +0000"),
        ("requestTimeEpoch", "1700000000000"),
        ("identity.sourceIp", "203.0.113.7"),
        ("identity.userAgent", "browser"),
        ("identity.userArn", "arn"),
        ("authorizer.room", "7"),
        ("authorizer.integrationLatency", "3"),
        ("httpMethod", None),
        ("nothing", None),
    ],
)
def test_variables(name: str, value: str | None) -> None:
    grant = Grant(identity={"userArn": "arn"}, context={"room": "7"}, latency=3)
    assert context_value(event(grant=grant), name) == value


def test_every_variable_can_be_read_of_every_event() -> None:
    for kind in ("MESSAGE", CONNECTING, DISCONNECTING):
        exchange = event(kind=kind)
        for name in VARIABLES:
            assert value_of(exchange, name) == context_value(exchange, name)
        assert (context_value(exchange, "messageId") is None) == (kind != "MESSAGE")
        assert context_value(exchange, "disconnectStatusCode") is None
        exchange.ending = (1006, "gone")
        assert context_value(exchange, "disconnectStatusCode") == "1006"
        assert context_value(exchange, "disconnectReason") == "gone"
    assert context_value(event(), "authorizer.integrationLatency") is None


def test_members() -> None:
    grant = Grant(identity={"userArn": "arn"}, context={"room": "7"}, latency=3)
    assert context_members(event(grant=grant), "authorizer") == {"room": "7", "integrationLatency": "3"}
    assert context_members(event(grant=grant), "identity") == {
        "sourceIp": "203.0.113.7",
        "userAgent": "browser",
        "userArn": "arn",
    }
    assert context_members(event(), "authorizer") == {}
    assert context_members(event(), "other") == {}
