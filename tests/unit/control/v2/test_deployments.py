from __future__ import annotations

from tests.unit.control.support import Control, bad, missing, refused, shown


def test_a_deployment(plane: Control) -> None:
    api_id = plane.http_api()
    made = shown(plane.v2.create_deployment(ApiId=api_id, Description="d"))
    assert made["DeploymentStatus"] == "DEPLOYED"
    assert (made["AutoDeployed"], made["Description"]) == (False, "d")
    at = {"ApiId": api_id, "DeploymentId": made["DeploymentId"]}
    assert shown(plane.v2.get_deployment(**at)) == made
    assert plane.v2.update_deployment(**at, Description="e")["Description"] == "e"
    assert [each["DeploymentId"] for each in plane.v2.get_deployments(ApiId=api_id)["Items"]] == [made["DeploymentId"]]
    plane.v2.delete_deployment(**at)
    expected = missing(f"Invalid Deployment identifier specified {made['DeploymentId']}")
    for operation in (plane.v2.get_deployment, plane.v2.update_deployment, plane.v2.delete_deployment):
        assert refused(operation, **at) == expected


def test_there_must_be_routes(plane: Control) -> None:
    http = plane.v2.create_api(Name="x", ProtocolType="HTTP")["ApiId"]
    expected = bad("Unable to deploy API because no routes exist in this API")
    assert refused(plane.v2.create_deployment, ApiId=http) == expected
    expected = bad("At least one route is required before deploying the Api.")
    assert refused(plane.v2.create_deployment, ApiId=plane.websocket_api()) == expected


def test_a_stage_is_repointed(plane: Control) -> None:
    api_id = plane.http_api()
    plane.v2.create_stage(ApiId=api_id, StageName="dev")
    plane.published.calls.clear()
    made = plane.v2.create_deployment(ApiId=api_id, StageName="dev")["DeploymentId"]
    assert plane.v2.get_stage(ApiId=api_id, StageName="dev")["DeploymentId"] == made
    assert [call[:2] for call in plane.published.calls] == [(api_id, "dev")]
    in_use = bad("Active stages pointing to this deployment must be moved or deleted")
    assert refused(plane.v2.delete_deployment, ApiId=api_id, DeploymentId=made) == in_use
    expected = missing("Invalid stage identifier specified")
    assert refused(plane.v2.create_deployment, ApiId=api_id, StageName="none") == expected


def test_what_is_frozen_stays(plane: Control) -> None:
    api_id = plane.http_api()
    made = plane.v2.create_deployment(ApiId=api_id)["DeploymentId"]
    plane.v2.delete_route(ApiId=api_id, RouteId=plane.v2.get_routes(ApiId=api_id)["Items"][0]["RouteId"])
    with plane.store.transaction(write=False) as tx:
        (snapshot,) = tx.scan("snapshot")
    assert snapshot.key.id == made
    assert [route["RouteKey"] for route in snapshot.body["routes"]] == ["GET /orders"]
