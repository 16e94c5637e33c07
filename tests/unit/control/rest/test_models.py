from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.control.support import Control, patch, refused

JSON = "application/json"
_BEGIN = "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified, "


def _model(plane: Control, api_id: str, name: str, schema: Any) -> dict[str, Any]:
    made: dict[str, Any] = plane.rest.create_model(
        restApiId=api_id, name=name, contentType=JSON, schema=json.dumps(schema)
    )
    return made


def _url(api_id: str, name: str) -> str:
    return f"https://apigateway.amazonaws.com/restapis/{api_id}/models/{name}"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "a-b"}, "Model name must be alphanumeric: a-b"),
        ({"schema": "{"}, _BEGIN),
        ({"schema": '{"type": "text"}'}, _BEGIN),
        ({"schema": '{"$ref": "https://example.test/x"}'}, _BEGIN + "Model reference must be in canonical form]"),
        ({"schema": json.dumps({"title": "x" * 410_000})}, "Model schema exceeds 409600 bytes"),
        ({"schema": " "}, "Model schema must have at least 1 property or array items defined"),
    ],
)
def test_refusals(plane: Control, change: dict[str, Any], message: str) -> None:
    api_id, _ = plane.api()
    sound = {"restApiId": api_id, "name": "A", "contentType": JSON, "schema": "{}"}
    assert refused(plane.rest.create_model, **sound | change)[:2] == (400, "BadRequestException")
    assert refused(plane.rest.create_model, **sound | change)[2].startswith(message)


def test_flatten_and_template(plane: Control) -> None:
    api_id, _ = plane.api()
    _model(plane, api_id, "People", {"type": "array", "items": {"type": "string"}})
    _model(plane, api_id, "House", {"type": "object", "properties": {"people": {"$ref": _url(api_id, "People")}}})
    at = {"restApiId": api_id, "modelName": "House"}
    flat = json.loads(plane.rest.get_model(**at, flatten=True)["schema"])
    assert flat["properties"] == {"people": {"$ref": "#/definitions/People"}}
    assert flat["definitions"] == {"People": {"type": "array", "items": {"type": "string"}}}
    assert json.loads(plane.rest.get_model(**at)["schema"])["properties"]["people"]["$ref"] == _url(api_id, "People")
    assert "#foreach($elem in $inputRoot" in plane.rest.get_model_template(**at)["value"]
    assert refused(plane.rest.get_model_template, restApiId=api_id, modelName="No")[:2] == (404, "NotFoundException")


def test_what_a_model_refers_to_is_there(plane: Control) -> None:
    api_id, _ = plane.api()
    elsewhere = json.dumps({"properties": {"next": {"$ref": _url(api_id, "Nobody")}}})
    new = {"restApiId": api_id, "name": "Node", "contentType": JSON}
    expected = (400, "BadRequestException", _BEGIN + "there is no model Nobody]")
    assert refused(plane.rest.create_model, **new, schema=elsewhere) == expected
    _model(plane, api_id, "Node", {"properties": {"next": {"$ref": _url(api_id, "Node")}}})  # itself, it may
    change = {"restApiId": api_id, "modelName": "Node", "patchOperations": [patch("replace", "/schema", elsewhere)]}
    assert refused(plane.rest.update_model, **change) == expected
    _model(plane, api_id, "Nobody", {"items": {"$ref": _url(api_id, "Node")}})
    assert plane.rest.update_model(**change)["schema"] == elsewhere  # in a circle, once both are there


def test_a_model_in_use_stays(plane: Control) -> None:
    api_id, root_id = plane.api()
    _model(plane, api_id, "A", {})
    _model(plane, api_id, "B", {"items": {"$ref": _url(api_id, "A")}})
    delete = plane.rest.delete_model
    assert refused(delete, restApiId=api_id, modelName="A")[2] == "Cannot delete model 'A', is referenced in model: B"
    at = {"restApiId": api_id, "resourceId": root_id, "httpMethod": "GET"}
    plane.rest.put_method(**at, authorizationType="NONE")
    plane.rest.put_method_response(**at, statusCode="200", responseModels={JSON: "B"})
    expected = "Cannot delete model 'B', is referenced in method response: //GET"
    assert refused(delete, restApiId=api_id, modelName="B") == (409, "ConflictException", expected)
    delete(restApiId=api_id, modelName="Empty")
    assert refused(plane.rest.get_model, restApiId=api_id, modelName="Empty")[0] == 404


def test_an_update_is_checked(plane: Control) -> None:
    api_id, _ = plane.api()
    at = {"restApiId": api_id, "modelName": "Error"}
    bad = [patch("replace", "/schema", "nonsense")]
    assert refused(plane.rest.update_model, **at, patchOperations=bad)[2].startswith(_BEGIN)
    made = plane.rest.update_model(**at, patchOperations=[patch("replace", "/description", "new")])
    assert made["description"] == "new"


def test_pages(plane: Control) -> None:
    api_id, _ = plane.api()
    first = plane.rest.get_models(restApiId=api_id, limit=1)
    assert [model["name"] for model in first["items"]] == ["Empty"]
    rest = plane.rest.get_models(restApiId=api_id, position=first["position"])
    assert [model["name"] for model in rest["items"]] == ["Error"]


def test_a_clone_has_models_and_validators_of_its_own(plane: Control) -> None:
    api_id, root_id = plane.api()
    _model(plane, api_id, "A", {})
    _model(plane, api_id, "B", {"items": {"$ref": _url(api_id, "A")}})
    validator = plane.rest.create_request_validator(restApiId=api_id, name="all", validateRequestBody=True)["id"]
    plane.rest.put_method(
        restApiId=api_id,
        resourceId=root_id,
        httpMethod="GET",
        authorizationType="NONE",
        requestValidatorId=validator,
        requestModels={JSON: "B"},
    )
    copy_id, copied_root = plane.api(cloneFrom=api_id)
    assert _url(copy_id, "A") in plane.rest.get_model(restApiId=copy_id, modelName="B")["schema"]
    assert len(plane.rest.get_models(restApiId=copy_id)["items"]) == 4
    (copied,) = plane.rest.get_request_validators(restApiId=copy_id)["items"]
    assert copied["id"] != validator
    assert (copied["name"], copied["validateRequestBody"]) == ("all", True)
    method = plane.rest.get_method(restApiId=copy_id, resourceId=copied_root, httpMethod="GET")
    assert method["requestValidatorId"] == copied["id"]
