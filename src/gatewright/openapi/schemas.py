"""Schemas of OpenAPI → schemas of models (JSON Schema draft 4), and back.

API Gateway's models know draft 4 only. What OpenAPI adds (`nullable`, `example`, `discriminator`, `readOnly`, `xml`, …)
is dropped without a word, as AWS drops it (reported by clients: `nullable` is gone from imported models); what JSON
Schema 2020 says differently is said in draft 4's words. Members come out in AWS's order, `required` sorted (recorded).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import orjson

from gatewright.openapi.base import REFERENCE, SCHEMA_NODES, Body
from gatewright.openapi.source import Source, step

_VALUES = frozenset({"enum", "default"})
_ONE = frozenset({"not", "items", "additionalProperties", "additionalItems"})
_MANY = frozenset({"allOf", "anyOf", "oneOf"})
_NAMED = frozenset({"properties", "patternProperties", "definitions"})
# Schemas that AWS makes no model of where they have no name, by their type or format.
_PLAIN = {"string": "String", "integer": "Integer", "number": "Number", "boolean": "Boolean"}
_FORMATS = {
    "binary": "Binary",
    "byte": "ByteArray",
    "date": "Date",
    "date-time": "DateTime",
    "email": "Email",
    "password": "Password",
    "uuid": "UUID",
}
_ORDER = (
    "id",
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "type",
    "not",
    "allOf",
    "anyOf",
    "oneOf",
    "properties",
    "patternProperties",
    "additionalProperties",
    "additionalItems",
    "dependencies",
    "definitions",
    "description",
    "format",
    "items",
    "default",
    "enum",
)
_RANK = {name: at for at, name in enumerate(_ORDER)}
_MODEL = re.compile(r"https://apigateway\.[^/]+/restapis/[^/]+/models/(\w+)")


def models(source: Source) -> list[Body]:
    """The models that a document names, then those of its inline schemas (read operations before)."""
    schemas, place = source.component("definitions", "schemas")
    made = [_model(source, name, schema, step(place, name)) for name, schema in schemas.items()]
    return made + list(source.inline.values())


def _model(source: Source, name: str, schema: Any, place: str) -> Body:
    converted = convert(source, schema, place)
    model: Body = {"name": name, "contentType": "application/json", "schema": converted}
    if isinstance(converted.get("description"), str) and converted["description"]:
        model["description"] = converted["description"]
    return model


def model_name(source: Source, schema: Any, place: str, owner: str) -> str | None:
    """The model that a schema stands for: the one it refers to, or one made of it; None for an empty schema.

    A plain value without a name is passed over with a warning that names its `owner` (reported by clients).
    """
    node = source.mapping(schema, place)
    target = node.get("$ref")
    if isinstance(target, str):
        named = _target(target)
        if named is not None:
            schemas, _ = source.component("definitions", "schemas")
            if named in schemas:
                return named
            source.warn(f"Reference to model '{named}' not found. Ignoring.")
            return None
    converted = convert(source, node, place)
    if not converted:
        return None
    if isinstance(converted.get("type"), str) and converted["type"] in _PLAIN and not converted.keys() & _MANY:
        kind = _FORMATS.get(str(converted.get("format")), _PLAIN[converted["type"]])
        source.warn(f"Unsupported model type '{kind}Schema' in {owner}. Ignoring.")
        return None
    digest = hashlib.sha256(orjson.dumps(converted, option=orjson.OPT_SORT_KEYS)).hexdigest()
    name = f"MODEL{digest[:6]}"
    source.inline[name] = {"name": name, "contentType": "application/json", "schema": converted}
    return name


def convert(source: Source, schema: Any, place: str) -> Body:
    """A schema in draft 4's words; its references to models are `#/definitions/Name`."""
    if schema is True:  # of OpenAPI 3.1: anything goes
        return {}
    if schema is False:
        return {"not": {}}
    return _converted(source, source.mapping(schema, place), place, ())


def _converted(source: Source, node: Body, place: str, inside: tuple[str, ...]) -> Body:
    source.nodes += 1
    if source.nodes > SCHEMA_NODES:
        if source.nodes == SCHEMA_NODES + 1:
            source.problem(place, f"the document's models have more than {SCHEMA_NODES} values")
        return {}
    target = node.get("$ref")
    if isinstance(target, str):
        return _reference(source, target, place, inside)
    found: Body = {}
    for name, value in _draft4(node).items():
        if name in _RANK and value is not None:
            found[name] = _member(source, name, value, step(place, name), inside)
    if not found.get("required", True):
        del found["required"]
    return dict(sorted(found.items(), key=lambda item: _RANK[item[0]]))


def _reference(source: Source, target: str, place: str, inside: tuple[str, ...]) -> Body:
    named = _target(target)
    if named is not None:
        schemas, _ = source.component("definitions", "schemas")
        if named in schemas:
            return {"$ref": REFERENCE + named}
        source.warn(f"Reference to model '{named}' not found. Ignoring.")
        return {}
    if target in inside or len(inside) > 20:
        source.problem(place, f"the reference '{target}' contains itself")
        return {}
    node, where = source.resolve({"$ref": target}, place)
    return _converted(source, node, where, (*inside, target))


def _member(source: Source, name: str, value: Any, place: str, inside: tuple[str, ...]) -> Any:
    if name in _NAMED:
        nodes = source.mapping(value, place)
        return {key: _below(source, each, step(place, key), inside) for key, each in nodes.items()}
    if name in _MANY or (name == "items" and isinstance(value, list)):
        nodes_ = source.sequence(value, place)
        return [_below(source, each, f"{place}/{at}", inside) for at, each in enumerate(nodes_)]
    if name in _ONE:
        if isinstance(value, bool) and name.startswith("additional"):
            return value
        return _below(source, value, place, inside)
    if name == "required":
        return sorted(set(source.texts(value, place))) if isinstance(value, list) else []
    if name == "dependencies":
        nodes = source.mapping(value, place)
        return {
            key: each if isinstance(each, list) else _below(source, each, step(place, key), inside)
            for key, each in nodes.items()
        }
    return value


def _below(source: Source, value: Any, place: str, inside: tuple[str, ...]) -> Body:
    if isinstance(value, bool):
        return {} if value else {"not": {}}
    return _converted(source, source.mapping(value, place), place, inside)


def _draft4(node: Body) -> Body:
    """JSON Schema 2020's numeric exclusive bounds and `const`, said in draft 4."""
    if not any(name in node for name in ("const", "exclusiveMinimum", "exclusiveMaximum")):
        return node
    said = dict(node)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        value = said.get(exclusive)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            said[bound], said[exclusive] = value, True
    if "const" in said and "enum" not in said:
        said["enum"] = [said["const"]]
    return said


def _target(target: str) -> str | None:
    """The model that a reference names, if it names a whole model."""
    match = _MODEL.fullmatch(target)
    if match:
        return match[1]
    for prefix in (REFERENCE, "#/components/schemas/"):
        if target.startswith(prefix) and "/" not in target[len(prefix) :]:
            return target[len(prefix) :]
    return None


def referring(schema: Any, rename: Callable[[str], str]) -> Any:
    """A copy of a schema with every reference to a model renamed: `#/definitions/Name` or a model's address in."""
    if isinstance(schema, list):
        return [referring(each, rename) for each in schema]
    if not isinstance(schema, dict):
        return schema
    target = schema.get("$ref")
    named = _target(target) if isinstance(target, str) else None
    if named is not None:
        return {"$ref": rename(named)}
    return {
        name: value if name in _VALUES else referring(value, rename)
        for name, value in schema.items()
        if name != "$schema"
    }
