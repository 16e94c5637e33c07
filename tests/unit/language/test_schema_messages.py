"""Each keyword's text, and the order of several."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gatewright.language.schema import compile_schema
from gatewright.language.schema_messages import Explainer

_NAMED = {"properties": {"name": {"type": "string"}}}


@pytest.mark.parametrize(
    ("schema", "body", "text"),
    [
        ({"required": ["type", "price"]}, {}, 'object has missing required properties (["price","type"])'),
        (
            {"type": "integer"},
            "x",
            'instance type (string) does not match any allowed primitive type (allowed: ["integer"])',
        ),
        (
            {"type": "number"},
            None,
            'instance type (null) does not match any allowed primitive type (allowed: ["integer","number"])',
        ),
        (
            {"type": ["string", "null"]},
            5.0,
            'instance type (number) does not match any allowed primitive type (allowed: ["null","string"])',
        ),
        ({"enum": ["a", "b"]}, "x", 'instance value ("x") not found in enum (possible values: ["a","b"])'),
        ({"minLength": 3}, "x", 'string "x" is too short (length: 1, required minimum: 3)'),
        ({"maxLength": 1}, "xyz", 'string "xyz" is too long (length: 3, maximum allowed: 1)'),
        ({"pattern": "^a$"}, "b", 'ECMA 262 regex "^a$" does not match input string "b"'),
        ({"minimum": 5}, 3, "numeric instance is lower than the required minimum (minimum: 5, found: 3)"),
        (
            {"minimum": 5, "exclusiveMinimum": True},
            5,
            "numeric instance is not strictly greater than the required minimum 5",
        ),
        (
            {"minimum": 5, "exclusiveMinimum": True},
            4,
            "numeric instance is lower than the required minimum (minimum: 5, found: 4)",
        ),
        ({"maximum": 1.5}, 3, "numeric instance is greater than the required maximum (maximum: 1.5, found: 3)"),
        (
            {"maximum": 5, "exclusiveMaximum": True},
            5,
            "numeric instance is not strictly lower than the required maximum 5",
        ),
        ({"multipleOf": 2}, 5, "remainder of division is not zero (5 / 2)"),
        (
            {"additionalProperties": False},
            {"b": 1, "a": 2},
            'object instance has properties which are not allowed by the schema: ["a","b"]',
        ),
        (
            {"items": [{}], "additionalItems": False},
            [1, 2],
            "schema only allows 1 elements in array but instance has 2 elements",
        ),
        ({"minItems": 1}, [], "array is too short: must have at least 1 elements but instance has 0 elements"),
        ({"maxItems": 1}, [1, 2], "array is too long: must have at most 1 elements but instance has 2 elements"),
        ({"uniqueItems": True}, [1, 1], "array must not contain duplicate elements"),
        ({"minProperties": 1}, {}, "object has too few properties (found 0 but schema requires at least 1)"),
        ({"maxProperties": 0}, {"a": 1}, "object has too many properties (found 1 but schema requires at most 0)"),
        ({"not": {}}, 1, "instance matched a schema which it should not have"),
        (
            {"anyOf": [{"type": "null"}, {"minimum": 3}]},
            1,
            "instance failed to match at least one required schema among 2",
        ),
        (
            {"oneOf": [{"type": "integer"}, {"minimum": 1}, {"type": "null"}]},
            1,
            "instance failed to match exactly one schema (matched 2 out of 3)",
        ),
        ({"oneOf": [{"type": "null"}]}, 1, "instance failed to match exactly one schema (matched 0 out of 1)"),
        (
            {"allOf": [{"required": ["a", "b"]}, {"required": ["c"]}, {}]},
            {},
            "instance failed to match all required schemas (matched only 1 out of 3)",
        ),
        (
            {"items": {"allOf": [{"properties": {"a": {"type": "null"}}}]}},
            [{"a": 1}],
            "instance failed to match all required schemas (matched only 0 out of 1)",
        ),
        (
            {"dependencies": {"a": ["b", "c"]}},
            {"a": 1, "b": 1},
            'property "a" of object has missing property dependencies (schema requires ["b","c"]; missing: ["c"])',
        ),
        ({"dependencies": {"a": {"required": ["b"]}}}, {"a": 1}, 'object has missing required properties (["b"])'),
        ({"format": "email"}, "x", 'string "x" is not a valid email address'),
        (
            {"format": "date-time"},
            "x",
            'string "x" is invalid against requested date format(s) '
            "[yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]",
        ),
    ],
)
def test_texts(schema: dict[str, Any], body: Any, text: str) -> None:
    assert compile_schema(json.dumps(schema), {}).problems(json.dumps(body).encode()) == [text]


@pytest.mark.parametrize(
    ("schema", "body", "texts"),
    [
        # What lies within is not looked at once something was found.
        ({"required": ["a"], "properties": {"b": {"type": "null"}}}, {"b": 1}, ["object has missing"]),
        # Siblings are, in the order of their names.
        ({"additionalProperties": {"maximum": 0}}, {"b": 1, "a": 2}, ["numeric", "numeric"]),
        # By keyword.
        ({"minLength": 5, "enum": ["b"], "pattern": "c"}, "a", ["instance value", "string", "ECMA"]),
        # The content of the second is not.
        ({"items": {"minItems": 1, "items": {"type": "null"}}}, [[], [1]], ["array is too short"]),
        ({"items": [{"type": "null"}, {"type": "null"}]}, [1, 2], ["instance type", "instance type"]),
    ],
)
def test_order(schema: dict[str, Any], body: Any, texts: list[str]) -> None:
    found = compile_schema(json.dumps(schema), {}).problems(json.dumps(body).encode())
    assert [text[: len(begin)] for text, begin in zip(found, texts, strict=True)] == texts


def test_long_lists_are_not_looked_at_element_by_element(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is more looked for than will be said. Bodies come from anybody."""
    schema = compile_schema(json.dumps({"items": {"type": "integer"}}), {})
    looked: list[object] = []
    own = Explainer._own

    def counted(explainer: Explainer, part: Any, value: Any) -> Iterator[str]:
        looked.append(value)
        return own(explainer, part, value)

    monkeypatch.setattr(Explainer, "_own", counted)
    assert len(schema.problems(json.dumps([1] * 50_000 + ["x", 1, "y"]).encode())) == 2
    assert looked[1:] == ["x", "y"]
    looked.clear()
    assert len(schema.problems(json.dumps(["x"] * 50_000).encode())) == 100
    assert len(looked) == 101


def test_elements_may_refer_to_definitions() -> None:
    schema = {"items": {"$ref": "#/definitions/n"}, "definitions": {"n": {"type": "integer"}}}
    found = compile_schema(json.dumps(schema), {}).problems(b'[1, "x"]')
    assert [text.partition(" does")[0] for text in found] == ["instance type (string)"]
