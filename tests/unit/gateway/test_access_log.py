from __future__ import annotations

import dataclasses

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway import access_log
from gatewright.gateway.access_log import Format, destination_of
from gatewright.gateway.access_variables import REST
from gatewright.gateway.base import Telemetry
from gatewright.telemetry.base import Destination, Source
from tests.plays.stage import ACCOUNT, API
from tests.plays.written import Written
from tests.unit.gateway.support import exchange
from tests.unit.gateway.test_series import rest

GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:my/group"
STREAM = f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/amazon-apigateway-x"


@pytest.mark.parametrize(
    ("arn", "form", "canary", "destination"),
    [
        (GROUP, "f", False, Destination("logs", ACCOUNT, "us-east-1", "my/group")),
        (GROUP, "f\n", True, Destination("logs", ACCOUNT, "us-east-1", "my/group/Canary")),
        (STREAM, "f", False, Destination("firehose", ACCOUNT, "us-east-1", "amazon-apigateway-x")),
        (STREAM, "f\n", True, Destination("firehose", ACCOUNT, "us-east-1", "amazon-apigateway-x", "\n")),
        ("arn", "f", False, None),
        ("arn:aws:s3:::bucket:b:c", "f", False, None),
    ],
)
def test_arns_are_destinations(arn: str, form: str, canary: bool, destination: Destination | None) -> None:
    assert destination_of(arn, form, canary=canary) == destination


def test_a_stage_without_settings_is_not_watched() -> None:
    written = Written()
    telemetry = Telemetry(FakeClock(), written)
    settings = {"destinationArn": GROUP, "format": "$context.requestId\n"}
    assert access_log.build(rest(), telemetry) is None
    assert access_log.build(rest(accessLogSettings=settings), Telemetry(FakeClock())) is None
    assert access_log.build(rest(accessLogSettings=settings | {"destinationArn": "arn"}), telemetry) is None
    assert access_log.build(rest(accessLogSettings=settings), telemetry) is not None
    canary = dataclasses.replace(rest(accessLogSettings=settings), is_canary=True)
    assert access_log.build(canary, telemetry) is not None
    assert [log.source for log in written.logs] == [
        Source("access", API, "v1"),
        Source("access", API, "v1", canary=True),
    ]
    assert written.logs[1].destination.name == "my/group/Canary"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("$context.apiId/$context.stage $context.accountId $context.protocol", f"{API}/v1 {ACCOUNT} HTTP/1.1"),
        ("$context.nothing $context.wafResponseCode", "- -"),
        ("$context.httpMethod-now $context.nothing-now", "GET-now --now"),
        ("$context.authorizer.principalId $context.identity.user", "- -"),
        ("$context.error.messageString", "-"),
    ],
)
def test_what_is_known_and_what_is_not(text: str, line: str) -> None:
    assert Format(rest(), text, REST).line(exchange()) == line


def test_values_that_come_again_are_remembered_within_bounds() -> None:
    form = Format(rest(), '{"a": "$context.identity.userAgent"}', REST)
    for agent in ["x", "y", "x", *map(str, range(600)), "x" * 300, 'q"']:
        escaped = agent.replace('"', r"\"")
        assert form.line(exchange({"User-Agent": agent})) == f'{{"a": "{escaped}"}}'


def test_what_an_exchange_has_not_come_to_is_absent() -> None:
    fresh = exchange()
    del fresh.plan
    assert Format(rest(), "$context.resourcePath $context.integration.status", REST).line(fresh) == "- -"
