"""The sample mapping template of a model (GetModelTemplate): its shape with sample values, to be filled in.

The form for objects and numbers is that of AWS's example, the loop's that of templates which people generated on AWS
and published. unverified: the indentation of loops within objects, and what stands for a type that is not given.
https://docs.aws.amazon.com/apigateway/latest/api/API_GetModelTemplate.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gatewright.language.schema import SchemaError, flatten_schema

_HEAD = "#set($inputRoot = $input.path('$'))\n"
_LOOP = "##TODO: Update this foreach loop to reference array from input json\n#foreach($elem in $inputRoot.TODO)\n"
_SAMPLES = {"integer": "42", "number": "3.1415", "boolean": "true", "null": "null", "string": '"foo"'}
_MOST = 10_000  # values: a model that refers to another many times may grow without end
_DEEPEST = 50


def sample_template(schema: str, models: Mapping[str, str]) -> str:
    """The template for the text of a schema; `models` are the API's models by name. Raises SchemaError."""
    flat = flatten_schema(schema, models)
    return _HEAD + _Sample(flat).value(flat, 0, frozenset())


class _Sample:
    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._left = _MOST

    def value(self, schema: Any, depth: int, seen: frozenset[str]) -> str:
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            raise SchemaError("the model is too large for a sample")
        schema = schema if isinstance(schema, dict) else {}
        ref = schema.get("$ref")
        if isinstance(ref, str):
            # A model within itself ends there.
            return "{ }" if ref in seen else self.value(self._target(ref), depth, seen | {ref})
        if schema.get("enum"):
            return json.dumps(schema["enum"][0])
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, depth, seen)
        return self._list(schema, depth, seen) if kind == "array" else _SAMPLES.get(kind, '"foo"')

    def _object(self, schema: dict[str, Any], depth: int, seen: frozenset[str]) -> str:
        members = schema.get("properties") or {}
        if not members:
            return "{ }"
        pad = "  " * (depth + 1)
        lines = [f"{pad}{json.dumps(name)} : {self.value(each, depth + 1, seen)}" for name, each in members.items()]
        return "{\n" + ",\n".join(lines) + "\n" + "  " * depth + "}"

    def _list(self, schema: dict[str, Any], depth: int, seen: frozenset[str]) -> str:
        items = schema.get("items") or {}
        item = self.value(items[0] if isinstance(items, list) else items, depth, seen)
        pad = "  " * depth
        return f"[\n{_LOOP}{pad} {item} \n#if($foreach.hasNext),#end\n#end\n{pad}]"

    def _target(self, ref: str) -> Any:
        here: Any = self._root
        for part in ref.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            here = here.get(key) if isinstance(here, dict) else None
        return here


def _kind(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "array" if "items" in schema else "string"
