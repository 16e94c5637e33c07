"""What a body lacks, in the words of the Java library that API Gateway validates with (json-schema-validator by fge).

The library goes through the body from the outside in: it looks at a value, then at its content, members by name; once
anything was found wrong, the content of further objects and lists is not looked at any more. So a body with a missing
member at its root says nothing of what lies deeper. The same is done here, after another library has found the body
invalid; what that one says of parts decides here too, so that both agree. Bodies come from anybody: at most `_MOST`
messages are written, and at most `_WORK` bytes looked at again on the way down.

unverified: the order of several messages about one value (here: by keyword).
Texts: validation.properties of https://github.com/java-json-tools/json-schema-validator.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Protocol
from urllib.parse import unquote

_MOST = 100  # messages
_AT_ONCE = 1000  # elements of a list: where all are as they should be, none is looked at by itself
_WORK = 64_000_000  # bytes
_DEEPEST = 300  # values within one another
_DATES = "[yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]"
_FORMATS = {
    "date-time": f"is invalid against requested date format(s) {_DATES}",
    "email": "is not a valid email address",
    "hostname": "is not a valid hostname",
    "ipv4": "is not a valid IPv4 address",
    "ipv6": "is not a valid IPv6 address",
    "uri": "is not a valid URI",
    "regex": "is not a valid ECMA 262 regular expression",
}
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}

Schema = dict[str, Any]
Place = tuple[Any, Any]  # a schema and a value that it is about


class Validator(Protocol):
    def is_valid(self, instance: Any) -> bool: ...


class Explainer:
    """Writes the messages of one schema: a document whose references are all pointers into its definitions.

    `build` makes a validator of a schema. Validators of parts are made when they are first needed, and kept.
    """

    __slots__ = ("_build", "_document", "_validators")

    def __init__(self, document: Schema, build: Callable[[Schema], Validator]) -> None:
        self._document = document
        self._build = build
        self._validators: dict[tuple[int, str], Validator] = {}  # by the part (which lives in the document), keyword

    def messages(self, instance: Any, size: int) -> list[str]:
        """The texts for a value that does not fit, in the Java library's order. `size` of the body in bytes."""
        found: list[str] = []
        waiting: list[Place] = [(self._document, instance)]
        looks = min(_DEEPEST, _WORK // max(1, size))
        while waiting and len(found) < _MOST:
            schema, value = waiting.pop()
            schema = self._target(schema)
            found.extend(self._own(schema, value))
            if not found and looks > 0:
                looks -= 1
                suspects = (place for place in self._content(schema, value) if self._suspect(*place))
                waiting.extend(reversed(list(islice(suspects, _MOST))))
        return found[:_MOST]

    def _own(self, schema: Schema, value: Any) -> Iterator[str]:
        for keyword in sorted(schema):
            if (keyword not in _WRITERS and keyword not in _TEXTS) or self._part(schema, keyword).is_valid(value):
                continue
            if keyword in _TEXTS:
                yield _TEXTS[keyword](schema[keyword], value)
            else:
                yield from _WRITERS[keyword](self, schema, value)

    def _content(self, schema: Schema, value: Any) -> Iterator[Place]:
        """What is looked at next: the content, with the schemas for it, and what dependencies ask of the value."""
        if isinstance(value, list):
            yield from self._of_list(schema, value)
        elif isinstance(value, dict):
            for name, needed in schema.get("dependencies", {}).items():
                if isinstance(needed, dict) and name in value:
                    yield needed, value
            for name in sorted(value):
                for part in self._of_member(schema, name):
                    yield part, value[name]

    def _of_list(self, schema: Schema, value: list[Any]) -> Iterator[Place]:
        items = schema.get("items")
        if isinstance(items, list):
            for at, item in enumerate(value):
                yield items[at] if at < len(items) else schema.get("additionalItems"), item
            return
        for start in range(0, len(value), _AT_ONCE):
            several = value[start : start + _AT_ONCE]
            if len(several) == 1 or not self._validator(schema, "items", {"items": items}).is_valid(several):
                yield from ((items, item) for item in several)

    def _of_member(self, schema: Schema, name: str) -> Iterator[Any]:
        known = name in schema.get("properties", {})
        if known:
            yield schema["properties"][name]
        for pattern, part in schema.get("patternProperties", {}).items():
            if self.fits_pattern(schema, pattern, name):
                known = True
                yield part
        if not known and isinstance(schema.get("additionalProperties"), dict):
            yield schema["additionalProperties"]

    def _suspect(self, schema: Any, value: Any) -> bool:
        """Whether something is wrong there."""
        return isinstance(schema, dict) and not self.fits(schema, value)

    def fits(self, schema: Schema, value: Any) -> bool:
        """Whether a value is as a part of the document wants it."""
        return self._validator(schema, "", schema).is_valid(value)

    def fits_pattern(self, schema: Schema, pattern: str, name: str) -> bool:
        """Whether the name of a member matches one of the patterns of a schema."""
        return not self._validator(
            schema, f"pattern {pattern}", {"patternProperties": {pattern: {"not": {}}}}
        ).is_valid({name: 0})

    def _part(self, schema: Schema, keyword: str) -> Validator:
        """The validator of one keyword of a schema."""
        part = {keyword: schema[keyword]}
        for other in _BESIDE.get(keyword, ()):
            if other in schema:
                content = schema[other]
                part[other] = {name: {} for name in content} if isinstance(content, dict) else content
        if keyword == "additionalItems":
            part["items"] = [{} for _ in schema["items"]] if isinstance(schema.get("items"), list) else {}
        if keyword in ("additionalItems", "additionalProperties") and part[keyword] is not False:
            part[keyword] = {}
        return self._validator(schema, keyword, part)

    def _validator(self, schema: Schema, keyword: str, part: Schema) -> Validator:
        key = (id(schema), keyword)
        if key not in self._validators:
            if keyword in _REFERRING:
                part = part | {"definitions": self._document["definitions"]}
            self._validators[key] = self._build(part)
        return self._validators[key]

    def _target(self, schema: Any) -> Schema:
        """The schema that a reference leads to."""
        for _ in range(_DEEPEST):
            if not isinstance(schema, dict):
                return {}
            if not isinstance(schema.get("$ref"), str):
                return schema
            here: Any = self._document
            for part in schema["$ref"].split("/")[1:]:
                key = unquote(part).replace("~1", "/").replace("~0", "~")
                here = here[int(key)] if isinstance(here, list) else here[key]
            schema = here
        return {}


# Keywords that hold schemas, and "" for a whole schema: they may refer to definitions.
_REFERRING = frozenset({"", "allOf", "anyOf", "items", "oneOf", "not", "dependencies"})
# What a keyword cannot be judged without.
_BESIDE = {
    "minimum": ("exclusiveMinimum",),
    "maximum": ("exclusiveMaximum",),
    "additionalProperties": ("properties", "patternProperties"),
}


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _type(_: Explainer, schema: Schema, value: Any) -> Iterator[str]:
    types = schema["type"]
    allowed = {types} if isinstance(types, str) else set(types)
    allowed |= {"integer"} if "number" in allowed else set()
    found = _TYPES.get(type(value), "null")
    yield f"instance type ({found}) does not match any allowed primitive type (allowed: {_json(sorted(allowed))})"


def _required(_: Explainer, schema: Schema, value: Any) -> Iterator[str]:
    missing = sorted(set(schema["required"]) - value.keys())
    yield f"object has missing required properties ({_json(missing)})"


def _minimum(_: Explainer, schema: Schema, value: Any) -> Iterator[str]:
    limit = _json(schema["minimum"])
    if value == schema["minimum"]:
        yield f"numeric instance is not strictly greater than the required minimum {limit}"
    else:
        yield f"numeric instance is lower than the required minimum (minimum: {limit}, found: {_json(value)})"


def _maximum(_: Explainer, schema: Schema, value: Any) -> Iterator[str]:
    limit = _json(schema["maximum"])
    if value == schema["maximum"]:
        yield f"numeric instance is not strictly lower than the required maximum {limit}"
    else:
        yield f"numeric instance is greater than the required maximum (maximum: {limit}, found: {_json(value)})"


def _additional(explainer: Explainer, schema: Schema, value: Any) -> Iterator[str]:
    patterns = schema.get("patternProperties", {})
    unexpected = [
        name
        for name in sorted(value.keys() - schema.get("properties", {}).keys())
        if not any(explainer.fits_pattern(schema, pattern, name) for pattern in patterns)
    ]
    yield f"object instance has properties which are not allowed by the schema: {_json(unexpected)}"


def _dependencies(_: Explainer, schema: Schema, value: Any) -> Iterator[str]:
    for name, needed in sorted(schema["dependencies"].items()):
        missing = sorted(set(needed) - value.keys()) if isinstance(needed, list) and name in value else []
        if missing:
            yield (
                f'property "{name}" of object has missing property dependencies '
                f"(schema requires {_json(sorted(needed))}; missing: {_json(missing)})"
            )


def _additional_items(_: Explainer, schema: Schema, value: Any) -> Iterator[str]:
    allowed = len(schema["items"])
    yield f"schema only allows {allowed} elements in array but instance has {len(value)} elements"


def _matched(explainer: Explainer, branches: list[Any], value: Any) -> int:
    return sum(explainer.fits(branch, value) for branch in branches)


def _all_of(explainer: Explainer, schema: Schema, value: Any) -> Iterator[str]:
    branches = schema["allOf"]
    matched = _matched(explainer, branches, value)
    yield f"instance failed to match all required schemas (matched only {matched} out of {len(branches)})"


def _one_of(explainer: Explainer, schema: Schema, value: Any) -> Iterator[str]:
    branches = schema["oneOf"]
    matched = _matched(explainer, branches, value)
    yield f"instance failed to match exactly one schema (matched {matched} out of {len(branches)})"


_WRITERS: dict[str, Callable[[Explainer, Schema, Any], Iterator[str]]] = {
    "type": _type,
    "required": _required,
    "minimum": _minimum,
    "maximum": _maximum,
    "additionalProperties": _additional,
    "additionalItems": _additional_items,
    "dependencies": _dependencies,
    "allOf": _all_of,
    "oneOf": _one_of,
}
# Texts of a keyword's own value and the value at hand.
_TEXTS: dict[str, Callable[[Any, Any], str]] = {
    "anyOf": lambda limit, _: f"instance failed to match at least one required schema among {len(limit)}",
    "not": lambda limit, _: "instance matched a schema which it should not have",
    "enum": lambda limit, value: f"instance value ({_json(value)}) not found in enum (possible values: {_json(limit)})",
    "pattern": lambda limit, value: f'ECMA 262 regex "{limit}" does not match input string "{value}"',
    "minLength": lambda limit, value: (
        f'string "{value}" is too short (length: {len(value)}, required minimum: {limit})'
    ),
    "maxLength": lambda limit, value: f'string "{value}" is too long (length: {len(value)}, maximum allowed: {limit})',
    "multipleOf": lambda limit, value: f"remainder of division is not zero ({_json(value)} / {_json(limit)})",
    "minItems": lambda limit, value: (
        f"array is too short: must have at least {limit} elements but instance has {len(value)} elements"
    ),
    "maxItems": lambda limit, value: (
        f"array is too long: must have at most {limit} elements but instance has {len(value)} elements"
    ),
    "uniqueItems": lambda limit, _: "array must not contain duplicate elements",
    "minProperties": lambda limit, value: (
        f"object has too few properties (found {len(value)} but schema requires at least {limit})"
    ),
    "maxProperties": lambda limit, value: (
        f"object has too many properties (found {len(value)} but schema requires at most {limit})"
    ),
    "format": lambda limit, value: f'string "{value}" {_FORMATS.get(limit, f"is invalid against format {limit}")}',
}
