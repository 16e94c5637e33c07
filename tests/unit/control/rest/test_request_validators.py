from __future__ import annotations

from tests.unit.control.support import Control, refused


def test_a_validator_needs_a_name(plane: Control) -> None:
    api_id, _ = plane.api()
    blank = (400, "BadRequestException", "Request Validator name cannot be blank")
    assert refused(plane.rest.create_request_validator, restApiId=api_id, name=" ") == blank
    assert refused(plane.rest.create_request_validator, restApiId=api_id) == blank


def test_a_validator_in_use_stays(plane: Control) -> None:
    api_id, root_id = plane.api()
    made = plane.rest.create_request_validator(restApiId=api_id, name="v", validateRequestParameters=True)
    assert (made["validateRequestParameters"], made["validateRequestBody"]) == (True, False)
    at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "GET"}
    plane.rest.put_method(**at, authorizationType="NONE", requestValidatorId=made["id"])
    validator = {"restApiId": api_id, "requestValidatorId": made["id"]}
    expected = "Cannot delete request validator 'v', is referenced in method: //GET"
    assert refused(plane.rest.delete_request_validator, **validator) == (409, "ConflictException", expected)
    plane.rest.delete_method(**at)
    plane.rest.delete_request_validator(**validator)
    assert refused(plane.rest.get_request_validator, **validator)[0] == 404


def test_pages(plane: Control) -> None:
    api_id, _ = plane.api()
    made = sorted(plane.rest.create_request_validator(restApiId=api_id, name=name)["id"] for name in "abc")
    first = plane.rest.get_request_validators(restApiId=api_id, limit=2)
    rest = plane.rest.get_request_validators(restApiId=api_id, limit=2, position=first["position"])
    assert [each["id"] for each in first["items"] + rest["items"]] == made
