from __future__ import annotations

import json
import time
from typing import Any

import pytest

from gatewright.language.schema import (
    UNPARSED,
    SchemaError,
    check_schema,
    compile_schema,
    flatten_schema,
    references,
)

_URL = "https://apigateway.amazonaws.com/restapis/abc/models/"
# The models of the recorded tests with circular models.
_MODELS = {
    "House": json.dumps(
        {
            "type": "object",
            "properties": {"contains": {"minItems": 1, "type": "array", "items": {"$ref": _URL + "Person"}}},
        }
    ),
    "Person": json.dumps(
        {
            "type": "object",
            "required": ["b", "name"],
            "properties": {"name": {"type": "string"}, "b": {"type": "number"}, "house": {"$ref": _URL + "House"}},
        }
    ),
}


def _problems(schema: Any, body: Any, models: dict[str, str] | None = None) -> list[str]:
    return compile_schema(json.dumps(schema), models or {}).problems(json.dumps(body).encode())


def test_circular_models() -> None:
    person = {"name": "a", "b": 2, "house": {"contains": [{"name": "b", "b": 1}]}}
    schema = compile_schema(_MODELS["Person"], _MODELS)
    assert schema.problems(json.dumps(person).encode()) == []
    person["house"] = {"contains": [{"name": "b"}]}
    assert schema.problems(json.dumps(person).encode()) == ['object has missing required properties (["b"])']


def test_references_within() -> None:
    schema = {
        "items": {"$ref": "#/definitions/a"},
        "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"enum": [1]}},
    }
    assert _problems(schema, [1]) == []
    assert len(_problems(schema, [2])) == 1
    tree = {"type": "object", "additionalProperties": {"$ref": "#"}}
    assert _problems(tree, {"a": {"b": {}}}) == []
    assert len(_problems({"$ref": _URL + "Tree"}, {"a": 1}, {"Tree": json.dumps(tree)})) == 1


def test_ids_do_not_move_references() -> None:
    schema = {
        "id": "http://example.test/root",
        "properties": {"id": {"$ref": "#/definitions/a"}},
        "definitions": {"a": {"id": "http://example.test/a", "type": "string"}},
    }
    assert _problems(schema, {"id": "x"}) == []
    assert len(_problems(schema, {"id": 1})) == 1


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ("", "no JSON$"),
        ("[]", "no JSON object"),
        ('{"maximum": NaN}', "no JSON$"),
        ('{"type": "bogus"}', "bogus"),
        ('{"pattern": "("}', "regex"),
        ('{"$ref": "https://example.test/x"}', "canonical form"),
        ('{"items": {"$ref": "other.json"}}', "canonical form"),
        ('{"$ref": "#name"}', "pointers"),
        ('{"$ref": "#/definitions/none"}', "does not exist"),
        (json.dumps({"$ref": _URL + "Nobody"}), "no model Nobody"),
        ('{"not":' * 300 + "{}" + "}" * 300, "deeply"),
        ('{"not":' * 100_000 + "{}" + "}" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_schema(schema: str, reason: str) -> None:
    with pytest.raises(SchemaError, match=reason):
        compile_schema(schema, {})


def test_a_model_may_refer_to_one_that_is_yet_to_come() -> None:
    check_schema(json.dumps({"items": {"$ref": _URL + "Later"}}))
    with pytest.raises(SchemaError):
        check_schema('{"type": 1}')
    assert references(_MODELS["Person"]) == {"House"}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'"\\ud800"', b"NaN", b"[" * 100_000, b"1" * 5000])
def test_a_body_that_cannot_be_read(body: bytes) -> None:
    assert compile_schema('{"type": "string"}', {}).problems(body) == [UNPARSED]


def test_what_people_write_all_the_same() -> None:
    assert _problems({"required": [], "properties": {"a": {"required": []}}}, {}) == []
    assert _problems({"pattern": r"^[\w-\.]+@x$"}, "a-b.c@x") == []
    assert _problems({"example": {"$ref": "nonsense"}, "nullable": True, "format": "byte"}, "x") == []


def test_hostile_patterns_end_soon() -> None:
    assert len(_problems({"pattern": "^(a|aa)+(?=x)$"}, "a" * 100 + "b")) == 1


def test_names_that_look_like_numbers() -> None:
    numbers = {"additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}}}
    assert len(_problems(numbers, {"01": {"0": 1}})) == 1


_MANY = json.dumps(list(range(200_000)))
_TREE = {"anyOf": [{"items": {"$ref": "#"}, "type": "array"}, {"items": {"$ref": "#"}, "minItems": 1, "type": "array"}]}


@pytest.mark.parametrize(
    ("schema", "body", "most"),
    [
        ({"items": {"type": "string"}}, _MANY, 100),
        ({"additionalProperties": {"type": "string"}}, json.dumps(dict.fromkeys(map(str, range(100_000)), 1)), 100),
        ({"uniqueItems": True}, _MANY, 0),
        (_TREE, "[" * 200 + "1" + "]" * 200, 1),
        ({"items": {"$ref": "#"}, "type": "array"}, "[1," * 200 + _MANY + "]" * 200, 2),
        ({"dependencies": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}, "properties": {"c": {"not": {}}}}, _MANY, 0),
    ],
)
def test_large_and_hostile_bodies(schema: dict[str, Any], body: str, most: int) -> None:
    start = time.process_time()
    assert len(compile_schema(json.dumps(schema), {}).problems(body.encode())) <= most
    assert time.process_time() - start < 10  # seconds instead of hours: no measure of speed


def test_dependencies_that_lead_back() -> None:
    schema = {"dependencies": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}, "properties": {"c": {"maximum": 1}}}
    assert len(_problems(schema, {"a": 1, "b": 1, "c": 2})) >= 1


def test_flat() -> None:
    flat = flatten_schema(_MODELS["Person"], _MODELS)
    assert flat["properties"]["house"] == {"$ref": "#/definitions/House"}
    assert flat["definitions"].keys() == {"House", "Person"}
    assert flatten_schema('{"type": "object"}', {}) == {"type": "object"}
    with pytest.raises(SchemaError, match="no model X"):
        flatten_schema(json.dumps({"$ref": _URL + "X"}), {})
