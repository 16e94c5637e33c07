"""Bytes → plain values, and back. JSON is tried first, then YAML.

Out come dicts with text keys, lists, text, integers, floats, booleans and None, nested at most DEPTH deep. A JSON key
that comes twice: the last one counts; a YAML key that comes twice is refused (unverified for both).
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from gatewright.openapi import yaml_reader
from gatewright.openapi.base import DEPTH, SIZE, DocumentError


def parse(body: bytes, variables: dict[str, str]) -> Any:
    """The values of a document, `${AWS::…}` variables replaced. Raises DocumentError."""
    if len(body) > SIZE:
        raise DocumentError(f"the document has {len(body)} bytes, {SIZE} are allowed")
    for name, value in variables.items():
        body = body.replace(b"${" + name.encode() + b"}", value.encode())
    try:
        tree = orjson.loads(body)
    except orjson.JSONDecodeError:
        return yaml_reader.load(body)
    check_depth(tree)
    return tree


def check_depth(tree: Any) -> None:
    """Raises DocumentError for what is nested too deep to be walked."""
    level = [tree]
    for _ in range(DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += value.values()
            elif isinstance(value, list):
                below += value
        if not below:
            return
        level = below
    raise DocumentError(f"the document is nested deeper than {DEPTH} levels")


def pretty(value: Any) -> str:
    """JSON as AWS writes it: indented by two, ` : ` after names, lists of scalars on one line (recorded of models)."""
    return _pretty(value, "")


def _pretty(value: Any, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict) and value:
        members = (f"{inner}{_scalar(name)} : {_pretty(item, inner)}" for name, item in value.items())
        return "{\n" + ",\n".join(members) + f"\n{indent}" + "}"
    if isinstance(value, list) and value:
        return "[ " + ", ".join(_pretty(item, indent) for item in value) + " ]"
    if isinstance(value, (dict, list)):
        return "{ }" if isinstance(value, dict) else "[ ]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
