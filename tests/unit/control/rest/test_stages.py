"""Literals and shapes recorded from AWS in the tests of stages and canaries (control-plane facts, section 4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, patch, refused

NO_DEPLOYMENT = (400, "BadRequestException", "Deployment id does not exist")


@pytest.fixture
def deployed(plane: Control) -> dict[str, Any]:
    """What CreateStage needs, but for a name."""
    api_id, _ = plane.mock_api()
    return {"restApiId": api_id, "deploymentId": plane.rest.create_deployment(restApiId=api_id)["id"]}


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in answer.items()
        if name not in ("ResponseMetadata", "createdDate", "lastUpdatedDate")
    }


def test_defaults(plane: Control, deployed: dict[str, Any]) -> None:
    made = plane.rest.create_stage(**deployed, stageName="dev")
    assert shown(made) == {
        "stageName": "dev",
        "deploymentId": deployed["deploymentId"],
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {},
        "tracingEnabled": False,
    }


def test_what_is_given_is_shown(plane: Control, deployed: dict[str, Any]) -> None:
    given = {
        "description": "d",
        "variables": {"a": "b"},
        "tracingEnabled": True,
        "cacheClusterEnabled": True,
        "cacheClusterSize": "1.6",
        "tags": {"k": "v"},
    }
    made = shown(plane.rest.create_stage(**deployed, stageName="dev", **given))
    assert {name: made[name] for name in given} == given
    assert made["cacheClusterStatus"] == "AVAILABLE"
    assert shown(plane.rest.get_stage(restApiId=deployed["restApiId"], stageName="dev")) == made


@pytest.mark.parametrize("name", ["$default", "a.b", "a b", "é", "x" * 129])
def test_names(plane: Control, deployed: dict[str, Any], name: str) -> None:
    expected = (400, "BadRequestException", "Stage name only allows a-zA-Z0-9_")
    assert refused(plane.rest.create_stage, **deployed, stageName=name) == expected
    assert refused(plane.rest.create_deployment, restApiId=deployed["restApiId"], stageName=name) == expected


def test_a_name_is_taken_once(plane: Control, deployed: dict[str, Any]) -> None:
    plane.rest.create_stage(**deployed, stageName="dev")
    assert refused(plane.rest.create_stage, **deployed, stageName="dev") == (
        409,
        "ConflictException",
        "Stage already exists",
    )


def test_ten_stages(plane: Control, deployed: dict[str, Any]) -> None:
    for number in range(10):
        plane.rest.create_stage(**deployed, stageName=f"s{number}")
    assert refused(plane.rest.create_stage, **deployed, stageName="more")[:2] == (429, "LimitExceededException")
    assert refused(plane.rest.create_deployment, restApiId=deployed["restApiId"], stageName="more")[0] == 429


@pytest.mark.parametrize(
    "change", [{"deploymentId": "nothing"}, {"canarySettings": {"deploymentId": "deploy"}}], ids=["stage", "canary"]
)
def test_deployments_must_exist(plane: Control, deployed: dict[str, Any], change: dict[str, Any]) -> None:
    assert refused(plane.rest.create_stage, **deployed | {"stageName": "dev"} | change) == NO_DEPLOYMENT


@pytest.mark.parametrize("path", ["/deploymentId", "/canarySettings/deploymentId"])
def test_deployments_must_exist_later(plane: Control, deployed: dict[str, Any], path: str) -> None:
    plane.rest.create_stage(**deployed, stageName="dev")
    at = {"restApiId": deployed["restApiId"], "stageName": "dev"}
    assert refused(plane.rest.update_stage, **at, patchOperations=[patch("replace", path, "deploy")]) == NO_DEPLOYMENT


@pytest.mark.parametrize("path", ["/documentationVersion", "/clientCertificateId"])
def test_what_a_stage_names_must_exist(plane: Control, deployed: dict[str, Any], path: str) -> None:
    plane.rest.create_stage(**deployed, stageName="dev")
    at = {"restApiId": deployed["restApiId"], "stageName": "dev"}
    assert refused(plane.rest.update_stage, **at, patchOperations=[patch("replace", path, "v1")])[0] == 404


def test_a_canary_of_its_own(plane: Control, deployed: dict[str, Any]) -> None:
    settings = {"percentTraffic": 40, "stageVariableOverrides": {"v": "canary"}}
    made = plane.rest.create_stage(**deployed, stageName="dev", variables={"v": "default"}, canarySettings=settings)
    assert made["canarySettings"] == {
        "deploymentId": deployed["deploymentId"],
        "percentTraffic": 40.0,
        "stageVariableOverrides": {"v": "canary"},
        "useStageCache": False,
    }
    bad = {"percentTraffic": 101}
    assert refused(plane.rest.create_stage, **deployed, stageName="two", canarySettings=bad)[0] == 400


def test_a_canary_is_promoted(plane: Control, deployed: dict[str, Any]) -> None:
    """Recorded: copy both, set the traffic to nothing; the canary stays."""
    at = {"restApiId": deployed["restApiId"], "stageName": "dev"}
    plane.rest.create_stage(**deployed, stageName="dev", variables={"a": "test", "b": "test2"})
    copies = [
        patch("copy", "/deploymentId", **{"from": "/canarySettings/deploymentId"}),
        patch("copy", "/variables", **{"from": "/canarySettings/stageVariableOverrides"}),
    ]
    assert refused(plane.rest.update_stage, **at, patchOperations=copies)[2] == (
        "Promotion not available. Canary does not exist."
    )
    canary = {"percentTraffic": 50, "stageVariableOverrides": {"a": "override"}}
    second = plane.rest.create_deployment(**at, canarySettings=canary)["id"]
    assert plane.rest.get_stage(**at)["deploymentId"] == deployed["deploymentId"]
    none = patch("replace", "/canarySettings/percentTraffic", "0.0")
    made = plane.rest.update_stage(**at, patchOperations=[none, *copies])
    assert made["deploymentId"] == second
    assert made["variables"] == {"a": "override", "b": "test2"}
    assert made["canarySettings"]["percentTraffic"] == 0.0


def test_dates_and_deletion(plane: Control, deployed: dict[str, Any]) -> None:
    at = {"restApiId": deployed["restApiId"], "stageName": "dev"}
    made = plane.rest.create_stage(**deployed, stageName="dev")
    plane.clock.advance(60)
    later = plane.rest.update_stage(**at, patchOperations=[patch("replace", "/description", "x")])
    assert later["createdDate"] == made["createdDate"]
    assert (later["lastUpdatedDate"] - made["lastUpdatedDate"]).total_seconds() == 60
    plane.rest.delete_stage(**at)
    for operation in (plane.rest.get_stage, plane.rest.delete_stage):
        assert refused(operation, **at) == (404, "NotFoundException", "Invalid Stage identifier specified")
    assert refused(plane.rest.get_stages, restApiId="nothing")[2] == (
        "Invalid API identifier specified 111111111111:nothing"
    )
