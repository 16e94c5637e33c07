"""Deployments through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails


def test_deployments(v2: Any, http_api: str) -> None:
    empty = "Unable to deploy API because no routes exist in this API"
    fails(400, empty, v2.create_deployment, ApiId=http_api)
    v2.create_route(ApiId=http_api, RouteKey="GET /orders")
    made = v2.create_deployment(ApiId=http_api, Description="d")
    at = {"ApiId": http_api, "DeploymentId": made["DeploymentId"]}
    assert (made["DeploymentStatus"], made["AutoDeployed"]) == ("DEPLOYED", False)
    assert v2.get_deployment(**at)["Description"] == "d"
    assert v2.update_deployment(**at, Description="e")["Description"] == "e"
    assert len(v2.get_deployments(ApiId=http_api)["Items"]) == 1
    fails(404, "Invalid stage identifier specified", v2.create_deployment, ApiId=http_api, StageName="nothing")
    v2.create_stage(ApiId=http_api, StageName="v1", DeploymentId=made["DeploymentId"])
    in_use = "Active stages pointing to this deployment must be moved or deleted"
    fails(400, in_use, v2.delete_deployment, **at)
    v2.delete_stage(ApiId=http_api, StageName="v1")
    v2.delete_deployment(**at)
    for operation in (v2.get_deployment, v2.update_deployment, v2.delete_deployment):
        fails(404, f"Invalid Deployment identifier specified {made['DeploymentId']}", operation, **at)
    fails(404, "Invalid API identifier specified nothing", v2.get_deployments, ApiId="nothing")
