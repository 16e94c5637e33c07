from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from gatewright.edge.target import Target
from gatewright.gateway.access_quick import quick
from gatewright.gateway.access_variables import REST, Read
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Exchange, Plan
from gatewright.gateway.grants import Grant
from gatewright.program.telemetry import StageTelemetry
from tests.plays.stage import API, function
from tests.unit.gateway.support import exchange


def ended(made: Exchange, status: int = 200, **fields: Any) -> Exchange:
    made.status, made.sent, made.latency, made.ended_at = status, 12, 0.0256, made.clock.now()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def value(table: Mapping[str, Read], name: str, made: Exchange) -> str | None:
    found = table[name]
    return quick(found, made) if isinstance(found, int) else found(made)


def read(made: Exchange, *names: str) -> list[str | None]:
    return [value(REST, name, made) for name in names]


def test_how_an_exchange_ended() -> None:
    made = ended(exchange(), integration_latency=0.0101, integration_status=201)
    names = ("status", "responseLength", "responseLatency", "integrationLatency", "integrationStatus")
    assert read(made, *names) == ["200", "12", "26", "10", "201"]
    assert read(made, "integration.latency", "integration.integrationStatus") == ["10", "201"]
    assert read(ended(exchange()), "integrationLatency", "integrationStatus") == [None, None]
    # The clock stands still: the request came 25.6 ms ago.
    assert read(made, "requestTimeEpoch", "requestTime") == ["1699999999974", "14/Nov/2023:22:13:19 +0000"]


def test_what_a_function_has_answered_is_not_what_its_service_has() -> None:
    made = ended(exchange(integration=function()), 418, integration_latency=0.01, integration_status=200)
    assert read(made, "integration.status", "integrationStatus") == ["418", "200"]
    made.error = configuration_error("Malformed")
    assert read(made, "integration.status", "integrationStatus") == [None, "200"]
    assert read(ended(exchange(), integration_status=503), "integration.status") == ["503"]


def test_ids_of_the_endpoint() -> None:
    headers = [(b"X-Amzn-RequestId", b"abc"), (b"x-amz-id-2", b"def")]
    made = ended(exchange(), integration_headers=headers)
    names = ("awsEndpointRequestId", "integration.requestId", "awsEndpointRequestId2")
    assert read(made, *names) == ["abc", "abc", "def"]
    assert read(ended(exchange()), *names) == [None] * 3


ERRORS = ("error.message", "error.messageString", "error.responseType", "error.validationErrorString")


def test_errors() -> None:
    assert read(ended(exchange()), *ERRORS, "integration.error") == [None] * 5
    bad = GatewayError("BAD_REQUEST_BODY", 'a "b"', validation="[x]")
    assert read(ended(exchange(), error=bad), *ERRORS) == ['a "b"', r'"a \"b\""', "BAD_REQUEST_BODY", "[x]"]
    broken = configuration_error("Invalid endpoint address")
    told = "Execution failed due to configuration error: Invalid endpoint address"
    assert read(ended(exchange(), error=broken), "integration.error") == [told]
    assert read(ended(exchange(), error=GatewayError("AUTHORIZER_FAILURE")), *ERRORS[:2]) == [None, None]


AUTHORIZER = ("authorizer.error", "authorizer.status", "authorizer.latency", "authorizer.integrationStatus")
SIGNATURE = ("authenticate.status", "authenticate.error", "authorize.status", "authorize.error")


@pytest.mark.parametrize(
    ("authorization", "error", "grant", "authorizer", "signature"),
    [
        ("NONE", None, None, [None] * 4, [None] * 4),
        ("CUSTOM", None, Grant(latency=7), [None, "200", "7", "200"], [None, None, "200", None]),
        ("CUSTOM", GatewayError("UNAUTHORIZED"), None, ["Unauthorized", "401", None, None], [None] * 4),
        (
            "CUSTOM",
            GatewayError("ACCESS_DENIED", "no"),
            Grant(latency=3),
            ["no", "403", "3", "200"],
            [None, None, "403", "no"],
        ),
        ("AWS_IAM", None, Grant(), [None, "200", None, None], ["200", None, "200", None]),
        (
            "AWS_IAM",
            GatewayError("INVALID_SIGNATURE", "bad"),
            None,
            ["bad", "403", None, None],
            ["403", "bad", None, None],
        ),
        ("AWS_IAM", GatewayError("THROTTLED"), Grant(), [None, "200", None, None], ["200", None, "200", None]),
        ("NONE", GatewayError("ACCESS_DENIED", "policy"), None, [None] * 4, [None, None, "403", "policy"]),
    ],
)
def test_authorizers(
    authorization: str,
    error: GatewayError | None,
    grant: Grant | None,
    authorizer: list[str | None],
    signature: list[str | None],
) -> None:
    made = ended(exchange(authorization=authorization), error=error, grant=grant)
    assert read(made, *AUTHORIZER) == authorizer
    assert read(made, *SIGNATURE) == signature


@pytest.mark.parametrize(("base", "shown"), [(None, None), (b"", "(none)"), (b"/v1", "v1"), (b"/a/b", "a/b")])
def test_base_paths(base: bytes | None, shown: str | None) -> None:
    made = ended(exchange())
    made.target = Target(API, b"/v1/things/7", base=base)
    assert read(made, "customDomain.basePathMatched") == [shown]


def test_traces_of_stages_that_trace() -> None:
    made = ended(exchange({"X-Amzn-Trace-Id": "Root=1-65535900-abc;Sampled=1"}))
    assert read(made, "xrayTraceId") == [None]
    made.program = replace(made.program, telemetry=StageTelemetry(tracing=True, endpoint_type="REGIONAL"))
    assert read(made, "xrayTraceId", "endpointType") == ["1-65535900-abc", "REGIONAL"]


def test_answers_that_are_streamed() -> None:
    names = ("integration.responseTransferMode", "integration.timeToAllHeaders")
    made = ended(exchange(integration=function()), integration_latency=0.01)
    assert read(made, *names) == ["BUFFERED", None]
    method = made.plan.method
    made.plan = Plan("GET", replace(method, integration=replace(method.integration, streaming=True)), (), ())  # type: ignore[arg-type]
    assert read(made, *names) == ["STREAMED", "10"]
