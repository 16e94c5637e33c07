"""JSON Schema → Python's types, as far as types can say it. Only to be read: nothing is checked at run time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.sdk.base import Schema

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_ANY = "Any"
_DEPTH = 8


def shape_of(schema: Schema, models: Mapping[str, str]) -> dict[str, Any]:
    """`members` [(name, type), …] of an object's schema, else None and `alias`, the type.

    `models`: identifiers by the models' names. What comes out consists of types, identifiers and punctuation.
    """
    properties = schema.get("properties")
    if isinstance(properties, dict) and properties:
        return {"members": [(name, of(each, models)) for name, each in properties.items()], "alias": None}
    return {"members": None, "alias": of(schema, models)}


def of(schema: Any, models: Mapping[str, str], depth: int = _DEPTH) -> str:
    """The type of values that a schema describes."""
    if not isinstance(schema, dict) or not depth:
        return _ANY
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return models.get(reference.rpartition("/")[2], _ANY)
    kind = schema.get("type")
    if isinstance(kind, list):
        several = dict.fromkeys(of({**schema, "type": each}, models, depth - 1) for each in kind)
        return " | ".join(several) or _ANY
    if kind == "array":
        return f"list[{of(schema.get('items'), models, depth - 1)}]"
    if kind == "object":
        return "dict[str, Any]"
    return _SCALARS.get(kind, _ANY) if isinstance(kind, str) else _ANY
