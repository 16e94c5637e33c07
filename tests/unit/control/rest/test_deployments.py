"""Literals recorded from AWS in the tests of deployments and canaries (control-plane facts, section 4)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.control.support import Control, patch, refused

IN_USE = "Active stages pointing to this deployment must be moved or deleted"
CANARY_IN_USE = "Active stages with canary settings pointing to this deployment must be moved or deleted"


def test_an_api_without_methods(plane: Control) -> None:
    api_id, root = plane.api()
    assert refused(plane.rest.create_deployment, restApiId=api_id) == (
        400,
        "BadRequestException",
        "The REST API doesn't contain any methods",
    )
    plane.rest.put_method(restApiId=api_id, resourceId=root, httpMethod="GET", authorizationType="NONE")
    assert refused(plane.rest.create_deployment, restApiId=api_id) == (
        400,
        "BadRequestException",
        "No integration defined for method",
    )


def test_a_private_api_needs_a_policy(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    changes = [patch("replace", "/endpointConfiguration/types/EDGE", "PRIVATE")]
    plane.rest.update_rest_api(restApiId=api_id, patchOperations=changes)
    assert refused(plane.rest.create_deployment, restApiId=api_id, stageName="v1") == (
        400,
        "BadRequestException",
        "Private REST API doesn't have a resource policy attached to it",
    )
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    plane.rest.update_rest_api(restApiId=api_id, patchOperations=[patch("replace", "/policy", policy)])
    assert plane.rest.create_deployment(restApiId=api_id, stageName="v1")["id"]


def test_a_deployment_is_a_snapshot(plane: Control) -> None:
    api_id, root = plane.mock_api()
    made = plane.rest.create_deployment(restApiId=api_id, description="first")
    at = {"restApiId": api_id, "deploymentId": made["id"]}
    plane.rest.put_method(
        restApiId=api_id, resourceId=root, httpMethod="POST", authorizationType="AWS_IAM", apiKeyRequired=True
    )
    found = plane.rest.get_deployment(**at, embed=["apisummary"])
    assert found["apiSummary"] == {"/": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}}
    assert "apiSummary" not in plane.rest.get_deployment(**at)
    assert plane.rest.get_deployments(restApiId=api_id)["items"][0]["description"] == "first"
    changed = plane.rest.update_deployment(**at, patchOperations=[patch("replace", "/description", "second")])
    assert changed["description"] == "second"


def test_a_stage_is_made_or_moved(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    at = {"restApiId": api_id, "stageName": "s1"}
    first = plane.rest.create_deployment(
        **at, stageDescription="stage", description="deployment", variables={"a": "1"}, tracingEnabled=True
    )["id"]
    stage = plane.rest.get_stage(**at)
    assert (stage["deploymentId"], stage["description"], stage["tracingEnabled"]) == (first, "stage", True)
    second = plane.rest.create_deployment(**at)["id"]
    stage = plane.rest.get_stage(**at)
    assert (stage["deploymentId"], stage["description"], stage["variables"]) == (second, "stage", {"a": "1"})
    third = plane.rest.create_deployment(**at, variables={"b": "2"}, cacheClusterEnabled=True)["id"]
    stage = plane.rest.get_stage(**at)
    assert (stage["deploymentId"], stage["variables"]) == (third, {"b": "2"})
    assert (stage["cacheClusterStatus"], stage["cacheClusterSize"]) == ("AVAILABLE", "0.5")


def test_a_deployment_in_use_stays(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    at = {"restApiId": api_id, "stageName": "s1"}
    first = plane.rest.create_deployment(**at)["id"]
    canary = plane.rest.create_deployment(**at, canarySettings={"percentTraffic": 1.0})["id"]
    for used, message in ((first, IN_USE), (canary, CANARY_IN_USE)):
        expected = (400, "BadRequestException", message)
        assert refused(plane.rest.delete_deployment, restApiId=api_id, deploymentId=used) == expected
    plane.rest.delete_stage(**at)
    plane.rest.delete_deployment(restApiId=api_id, deploymentId=first)
    expected = (404, "NotFoundException", "Invalid Deployment identifier specified")
    assert refused(plane.rest.get_deployment, restApiId=api_id, deploymentId=first) == expected
    assert [each["id"] for each in plane.rest.get_deployments(restApiId=api_id)["items"]] == [canary]


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        ({}, "Non null and non empty stageName must be provided for canary deployment. Provided value is null"),
        (
            {"stageName": ""},
            "Non null and non empty stageName must be provided for canary deployment. Provided value is ",
        ),
        ({"stageName": "s9"}, "Stage s9 must already be created before making a canary release deployment"),
    ],
)
def test_canaries_without_a_stage(plane: Control, stage: dict[str, Any], message: str) -> None:
    api_id, _ = plane.mock_api()
    tried = {"restApiId": api_id, "canarySettings": {"percentTraffic": 50}} | stage
    assert refused(plane.rest.create_deployment, **tried)[2] == f"Invalid deployment content specified.{message}"


def test_a_canary_replaces_the_one_before(plane: Control) -> None:
    """Recorded: overrides are not merged."""
    api_id, _ = plane.mock_api()
    at = {"restApiId": api_id, "stageName": "s1"}
    first = plane.rest.create_deployment(**at)["id"]
    for overrides in ({"a": "1", "b": "2"}, {"a": "3"}):
        second = plane.rest.create_deployment(
            **at, canarySettings={"percentTraffic": 50, "stageVariableOverrides": overrides}
        )["id"]
    stage = plane.rest.get_stage(**at)
    assert stage["deploymentId"] == first
    assert stage["canarySettings"] == {
        "deploymentId": second,
        "percentTraffic": 50.0,
        "stageVariableOverrides": {"a": "3"},
        "useStageCache": False,
    }


def test_pages_in_the_order_of_creation(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    made = []
    for _ in range(3):
        made.append(plane.rest.create_deployment(restApiId=api_id)["id"])
        plane.clock.advance(1)
    first = plane.rest.get_deployments(restApiId=api_id, limit=2)
    rest = plane.rest.get_deployments(restApiId=api_id, limit=2, position=first["position"])
    assert [each["id"] for each in first["items"] + rest["items"]] == made
