"""Models: JSON Schema Draft 4, compiled once, asked per request.

AWS: "Data models for REST APIs", "Request validation for REST APIs". A model may refer to itself (`#/definitions/…`)
and to other models of its API by their canonical URL, in circles too:
`https://apigateway.amazonaws.com/restapis/{api id}/models/{name}`. Whatever a schema refers to is put into one document
beforehand, each model under a key of its own; nothing is ever fetched, and a reference to anything else is refused. The
host and the API's id in a URL do not count, so that a copied API keeps working.

What a body lacks is said in the words of `schema_messages`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gatewright.language.schema_messages import Explainer, Validator

UNPARSED = "Unknown error parsing request body"  # for an empty body recorded; unverified for other text

_MODEL = re.compile(r"https?://[^/]+/restapis/[^/]+/models/([A-Za-z0-9]+)")
_BACKTRACKS = 100_000  # steps of a pattern; one that takes more does not match
_REGEX_BYTES = 1_000_000
_DEEPEST = 200  # schemas within one another
_CLASS_RANGE = re.compile(r"(\\[wdsWDS])-(?!\])")  # `[\w-.]`: a plain "-" in ECMA 262, an error to the library

# Where schemas lie within a schema; everything else is data.
_MAPS = ("properties", "patternProperties", "definitions", "dependencies")
_LISTS = ("allOf", "anyOf", "oneOf", "items")
_SINGLES = ("items", "not", "additionalItems", "additionalProperties")


class SchemaError(ValueError):
    """A text that is no schema, or a schema that refers to what is not there. The message says which."""


class Schema:
    """A compiled model."""

    __slots__ = ("_explainer", "_validator")

    def __init__(self, document: dict[str, Any]) -> None:
        """`document`: all its references are pointers into its definitions. Raises SchemaError."""
        self._validator = _validator(document)
        self._explainer = Explainer(document, _validator)

    def problems(self, body: bytes) -> list[str]:
        """What is wrong with a body, in AWS's words; nothing when it is as the model wants it."""
        try:
            instance = json.loads(body.decode(), parse_constant=_refuse_constant)
            if self._validator.is_valid(instance):
                return []
            return self._explainer.messages(instance, len(body)) or [UNPARSED]
        except (ValueError, RecursionError):
            return [UNPARSED]


def _validator(schema: dict[str, Any]) -> Validator:
    import jsonschema_rs  # 8 MB of memory, which a worker without validators need not hold

    try:
        return jsonschema_rs.Draft4Validator(
            schema,
            offline=True,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS, size_limit=_REGEX_BYTES),
        )
    except ValueError as error:
        raise SchemaError(str(error).partition("\n")[0]) from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def parse_schema(text: str) -> dict[str, Any]:
    """The schema that a model's text holds. Raises SchemaError."""
    try:
        schema = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise SchemaError("the schema is no JSON") from None
    if not isinstance(schema, dict):
        raise SchemaError("the schema is no JSON object")
    return schema


def compile_schema(schema: str, models: Mapping[str, str]) -> Schema:
    """Compile the text of a schema; `models` are the texts of the API's models by name. Raises SchemaError."""
    return Schema(_Joined(models).document(schema))


def references(schema: str) -> set[str]:
    """The names of the models that a schema's text refers to. Raises SchemaError."""
    found: set[str] = set()
    _rewrite(parse_schema(schema), lambda ref: _name_in(ref, found), 0)
    return found


def check_schema(schema: str) -> None:
    """Raises SchemaError for a text that is no schema. Models that it refers to need not be there yet."""
    compile_schema(schema, dict.fromkeys(reachable(schema, {}), "{}"))


def flatten_schema(schema: str, models: Mapping[str, str]) -> dict[str, Any]:
    """The schema with the models it refers to among its definitions. Raises SchemaError."""
    names = reachable(schema, models)
    for name in sorted(names - models.keys()):
        raise SchemaError(f"there is no model {name}")
    flat = _rewrite(parse_schema(schema), _to_definition, 0)
    assert isinstance(flat, dict)
    if names:
        definitions = {name: _rewrite(parse_schema(models[name]), _to_definition, 0) for name in sorted(names)}
        flat["definitions"] = flat.get("definitions", {}) | definitions
    return flat


def _to_definition(ref: str) -> str:
    match = _MODEL.fullmatch(ref)
    return f"#/definitions/{match[1]}" if match else ref


def reachable(schema: str, models: Mapping[str, str]) -> set[str]:
    """Names of all models that a schema leads to; those that are not among `models` lead no further.

    Raises SchemaError.
    """
    found: set[str] = set()
    waiting = references(schema)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name in models:
            waiting |= references(models[name]) - found
    return found


def _name_in(ref: str, found: set[str]) -> str:
    match = _MODEL.fullmatch(ref)
    if match:
        found.add(match[1])
    elif not ref.startswith("#"):
        raise SchemaError("Model reference must be in canonical form")  # AWS's words
    return ref


class _Joined:
    """One document of a schema and all models that it leads to."""

    def __init__(self, models: Mapping[str, str]) -> None:
        self._models = models
        self._keys: dict[str, str] = {}
        self._waiting: list[str] = []

    def document(self, schema: str) -> dict[str, Any]:
        definitions = {"schema": self._moved(schema, "schema")}
        while self._waiting:
            name = self._waiting.pop()
            if name not in self._models:
                raise SchemaError(f"there is no model {name}")
            definitions[self._keys[name]] = self._moved(self._models[name], self._keys[name])
        return {"$ref": "#/definitions/schema", "definitions": definitions}

    def _moved(self, schema: str, key: str) -> Any:
        def place(ref: str) -> str:
            if ref.startswith("#"):
                if not ref.startswith("#/") and ref != "#":
                    raise SchemaError(f"reference {ref}: only pointers (#/definitions/…) are supported")
                return f"#/definitions/{key}{ref[1:]}"
            match = _MODEL.fullmatch(ref)
            if match is None:
                raise SchemaError("Model reference must be in canonical form")
            if match[1] not in self._keys:
                self._keys[match[1]] = f"model-{match[1]}"
                self._waiting.append(match[1])
            return f"#/definitions/{self._keys[match[1]]}"

        return _rewrite(parse_schema(schema), place, 0)


def _rewrite(schema: Any, place: Callable[[str], str], depth: int) -> Any:
    """A copy of a schema with its references replaced, and without ids, which would change where they lead."""
    if not isinstance(schema, dict):
        return schema
    if depth > _DEEPEST:
        raise SchemaError("the schema is nested too deeply")
    if isinstance(schema.get("$ref"), str):
        # What stands beside a reference counts for nothing, but its definitions may be pointed at.
        kept = {name: value for name, value in _within(schema, place, depth) if name == "definitions"}
        return {"$ref": place(schema["$ref"])} | kept
    return dict(_within(schema, place, depth))


def _within(schema: dict[str, Any], place: Callable[[str], str], depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in schema.items():
        if name in _MAPS and isinstance(value, dict):
            yield name, {key: _rewrite(each, place, depth + 1) for key, each in value.items()}
        elif name in _LISTS and isinstance(value, list):
            yield name, [_rewrite(each, place, depth + 1) for each in value]
        elif name in _SINGLES:
            yield name, _rewrite(value, place, depth + 1)
        elif name == "pattern" and isinstance(value, str):
            yield name, _CLASS_RANGE.sub(r"\1\\-", value)
        elif name == "required" and value == []:
            continue  # Draft 4 forbids it; people write it all the same
        elif name not in ("id", "$schema"):
            yield name, value
