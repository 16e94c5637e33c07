from __future__ import annotations

from typing import Any

import pytest

from gatewright.sdk.annotations import of, shape_of

DEEP: dict[str, Any] = {}
for _ in range(50):
    DEEP = {"type": "array", "items": DEEP}


@pytest.mark.parametrize(
    ("schema", "type_"),
    [
        ({"type": "string"}, "str"),
        ({"type": "integer"}, "int"),
        ({"type": ["number", "null"]}, "float | None"),
        ({"type": []}, "Any"),
        ({"type": "array", "items": {"type": "boolean"}}, "list[bool]"),
        ({"type": "array"}, "list[Any]"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"$ref": "#/definitions/Pet"}, "Pet_"),
        ({"$ref": "https://apigateway.amazonaws.com/restapis/x/models/Pet"}, "Pet_"),
        ({"$ref": "#/definitions/Cat"}, "Any"),
        ({"type": "evil()"}, "Any"),
        ("nonsense", "Any"),
        ({}, "Any"),
        (DEEP, "list[" * 8 + "Any" + "]" * 8),
    ],
)
def test_types(schema: Any, type_: str) -> None:
    assert of(schema, {"Pet": "Pet_"}) == type_


def test_objects_have_members() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b-c": {}}}
    assert shape_of(schema, {}) == {"members": [("a", "str"), ("b-c", "Any")], "alias": None}
    assert shape_of({"type": "array"}, {}) == {"members": None, "alias": "list[Any]"}
