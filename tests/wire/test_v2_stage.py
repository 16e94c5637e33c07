"""Stages through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails

GROUP = "arn:aws:logs:us-east-1:111111111111:log-group:g"


def test_stages(v2: Any, http_api: str) -> None:
    v2.create_route(ApiId=http_api, RouteKey="GET /orders")
    at = {"ApiId": http_api, "StageName": "v1"}
    log = {"DestinationArn": GROUP, "Format": "$context.requestId"}
    made = v2.create_stage(**at, AutoDeploy=True, AccessLogSettings=log)
    assert made["LastDeploymentStatusMessage"].startswith("Successfully deployed stage with deployment ID")
    throttled = {"GET /orders": {"ThrottlingBurstLimit": 1000, "ThrottlingRateLimit": 500.0}}
    assert v2.update_stage(**at, RouteSettings=throttled)["RouteSettings"] == throttled
    v2.delete_route_settings(**at, RouteKey="GET /orders")
    v2.delete_access_log_settings(**at)
    found = v2.get_stage(**at)
    assert (found["RouteSettings"], "AccessLogSettings" in found) == ({}, False)
    assert [each["StageName"] for each in v2.get_stages(ApiId=http_api)["Items"]] == ["v1"]
    v2.reset_authorizers_cache(**at)
    fails(409, "Stage already exists", v2.create_stage, **at)
    fails(404, "Unable to find Route by key GET /x", v2.update_stage, **at, RouteSettings={"GET /x": {}})
    fails(404, "Unable to find Route by key GET /x", v2.delete_route_settings, **at, RouteKey="GET /x")
    v2.delete_stage(**at)
    gone = (v2.get_stage, v2.update_stage, v2.delete_stage, v2.delete_access_log_settings, v2.reset_authorizers_cache)
    for operation in gone:
        fails(404, "Invalid stage identifier specified", operation, **at)
    fails(404, "Invalid API identifier specified nothing", v2.get_stages, ApiId="nothing")
