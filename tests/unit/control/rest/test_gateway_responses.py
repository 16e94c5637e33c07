from __future__ import annotations

import pytest

from gatewright.store.base import Key
from tests.unit.control.support import ACCOUNT, REGION, Control, patch, refused

ORIGIN = "gatewayresponse.header.Access-Control-Allow-Origin"


def test_a_deployment_freezes_what_was_customised(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    of = {"restApiId": api_id, "responseType": "DEFAULT_4XX"}
    plane.rest.put_gateway_response(**of, responseParameters={ORIGIN: "'*'"})
    deployment = plane.rest.create_deployment(restApiId=api_id, stageName="v1")["id"]
    plane.rest.delete_gateway_response(**of)
    with plane.store.transaction(write=False) as tx:
        snapshot = tx.get(Key(ACCOUNT, REGION, "snapshot", api_id, deployment))
    assert snapshot is not None
    [frozen] = snapshot.body["gatewayResponses"]
    assert (frozen["responseType"], frozen["responseParameters"]) == ("DEFAULT_4XX", {ORIGIN: "'*'"})


def test_a_clone_has_them_too(plane: Control) -> None:
    api_id, _ = plane.mock_api()
    plane.rest.put_gateway_response(restApiId=api_id, responseType="THROTTLED", statusCode="430")
    clone = plane.rest.create_rest_api(name="clone", cloneFrom=api_id)["id"]
    plane.rest.delete_rest_api(restApiId=api_id)
    found = plane.rest.get_gateway_response(restApiId=clone, responseType="THROTTLED")
    assert (found["statusCode"], found["defaultResponse"]) == ("430", False)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"responseParameters": {"X-A": "'1'"}}, "Invalid mapping expression parameter specified: X-A"),
        ({"responseParameters": {ORIGIN: "1"}}, "Invalid mapping expression specified: 1"),
        ({"responseParameters": {ORIGIN: "method.request.body"}}, "Invalid mapping expression specified"),
        ({"responseParameters": {ORIGIN: ""}}, "Invalid null or empty value in responseParameters"),
        ({"responseTemplates": {"application/json": ""}}, "Invalid null or empty value in responseTemplates"),
        ({"responseTemplates": {"json": "x"}}, "Invalid content type specified: json"),
    ],
)
def test_what_is_refused(plane: Control, params: dict[str, object], said: str) -> None:
    api_id, _ = plane.api()
    answer = refused(plane.rest.put_gateway_response, restApiId=api_id, responseType="THROTTLED", **params)
    assert answer[:2] == (400, "BadRequestException")
    assert said in answer[2]


def test_without_its_templates_it_has_none(plane: Control) -> None:
    api_id, _ = plane.api()
    of = {"restApiId": api_id, "responseType": "THROTTLED"}
    made = plane.rest.update_gateway_response(
        **of, patchOperations=[patch("remove", "/responseTemplates/application~1json")]
    )
    assert (made["responseTemplates"], made["defaultResponse"]) == ({}, False)
