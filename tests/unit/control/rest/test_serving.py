from __future__ import annotations

from typing import Any

from tests.unit.control.support import Control, patch, refused

BROKEN = {"application/json": "#if($a"}


def with_template(plane: Control, template: dict[str, str]) -> tuple[str, dict[str, Any]]:
    api_id, root = plane.api()
    at = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    plane.rest.put_method(**at, authorizationType="NONE")
    plane.rest.put_integration(**at, type="MOCK", requestTemplates=template)
    return api_id, at


def test_what_does_not_compile_is_refused_with_its_place(plane: Control) -> None:
    """Before anything is written: nobody gets a stage that does not serve."""
    api_id, _ = with_template(plane, BROKEN)
    for stage in ({}, {"stageName": "v1"}):
        status, code, message = refused(plane.rest.create_deployment, restApiId=api_id, **stage)
        assert (status, code) == (400, "BadRequestException")
        assert message.startswith("Gatewright cannot serve GET /: ")
    assert plane.rest.get_deployments(restApiId=api_id)["items"] == []
    assert plane.rest.get_stages(restApiId=api_id)["item"] == []


def test_what_compiles_is_served(plane: Control) -> None:
    api_id, at = with_template(plane, {"application/json": '{"statusCode": 200}'})
    plane.rest.create_deployment(restApiId=api_id, stageName="v1")
    broken = [patch("replace", "/requestTemplates/application~1json", BROKEN["application/json"])]
    plane.rest.update_integration(**at, patchOperations=broken)  # edits are free until they are deployed
    assert refused(plane.rest.create_deployment, restApiId=api_id, stageName="v1")[0] == 400
    plane.rest.update_stage(restApiId=api_id, stageName="v1", patchOperations=[patch("replace", "/description", "d")])
