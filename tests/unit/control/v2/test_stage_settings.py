from __future__ import annotations

from typing import Any

import pytest

from gatewright.aws.base import AwsError
from gatewright.control.v2 import stage_settings

HTTP, WEBSOCKET = {"ProtocolType": "HTTP"}, {"ProtocolType": "WEBSOCKET"}
GROUP = "arn:aws:logs:us-east-1:111111111111:log-group:g"
STREAM = "arn:aws:firehose:us-east-1:111111111111:deliverystream/amazon-apigateway-x"
LOGS = "Execution logs are not supported on protocolType HTTP"


def changed(api: dict[str, Any], **params: Any) -> dict[str, Any]:
    stage = {"DefaultRouteSettings": stage_settings.defaults(api), "RouteSettings": {"old": {}}}
    stage_settings.change(api, stage, params)
    return stage


def test_defaults_are_merged_and_routes_stand_for_themselves() -> None:
    after = changed(
        HTTP, DefaultRouteSettings={"ThrottlingBurstLimit": 1}, RouteSettings={"new": {"LoggingLevel": "OFF"}}
    )
    assert after["DefaultRouteSettings"] == {"DetailedMetricsEnabled": False, "ThrottlingBurstLimit": 1}
    assert after["RouteSettings"] == {"old": {}, "new": {}}
    after = changed(WEBSOCKET, DefaultRouteSettings={"LoggingLevel": "INFO"})
    assert after["DefaultRouteSettings"]["LoggingLevel"] == "INFO"


def test_empty_access_log_settings_take_them_away() -> None:
    log = {"DestinationArn": GROUP, "Format": "$context.requestId"}
    assert changed(HTTP, AccessLogSettings=log)["AccessLogSettings"] == log
    stage = changed(HTTP, AccessLogSettings=log)
    stage_settings.change(HTTP, stage, {"AccessLogSettings": {}})
    assert "AccessLogSettings" not in stage


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"DefaultRouteSettings": {"LoggingLevel": "INFO"}}, LOGS),
        ({"RouteSettings": {"a": {"DataTraceEnabled": True}}}, LOGS),
        ({"DefaultRouteSettings": {"ThrottlingRateLimit": -1.0}}, "ThrottlingRateLimit must not be negative"),
        ({"AccessLogSettings": {"DestinationArn": GROUP}}, "Access Log value must not be empty"),
        (
            {"AccessLogSettings": {"DestinationArn": GROUP, "Format": "x"}},
            "Access Log format must include either $context.requestId or $context.extendedRequestId",
        ),
        (
            {"AccessLogSettings": {"DestinationArn": STREAM, "Format": "$context.requestId"}},
            "Invalid ARN specified in the request",
        ),
        ({"AccessLogSettings": {"Format": "$context.requestId"}}, "Access Log value must not be empty"),
    ],
)
def test_what_is_refused(params: dict[str, Any], message: str) -> None:
    with pytest.raises(AwsError) as refusal:
        changed(HTTP, **params)
    assert refusal.value.message == message
