from __future__ import annotations

from typing import Any

from tests.unit.control.support import Control, patch, refused


def at_method(plane: Control) -> dict[str, Any]:
    api_id, root = plane.mock_api()
    return {"restApiId": api_id, "resourceId": root, "httpMethod": "GET", "statusCode": "200"}


def test_a_response_is_put_once(plane: Control) -> None:
    at = at_method(plane)
    plane.rest.put_method_response(**at)
    assert refused(plane.rest.put_method_response, **at)[:2] == (409, "ConflictException")


def test_its_models_and_parameters_are_checked(plane: Control) -> None:
    at = at_method(plane)
    put, update = plane.rest.put_method_response, plane.rest.update_method_response
    unknown = "Invalid model identifier specified: Pet"
    no_header = (
        "Invalid mapping expression specified: Validation Result: warnings : [], "
        "errors : [Invalid mapping expression specified: method.response.body]"
    )
    assert refused(put, **at, responseModels={"application/json": "Pet"})[2] == unknown
    assert refused(put, **at, responseParameters={"method.response.body": True})[2] == no_header
    put(**at)
    pet = patch("add", "/responseModels/application~1json", "Pet")
    body = patch("add", "/responseParameters/method.response.body", "true")
    assert refused(update, **at, patchOperations=[pet])[2] == unknown
    assert refused(update, **at, patchOperations=[body])[2] == no_header


def test_the_last_one_leaves_no_map(plane: Control) -> None:
    at = at_method(plane)
    plane.rest.put_method_response(**at)
    plane.rest.delete_method_response(**at)
    at.pop("statusCode")
    assert "methodResponses" not in plane.rest.get_method(**at)


def test_what_is_not_there(plane: Control) -> None:
    at = at_method(plane)
    for operation in (plane.rest.get_method_response, plane.rest.delete_method_response):
        assert refused(operation, **at)[2] == "Invalid Response status code specified"
        assert refused(operation, **at | {"httpMethod": "POST"})[2] == "Invalid Method identifier specified"
        assert refused(operation, **at | {"resourceId": "x"})[2] == "Invalid Resource identifier specified"
