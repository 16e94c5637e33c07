"""Models: any JSON is a schema or is refused; any body has its problems told, whatever it holds."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.schema import SchemaError, check_schema, compile_schema, flatten_schema
from tests.fuzz.effort import FUZZ

_NAMES = st.sampled_from(["a", "b", "id", "$ref", "allOf"])
_TYPES = st.sampled_from(["string", "integer", "number", "object", "array", "null", "boolean", "bogus"])
_REFS = st.sampled_from(
    [
        *("#", "#/definitions/a", "#/properties/a", "#x", "x.json", "https://api/restapis/x/models/A"),
        "https://api/restapis/x/models/B",
    ]
)


def _schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    many = st.dictionaries(_NAMES, inner, max_size=3)
    some = st.lists(inner, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": _TYPES | st.lists(_TYPES, min_size=1, max_size=2),
            "properties": many,
            "patternProperties": many,
            "definitions": many,
            "dependencies": st.dictionaries(_NAMES, inner | st.lists(_NAMES, min_size=1, max_size=2), max_size=2),
            "additionalProperties": inner | st.booleans(),
            "items": inner | some,
            "additionalItems": st.booleans(),
            "allOf": some,
            "anyOf": some,
            "oneOf": some,
            "not": inner,
            "required": st.lists(_NAMES, max_size=2),
            "enum": st.lists(_NAMES, min_size=1, max_size=2),
            "pattern": st.text(alphabet="ab()[]*\\w-", max_size=8),
            "minimum": st.integers(),
            "minLength": st.integers(0, 3),
            "format": st.sampled_from(["email", "date-time", "ipv4", "byte"]),
            "$ref": _REFS,
            "id": _NAMES,
        },
    )


SCHEMAS: st.SearchStrategy[Any] = st.recursive(st.just({}), _schemas, max_leaves=8)
BODIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=10,
)


@FUZZ
@given(SCHEMAS, SCHEMAS, BODIES)
def test_any_body_against_any_model(schema: Any, other: Any, body: Any) -> None:
    text, models = json.dumps(schema), {"A": json.dumps(other)}
    try:
        check_schema(text)
        flatten_schema(text, models)
        compiled = compile_schema(text, models)
    except SchemaError:
        return
    assert all(isinstance(problem, str) for problem in compiled.problems(json.dumps(body).encode()))


@FUZZ
@given(st.text(max_size=60), st.binary(max_size=60))
def test_any_text(text: str, body: bytes) -> None:
    assert isinstance(compile_schema('{"type": "object"}', {}).problems(body), list)
    try:
        check_schema(text)
    except SchemaError:
        return
