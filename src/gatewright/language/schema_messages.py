"""What a body lacks, in the words of the Java library that API Gateway validates with (json-schema-validator by fge).

The library goes through the body from the outside in: it looks at a value, then at its content, members by name; once
anything was found wrong, the content of further objects and lists is not looked at any more. So a body with a missing
member at its root says nothing of what lies deeper. That order is made here from the errors of another library, which
finds them all. unverified: the order of several messages about one value (here: by keyword).

Texts: validation.properties of https://github.com/java-json-tools/json-schema-validator.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol
from urllib.parse import unquote

Step = str | int
Path = tuple[Step, ...]

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
# How many steps of the way through a schema a keyword takes, and whether it leads into the value. `items`: see below.
_WAYS = {
    "properties": (2, True),
    "patternProperties": (2, True),
    "additionalProperties": (1, True),
    "additionalItems": (1, True),
    "dependencies": (2, False),
    "anyOf": (2, False),
    "oneOf": (2, False),
}
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


class Problem(Protocol):
    """An error, as the library has it: its kind has a name (of the keyword) and details."""

    kind: Any
    instance: Any
    instance_path: list[Step]
    evaluation_path: list[Step]
    message: str


def messages(schema: dict[str, Any], instance: Any, problems: Iterable[Problem]) -> list[str]:
    """The texts, in the order in which the Java library finds them."""
    found: dict[Path, list[tuple[str, str]]] = {}
    for path, keyword, same in _grouped(problems):
        found.setdefault(path, []).extend((keyword, text) for text in _texts(keyword, same, schema))
    return list(_in_order(found, instance))


def _grouped(problems: Iterable[Problem]) -> Iterator[tuple[Path, str, list[Problem]]]:
    """The errors by what one message is about: a value, and a keyword at one place of the schema."""
    groups: dict[tuple[Path, str, Path], list[Problem]] = {}
    for problem in problems:
        path, keyword, way = _place(problem)
        groups.setdefault((path, keyword, way), []).append(problem)
    for (path, keyword, _), same in groups.items():
        yield path, keyword, same


def _place(problem: Problem) -> tuple[Path, str, Path]:
    """Which value an error is about, the keyword, and the way to it: the outermost `allOf`, if it lies in one."""
    way = problem.evaluation_path
    at = depth = 0
    while at < len(way):
        keyword = str(way[at])
        if keyword == "allOf" and at + 1 < len(way):
            return tuple(problem.instance_path[:depth]), "allOf", tuple(way[: at + 1])
        steps, deeper = _WAYS.get(keyword, (1, False))
        if keyword == "items":
            steps, deeper = (2 if at + 1 < len(way) and isinstance(way[at + 1], int) else 1), True
        at += steps
        depth += deeper
    keyword = "dependencies" if way and way[-1] == "dependencies" else problem.kind.name
    return tuple(problem.instance_path), keyword, tuple(way)


def _in_order(found: dict[Path, list[tuple[str, str]]], instance: Any) -> Iterator[str]:
    waiting: list[tuple[Path, Any]] = [((), instance)]
    failed = False
    while waiting:
        path, value = waiting.pop()
        here = found.get(path, [])
        yield from (text for _, text in sorted(here))
        failed = failed or bool(here)
        if failed:
            continue
        if isinstance(value, dict):
            waiting.extend(((*path, name), value[name]) for name in sorted(value, reverse=True))
        elif isinstance(value, list):
            waiting.extend(((*path, index), value[index]) for index in range(len(value) - 1, -1, -1))


def _texts(keyword: str, same: list[Problem], schema: dict[str, Any]) -> list[str]:
    if keyword == "allOf":
        return [_all_of(same, schema)]
    if keyword == "dependencies":
        return list(_dependencies(same[0], schema))
    if keyword == "required":
        missing = sorted(each.kind.as_dict()["property"] for each in same)
        return [f"object has missing required properties ({_json(missing)})"]
    write = _WRITERS.get(keyword)
    return [each.message if write is None else write(each.instance, each.kind.as_dict()) for each in same]


def _all_of(same: list[Problem], schema: dict[str, Any]) -> str:
    way = _place(same[0])[2]
    total = len(_follow(schema, way))
    failed = len({each.evaluation_path[len(way)] for each in same})
    return f"instance failed to match all required schemas (matched only {total - failed} out of {total})"


def _dependencies(problem: Problem, schema: dict[str, Any]) -> Iterator[str]:
    for name, needed in sorted(_follow(schema, tuple(problem.evaluation_path)).items()):
        if isinstance(needed, list) and name in problem.instance:
            missing = sorted(set(needed) - problem.instance.keys())
            if missing:
                yield (
                    f'property "{name}" of object has missing property dependencies '
                    f"(schema requires {_json(sorted(needed))}; missing: {_json(missing)})"
                )


def _follow(schema: dict[str, Any], way: Path) -> Any:
    """What lies at the end of a way through a schema whose references are pointers."""
    here: Any = schema
    for step in way:
        here = here[step]
        if step == "$ref" and isinstance(here, str):
            target, here = here, schema
            for part in target.split("/")[1:]:
                key = unquote(part).replace("~1", "/").replace("~0", "~")
                here = here[int(key)] if isinstance(here, list) else here[key]
    return here


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _type(instance: Any, detail: dict[str, Any]) -> str:
    allowed = set(detail["types"]) | ({"integer"} if "number" in detail["types"] else set())
    found = _TYPES.get(type(instance), "null")
    return f"instance type ({found}) does not match any allowed primitive type (allowed: {_json(sorted(allowed))})"


def _minimum(instance: Any, detail: dict[str, Any]) -> str:
    limit = detail["limit"]
    if instance == limit:
        return f"numeric instance is not strictly greater than the required minimum {_json(limit)}"
    return f"numeric instance is lower than the required minimum (minimum: {_json(limit)}, found: {_json(instance)})"


def _maximum(instance: Any, detail: dict[str, Any]) -> str:
    limit = detail["limit"]
    if instance == limit:
        return f"numeric instance is not strictly lower than the required maximum {_json(limit)}"
    return f"numeric instance is greater than the required maximum (maximum: {_json(limit)}, found: {_json(instance)})"


def _one_of(_: Any, detail: dict[str, Any]) -> str:
    branches = detail["context"]
    matched = sum(not branch for branch in branches)
    return f"instance failed to match exactly one schema (matched {matched} out of {len(branches)})"


_WRITERS: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "type": _type,
    "minimum": _minimum,
    "exclusiveMinimum": _minimum,
    "maximum": _maximum,
    "exclusiveMaximum": _maximum,
    "oneOf": _one_of,
    "anyOf": lambda _, detail: f"instance failed to match at least one required schema among {len(detail['context'])}",
    "not": lambda _, detail: "instance matched a schema which it should not have",
    "enum": lambda instance, detail: (
        f"instance value ({_json(instance)}) not found in enum (possible values: {_json(detail['options'])})"
    ),
    "pattern": lambda instance, detail: (
        f'ECMA 262 regex "{detail.get("pattern", "")}" does not match input string "{instance}"'
    ),
    "minLength": lambda instance, detail: (
        f'string "{instance}" is too short (length: {len(instance)}, required minimum: {detail["limit"]})'
    ),
    "maxLength": lambda instance, detail: (
        f'string "{instance}" is too long (length: {len(instance)}, maximum allowed: {detail["limit"]})'
    ),
    "multipleOf": lambda instance, detail: (
        f"remainder of division is not zero ({_json(instance)} / {_json(detail['multiple_of'])})"
    ),
    "additionalProperties": lambda _, detail: (
        "object instance has properties which are not allowed by the schema: " + _json(sorted(detail["unexpected"]))
    ),
    "additionalItems": lambda instance, detail: (
        f"schema only allows {detail['limit']} elements in array but instance has {len(instance)} elements"
    ),
    "minItems": lambda instance, detail: (
        f"array is too short: must have at least {detail['limit']} elements but instance has {len(instance)} elements"
    ),
    "maxItems": lambda instance, detail: (
        f"array is too long: must have at most {detail['limit']} elements but instance has {len(instance)} elements"
    ),
    "uniqueItems": lambda _, detail: "array must not contain duplicate elements",
    "minProperties": lambda instance, detail: (
        f"object has too few properties (found {len(instance)} but schema requires at least {detail['limit']})"
    ),
    "maxProperties": lambda instance, detail: (
        f"object has too many properties (found {len(instance)} but schema requires at most {detail['limit']})"
    ),
    "format": lambda instance, detail: (
        f'string "{instance}" {_FORMATS.get(detail["format"], "is invalid against format " + detail["format"])}'
    ),
}
