from __future__ import annotations

from typing import Any

import pytest

from gatewright.deploy import telemetry
from gatewright.program.telemetry import SILENT, AccessLog, Logging, MethodTelemetry, StageTelemetry

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:access"


def test_a_stage_says_where_its_access_log_goes() -> None:
    stage = {"accessLogSettings": {"destinationArn": GROUP, "format": "$context.requestId"}, "tracingEnabled": True}
    wanted = StageTelemetry("pets", AccessLog(GROUP, "$context.requestId"), tracing=True, endpoint_type="EDGE")
    assert telemetry.of_stage({"name": "pets"}, stage) == wanted
    private = {"name": "pets", "endpointConfiguration": {"types": ["PRIVATE"]}}
    assert telemetry.of_stage(private, {}) == StageTelemetry("pets", endpoint_type="PRIVATE")
    stage = {"AccessLogSettings": {"DestinationArn": GROUP, "Format": "$context.requestId"}}
    assert telemetry.of_stage_2({"Name": "pets"}, stage).access_log == wanted.access_log
    assert telemetry.of_stage_2({}, {"AccessLogSettings": {"DestinationArn": GROUP}}).access_log is None


METHODS: list[tuple[dict[str, Any], MethodTelemetry]] = [
    ({}, SILENT),
    ({"loggingLevel": "OFF", "dataTraceEnabled": True}, SILENT),
    ({"metricsEnabled": True}, MethodTelemetry(None, detailed=True)),
    ({"loggingLevel": "INFO"}, MethodTelemetry(Logging("INFO", data_trace=False))),
    ({"loggingLevel": "INFO", "dataTraceEnabled": True}, MethodTelemetry(Logging("INFO", data_trace=True))),
    ({"loggingLevel": "ERROR", "dataTraceEnabled": True}, MethodTelemetry(Logging("ERROR", data_trace=False))),
]


@pytest.mark.parametrize(("setting", "wanted"), METHODS)
def test_settings_of_methods(setting: dict[str, Any], wanted: MethodTelemetry) -> None:
    assert telemetry.of_method(setting) == wanted


def test_settings_of_a_route_replace_those_of_the_stage() -> None:
    stage = {
        "DefaultRouteSettings": {"LoggingLevel": "INFO", "DetailedMetricsEnabled": True},
        "RouteSettings": {"GET /pets": {"LoggingLevel": "ERROR"}},
    }
    assert telemetry.of_route(stage, "$default") == MethodTelemetry(Logging("INFO", data_trace=False), detailed=True)
    assert telemetry.of_route(stage, "GET /pets") == MethodTelemetry(Logging("ERROR", data_trace=False))
