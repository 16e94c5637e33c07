"""Stages: literals and shapes of the v2 control-plane facts, section 8."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, missing, refused, shown

NAME = bad("Stage name only allows a-zA-Z0-9_")


def test_defaults(plane: Control) -> None:
    api_id = plane.http_api()
    made = shown(plane.v2.create_stage(ApiId=api_id, StageName="dev"))
    assert made.pop("CreatedDate") == made.pop("LastUpdatedDate")
    assert made == {
        "DefaultRouteSettings": {"DetailedMetricsEnabled": False},
        "RouteSettings": {},
        "StageName": "dev",
        "StageVariables": {},
        "Tags": {},
    }
    made = plane.v2.create_stage(ApiId=plane.websocket_api(), StageName="dev")
    assert made["DefaultRouteSettings"] == {
        "DataTraceEnabled": False,
        "DetailedMetricsEnabled": False,
        "LoggingLevel": "OFF",
    }


@pytest.mark.parametrize("name", ["a.b", "a b", "$x", "é", "x" * 129])
def test_names(plane: Control, name: str) -> None:
    assert refused(plane.v2.create_stage, ApiId=plane.http_api(), StageName=name) == NAME


def test_the_default_stage_is_for_http_apis(plane: Control) -> None:
    api_id = plane.http_api()
    assert plane.v2.create_stage(ApiId=api_id, StageName="$default")["StageName"] == "$default"
    assert plane.v2.create_stage(ApiId=plane.websocket_api(), StageName="$default")["StageName"] == "$default"
    assert refused(plane.v2.create_stage, ApiId=api_id, StageName="$default") == (
        409,
        "ConflictException",
        "Stage already exists",
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"DeploymentId": "x", "AutoDeploy": True},
            bad("DeploymentId cannot be set for a stage with AutoDeploy enabled"),
        ),
        ({"DeploymentId": "none"}, missing("Invalid Deployment identifier specified none")),
        (
            {"StageVariables": {"a-b": "c"}},
            bad("Invalid stage variable name: a-b.  Please use names with only word characters."),
        ),
        (
            {"RouteSettings": {"GET /none": {}}},
            missing("Unable to find Route by key GET /none within the provided RouteSettings"),
        ),
        (
            {"ClientCertificateId": "x"},
            bad("Client certificates are currently not supported for this API protocol type."),
        ),
        ({"Tags": {"aws:x": "y"}}, bad("Invalid tag key: aws:x")),
    ],
)
def test_what_is_refused(plane: Control, given: dict[str, Any], expected: tuple[int, str, str]) -> None:
    assert refused(plane.v2.create_stage, ApiId=plane.http_api(), StageName="dev", **given) == expected


def test_certificates_of_websocket_stages(plane: Control) -> None:
    at = {"ApiId": plane.websocket_api(), "StageName": "dev"}
    assert refused(plane.v2.create_stage, **at, ClientCertificateId="none")[0] == 404
    certificate = plane.rest.generate_client_certificate()["clientCertificateId"]
    assert plane.v2.create_stage(**at, ClientCertificateId=certificate)["ClientCertificateId"] == certificate


def test_updates(plane: Control) -> None:
    api_id = plane.http_api()
    at = {"ApiId": api_id, "StageName": "dev"}
    plane.v2.create_stage(**at, StageVariables={"a": "1", "b": "2"})
    after = plane.v2.update_stage(**at, StageVariables={"a": "", "c": "3"}, Description="d")
    assert (after["StageVariables"], after["Description"]) == ({"b": "2", "c": "3"}, "d")
    deployment = plane.v2.create_deployment(ApiId=api_id)["DeploymentId"]
    plane.published.calls.clear()
    assert plane.v2.update_stage(**at, DeploymentId=deployment)["DeploymentId"] == deployment
    assert [call[:2] for call in plane.published.calls] == [(api_id, "dev")]
    assert plane.v2.update_stage(**at, AutoDeploy=True)["AutoDeploy"] is True
    assert refused(plane.v2.update_stage, **at, DeploymentId=deployment)[:2] == (400, "BadRequestException")


def test_route_settings(plane: Control) -> None:
    at = {"ApiId": plane.http_api(), "StageName": "dev"}
    plane.v2.create_stage(**at)
    settings = {"ThrottlingBurstLimit": 0, "ThrottlingRateLimit": 0.5}
    after = plane.v2.update_stage(**at, RouteSettings={"GET /orders": settings})
    assert after["RouteSettings"] == {"GET /orders": settings}
    plane.v2.delete_route_settings(**at, RouteKey="GET /orders")
    assert plane.v2.get_stage(**at)["RouteSettings"] == {}
    assert refused(plane.v2.delete_route_settings, **at, RouteKey="GET /orders")[0] == 404


def test_the_access_log_can_be_switched_off(plane: Control) -> None:
    at = {"ApiId": plane.http_api(), "StageName": "dev"}
    group = "arn:aws:logs:us-east-1:111111111111:log-group:g"
    made = plane.v2.create_stage(
        **at, AccessLogSettings={"DestinationArn": f"{group}:*", "Format": "$context.requestId"}
    )
    assert made["AccessLogSettings"] == {"DestinationArn": group, "Format": "$context.requestId"}
    plane.v2.delete_access_log_settings(**at)
    assert "AccessLogSettings" not in plane.v2.get_stage(**at)


def test_deletion(plane: Control) -> None:
    at = {"ApiId": plane.http_api(), "StageName": "dev"}
    plane.v2.create_stage(**at)
    plane.v2.delete_stage(**at)
    for operation in (
        plane.v2.get_stage,
        plane.v2.update_stage,
        plane.v2.delete_stage,
        plane.v2.delete_access_log_settings,
    ):
        assert refused(operation, **at) == missing("Invalid stage identifier specified")
    assert plane.v2.get_stages(ApiId=at["ApiId"])["Items"] == []


def test_settings_of_a_route_that_is_gone_hinder_nothing(plane: Control) -> None:
    api_id = plane.http_api()
    settings = {"GET /orders": {"DetailedMetricsEnabled": True}}
    plane.v2.create_stage(ApiId=api_id, StageName="v1", RouteSettings=settings)
    plane.v2.reimport_api(ApiId=api_id, Body="{openapi: 3.0.1, info: {title: empty}}")
    at = {"ApiId": api_id, "StageName": "v1"}
    assert plane.v2.update_stage(**at, Description="d")["RouteSettings"] == settings
    plane.v2.delete_route_settings(**at, RouteKey="GET /orders")
    expected = missing("Unable to find Route by key GET /orders within the provided RouteSettings")
    assert refused(plane.v2.update_stage, **at, RouteSettings=settings) == expected
