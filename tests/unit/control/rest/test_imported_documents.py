from __future__ import annotations

import json
from typing import Any

from tests.unit.control.rest.test_imports import X, document
from tests.unit.control.support import ACCOUNT, REGION, Control


def stored(plane: Control, kind: str, api_id: str) -> list[dict[str, Any]]:
    with plane.store.transaction(write=False) as tx:
        return [each.body for each in tx.list(ACCOUNT, REGION, kind, api_id)]


def test_models_keep_their_ids_and_refer_by_address(plane: Control) -> None:
    schemas = {"A": {"type": "array", "items": {"$ref": "#/components/schemas/A"}, "description": "As"}}
    given = document(components={"schemas": schemas})
    api_id = plane.rest.import_rest_api(body=given)["id"]
    (model,) = stored(plane, "model", api_id)
    address = f"https://apigateway.amazonaws.com/restapis/{api_id}/models/A"
    assert json.loads(model["schema"]) == {"type": "array", "description": "As", "items": {"$ref": address}}
    assert model["schema"].startswith('{\n  "type" : "array",\n')
    assert (model["name"], model["contentType"], model["description"]) == ("A", "application/json", "As")
    plane.rest.put_rest_api(restApiId=api_id, body=given, mode="overwrite")
    assert stored(plane, "model", api_id) == [model]


def test_validators_keep_their_ids(plane: Control) -> None:
    def given(body: bool) -> bytes:
        return document(**{X + "request-validators": {"v": {"validateRequestBody": body}}})

    api_id = plane.rest.import_rest_api(body=given(True))["id"]
    (first,) = stored(plane, "request_validator", api_id)
    assert {**first, "id": ""} == {
        "id": "", "name": "v", "validateRequestBody": True, "validateRequestParameters": False,
    }  # fmt: skip
    plane.rest.put_rest_api(restApiId=api_id, body=given(False))
    assert stored(plane, "request_validator", api_id) == [first | {"validateRequestBody": False}]
    plane.rest.put_rest_api(restApiId=api_id, body=document(), mode="overwrite")
    assert stored(plane, "request_validator", api_id) == []


def test_documentation_is_merged_overwritten_or_kept(plane: Control) -> None:
    def given(**properties: str) -> bytes:
        part = {"location": {"type": "API"}, "properties": properties}
        return document(**{X + "documentation": {"documentationParts": [part]}})

    def said() -> list[Any]:
        return [json.loads(each["properties"]) for each in stored(plane, "documentation_part", api_id)]

    api_id = plane.rest.import_rest_api(body=given(a="1", b="1"))["id"]
    plane.rest.put_rest_api(restApiId=api_id, body=given(b="2"))
    assert said() == [{"a": "1", "b": "2"}]
    ignored = {"ignore": "documentation"}
    plane.rest.put_rest_api(restApiId=api_id, body=given(c="3"), mode="overwrite", parameters=ignored)
    assert said() == [{"a": "1", "b": "2"}]
    plane.rest.put_rest_api(restApiId=api_id, body=given(c="3"), mode="overwrite")
    assert said() == [{"c": "3"}]
