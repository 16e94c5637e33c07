from __future__ import annotations

from typing import Any

import pytest

from gatewright.openapi import schemas
from tests.unit.openapi.support import document, problems, read, source


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"type": "string", "nullable": True, "example": "x", "xml": {}, "x-a": 1}, {"type": "string"}),
        ({"required": ["b", "a", "a"]}, {"required": ["a", "b"]}),
        ({"required": [], "type": "object"}, {"type": "object"}),
        ({"exclusiveMinimum": 3}, {"minimum": 3, "exclusiveMinimum": True}),
        ({"maximum": 3, "exclusiveMaximum": True}, {"maximum": 3, "exclusiveMaximum": True}),
        ({"const": 1}, {"enum": [1]}),
        ({"type": ["string", "null"]}, {"type": ["string", "null"]}),
        ({"additionalProperties": False}, {"additionalProperties": False}),
        ({"additionalProperties": {"type": "string"}}, {"additionalProperties": {"type": "string"}}),
        ({"oneOf": [{"$ref": "#/components/schemas/A"}]}, {"oneOf": [{"$ref": "#/definitions/A"}]}),
        ({"not": {"$ref": "https://apigateway.a.com/restapis/x/models/A"}}, {"not": {"$ref": "#/definitions/A"}}),
        ({"properties": {"a": True, "b": False}}, {"properties": {"a": {}, "b": {"not": {}}}}),
        ({"$ref": "#/components/schemas/A/properties/a"}, {"type": "string"}),
        ({"enum": [{"$ref": "kept as it is"}]}, {"enum": [{"$ref": "kept as it is"}]}),
        ({"dependencies": {"a": ["b"], "c": {"nullable": True}}}, {"dependencies": {"a": ["b"], "c": {}}}),
        (True, {}),
        (False, {"not": {}}),
    ],
)  # fmt: skip
def test_draft_4(given: Any, made: Any) -> None:
    tree = {"components": {"schemas": {"A": {"properties": {"a": {"type": "string"}}}}}}
    used = source(tree)
    assert schemas.convert(used, given, "/x") == made
    assert not used.problems


def test_members_come_in_aws_order() -> None:
    found = schemas.convert(source({}), {"items": {}, "description": "d", "type": "array", "minItems": 1}, "")
    assert list(found) == ["minItems", "type", "description", "items"]


def test_models_keep_their_description() -> None:
    tree = document(components={"schemas": {"A": {"type": "object", "description": "an A"}}})
    assert read(tree).models == [
        {
            "name": "A",
            "contentType": "application/json",
            "description": "an A",
            "schema": {"type": "object", "description": "an A"},
        }
    ]


def test_inline_schemas_become_models_once() -> None:
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"a": {}}}}}}
    operation = {"requestBody": body, "responses": {"200": {"description": ""} | body}}
    found = read(document({"/a": {"post": operation}, "/b": {"post": operation}}))
    assert len(found.models) == 1
    name = found.models[0]["name"]
    assert name.startswith("MODEL")
    assert found.resources["/a"]["POST"]["requestModels"] == {"application/json": name}


def test_plain_values_without_a_name_are_no_models() -> None:
    def content(schema: Any) -> Any:
        return {"content": {"text/plain": {"schema": schema}}}

    operation = {
        "requestBody": content({"type": "string", "format": "binary"}),
        "responses": {"201": {"description": "", **content({"type": "integer"})}},
    }
    found = read(document({"/events": {"post": operation}}))
    assert found.models == []
    assert found.warnings == [
        "Unsupported model type 'BinarySchema' in request to method 'POST /events'. Ignoring.",
        "Unsupported model type 'IntegerSchema' in 201 response to method 'POST /events'. Ignoring.",
    ]


def test_a_model_that_is_not_there() -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/No"}}}}
    found = read(document({"/a": {"post": {"requestBody": body, "responses": {}}}}))
    assert found.warnings == ["Reference to model 'No' not found. Ignoring."]
    assert "requestModels" not in found.resources["/a"]["POST"]


def test_references_that_contain_themselves() -> None:
    again = {"properties": {"b": {"$ref": "#/components/schemas/A/properties/a"}}}
    tree = document(components={"schemas": {"A": {"properties": {"a": again}}}})
    assert problems(tree) == (
        "Unable to read '/components/schemas/A/properties/a/properties/b': "
        "the reference '#/components/schemas/A/properties/a' contains itself",
    )


def test_circles_of_models_stay() -> None:
    again = {"properties": {"a": {"$ref": "#/components/schemas/A"}}}
    assert read(document(components={"schemas": {"A": again}})).models[0]["schema"] == {
        "properties": {"a": {"$ref": "#/definitions/A"}}
    }


def test_references_that_multiply_are_bounded() -> None:
    wide: Any = {f"L{at}": {"x": {"allOf": [{"$ref": f"#/components/schemas/L{at + 1}/x"}] * 9}} for at in range(9)}
    wide["L9"] = {"x": {"type": "string"}}
    tree = document(components={"schemas": {"Start": {"$ref": "#/components/schemas/L0/x"}} | wide})
    assert "more than" in problems(tree)[0]


def test_renaming_references() -> None:
    given: Any = {"$schema": "x", "items": {"$ref": "#/definitions/A"}, "enum": [{"$ref": "#/definitions/A"}]}
    assert schemas.referring(given, str.lower) == {"items": {"$ref": "a"}, "enum": [{"$ref": "#/definitions/A"}]}
