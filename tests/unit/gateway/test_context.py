from __future__ import annotations

import pytest

from gatewright.gateway.context import context_value
from tests.plays.stage import ACCOUNT, API
from tests.unit.gateway.support import exchange


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accountId", ACCOUNT),
        ("apiId", API),
        ("stage", "v1"),
        ("deploymentId", "dep123"),
        ("resourcePath", "/things/{id}"),
        ("httpMethod", "GET"),
        ("path", "/v1/things/7%207"),
        ("protocol", "HTTP/1.1"),
        ("domainName", f"{API}.execute-api.us-east-1.amazonaws.com"),
        ("domainPrefix", API),
        ("requestTime", "14/Nov/2023:22:13:20 +0000"),
        ("requestTimeEpoch", "1700000000000"),
        ("identity.sourceIp", "203.0.113.7"),
        ("identity.userAgent", "curl"),
        ("identity.vpceId", None),
        ("identity.caller", None),
        ("operationName", None),
        ("nothing", None),
    ],
)
def test_variables(name: str, value: str | None) -> None:
    assert context_value(exchange({"User-Agent": "curl"}), name) == value


def test_ids_are_those_of_the_exchange() -> None:
    made = exchange()
    assert context_value(made, "requestId") == made.request_id.decode()
    assert context_value(made, "extendedRequestId") == made.extended_id.decode()
    assert context_value(made, "resourceId") == made.method.resource_id


def test_the_request_time_is_when_the_request_came() -> None:
    made = exchange()
    made.clock.advance(5)  # type: ignore[attr-defined]  # the fake clock of these tests
    assert context_value(made, "requestTimeEpoch") == "1700000000000"
