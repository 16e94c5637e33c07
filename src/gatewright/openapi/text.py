"""Bytes → plain values, and back. JSON is tried first, then YAML.

Out come dicts with text keys, lists, text, integers, floats, booleans and None, nested at most DEPTH deep. A JSON key
that comes twice: the last one counts; a YAML key that comes twice is refused (unverified for both).
"""

from __future__ import annotations

import json
from typing import Any

import orjson
import yaml

from gatewright.openapi import yaml_reader
from gatewright.openapi.base import DEPTH, SIZE, DocumentError

_TAG = "tag:yaml.org,2002:"
_KINDS = ((bool, "bool"), (int, "int"), (float, "float"), (type(None), "null"))
_DUMPER: Any = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper


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


def to_yaml(tree: Any) -> str:
    """A tree as YAML: text in quotes, as AWS writes it, so that no reader takes it for a date or a number."""
    return str(yaml.serialize(_node(tree), Dumper=_DUMPER, allow_unicode=True, width=10**9))


def _node(value: Any) -> yaml.Node:
    if isinstance(value, dict):
        # A plain key that YAML would read as something else is put in quotes by the emitter.
        members = [(yaml.ScalarNode(f"{_TAG}str", str(name)), _node(each)) for name, each in value.items()]
        return yaml.MappingNode(f"{_TAG}map", members, flow_style=not value)
    if isinstance(value, list):
        return yaml.SequenceNode(f"{_TAG}seq", [_node(each) for each in value], flow_style=not value)
    if isinstance(value, str):
        return yaml.ScalarNode(f"{_TAG}str", value, style='"')
    kind = next(kind for type_, kind in _KINDS if isinstance(value, type_))
    return yaml.ScalarNode(f"{_TAG}{kind}", json.dumps(value))


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
