from __future__ import annotations

from typing import Any

from gatewright.control.call import Call
from gatewright.control.v2 import auto_deploy
from tests.unit.control.support import Control


def stage(plane: Control, api_id: str, name: str = "dev") -> dict[str, Any]:
    found: dict[str, Any] = plane.v2.get_stage(ApiId=api_id, StageName=name)
    return found


def test_a_change_is_deployed_to_the_stages_that_want_it(plane: Control) -> None:
    api_id = plane.http_api()
    plane.v2.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True)
    plane.v2.create_stage(ApiId=api_id, StageName="other")
    before = stage(plane, api_id)
    assert before["LastDeploymentStatusMessage"] == (
        f"Successfully deployed stage with deployment ID '{before['DeploymentId']}'"
    )
    plane.v2.create_route(ApiId=api_id, RouteKey="GET /x")
    after = stage(plane, api_id)
    assert after["DeploymentId"] != before["DeploymentId"]
    assert "DeploymentId" not in stage(plane, api_id, "other")
    made = plane.v2.get_deployment(ApiId=api_id, DeploymentId=after["DeploymentId"])
    assert made["AutoDeployed"] is True
    assert made["Description"] == "Automatic deployment triggered by changes to the Api configuration"


def test_what_changes_nothing_deploys_nothing(plane: Control) -> None:
    api_id = plane.http_api()
    plane.v2.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True)
    plane.v2.update_api(ApiId=api_id, Name="api")
    plane.v2.update_stage(ApiId=api_id, StageName="dev", Description="x")
    assert len(plane.v2.get_deployments(ApiId=api_id)["Items"]) == 1


def test_several_stages_share_a_deployment(plane: Control) -> None:
    api_id = plane.http_api()
    for name in ("a", "b"):
        plane.v2.create_stage(ApiId=api_id, StageName=name, AutoDeploy=True)
    plane.v2.create_route(ApiId=api_id, RouteKey="GET /x")
    assert stage(plane, api_id, "a")["DeploymentId"] == stage(plane, api_id, "b")["DeploymentId"]


def test_without_routes_the_stage_says_so(plane: Control) -> None:
    http = plane.v2.create_api(Name="x", ProtocolType="HTTP")["ApiId"]
    for api_id, reason in (
        (http, "Unable to deploy API because no routes exist in this API"),
        (plane.websocket_api(), "At least one route is required before deploying the Api."),
    ):
        made = plane.v2.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True)
        assert made["LastDeploymentStatusMessage"] == f"Deployment attempt failed: {reason}"
        assert "DeploymentId" not in made


def test_changes_can_be_held() -> None:
    """A document that is reimported is one change (see test_imports)."""
    call = Call.__new__(Call)
    call.auto_deploy = True
    with auto_deploy.held(call):
        assert not call.auto_deploy
    assert call.auto_deploy
