"""Parameter mapping: `integration.request.header.X` ← `method.request.querystring.y`, and the way back.

AWS: "Parameter mapping reference for REST APIs". Expressions are parsed once, at deployment, into `Source` records; a
request evaluates them with `read` against a `View` of itself. A source without a value is skipped, never sent empty.

    request  integration.request.(header|path|querystring).NAME ← method.request.… | context.… | stageVariables.… |
    'text' response method.response.header.NAME ← integration.response.… | context.… | stageVariables.… | 'text'

What follows `body` is JSONPath without its `$` (`body.user.roles[0]`, `body..name`): a path that leads to several
values gives them as a JSON list. A path that leads nowhere, or fails in the document at hand, gives no value; nor does
one that leads to what is nested too deeply to be written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from gatewright.language.jsonpath import InvalidPath, Path, PathError, compile_path

Kind = Literal[
    "literal",
    "path",
    "querystring",
    "multivaluequerystring",
    "header",
    "multivalueheader",
    "body",
    "bodypath",
    "context",
]
Side = Literal["method.request", "integration.response"]
Location = Literal["header", "path", "querystring"]

# Headers that neither mapping nor template may write, in lower case: every call that tries is 500 (recorded from AWS).
ILLEGAL = frozenset({"content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id"})
ILLEGAL_AWS = ILLEGAL | {"authorization", "connection", "expect", "proxy-authenticate", "te"}

_NAME = r"[a-zA-Z0-9._$-]+"
_TARGET = re.compile(rf"integration\.request\.(header|path|querystring)\.({_NAME})")
_RESPONSE_TARGET = re.compile(rf"method\.response\.header\.({_NAME})")
_KINDS: Mapping[Side, re.Pattern[str]] = {
    "method.request": re.compile(
        rf"method\.request\.(path|querystring|multivaluequerystring|header|multivalueheader)\.({_NAME})"
    ),
    "integration.response": re.compile(rf"integration\.response\.(header|multivalueheader)\.({_NAME})"),
}


class MappingError(ValueError):
    """An expression that is no parameter mapping, or one that is not supported."""


class View(Protocol):
    """What a mapping can read of one request (or of the backend's answer)."""

    def path_parameter(self, name: str) -> str | None: ...

    def query_values(self, name: str) -> list[str]: ...

    def header_values(self, name: str) -> list[str]:
        """All values of the header spelled exactly like this."""
        ...

    def body_text(self) -> str: ...

    def body_json(self) -> Any:
        """The parsed body; None when it does not begin like JSON. Raises what the gateway answers to bad JSON."""
        ...

    def context_value(self, name: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where a mapped value comes from. `path` is set for a path into the body."""

    kind: Kind
    name: str
    path: Path | None = None

    @property
    def constant(self) -> bool:
        return self.kind == "literal"


def parse_request_target(key: str) -> tuple[Location, str]:
    """The place that a requestParameters key of an integration writes to. Raises MappingError."""
    match = _TARGET.fullmatch(key)
    if match is None:
        raise MappingError(f"Invalid mapping expression parameter specified: {key}")
    location: Any = match[1]
    return location, match[2]


def parse_response_target(key: str) -> str:
    """The header that a responseParameters key of an integration response writes. Raises MappingError."""
    match = _RESPONSE_TARGET.fullmatch(key)
    if match is None:
        raise MappingError(f"Invalid mapping expression parameter specified: {key}")
    return match[1]


def parse_source(expression: str, side: Side, variables: Mapping[str, str]) -> Source | None:
    """The source that an expression names; None for a stage variable that is not defined. Raises MappingError."""
    if len(expression) >= 2 and expression[0] == expression[-1] == "'":
        return Source("literal", expression[1:-1])
    if match := _KINDS[side].fullmatch(expression):
        kind: Any = match[1]
        return Source(kind, match[2])
    root, _, name = expression.partition(".")
    if root == "context" and re.fullmatch(_NAME, name):
        return Source("context", name)
    if root == "stageVariables" and re.fullmatch(_NAME, name):
        value = variables.get(name)
        return None if value is None else Source("literal", value)
    return _parse_body(expression, side)


def read(source: Source, view: View) -> list[str]:
    """The values now: none when the source is missing, several only for multi-value sources and JSON bodies never."""
    kind, name = source.kind, source.name
    if kind == "literal":
        return [name]
    if kind == "header":
        return view.header_values(name)[-1:]
    if kind == "querystring":
        return view.query_values(name)[-1:]
    if kind == "multivalueheader":
        return view.header_values(name)
    if kind == "multivaluequerystring":
        return view.query_values(name)
    return _one(_read_single(source, view))


def _read_single(source: Source, view: View) -> str | None:
    if source.kind == "path":
        return view.path_parameter(source.name)
    if source.kind == "context":
        return view.context_value(source.name)
    if source.kind == "body":
        return view.body_text()
    assert source.path is not None
    try:
        return _text(source.path.read(view.body_json()))
    except (PathError, RecursionError):  # unverified: AWS's answer where a function of the path fails
        return None


def _one(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _parse_body(expression: str, side: Side) -> Source:
    prefix = f"{side}.body"
    if expression == prefix:
        return Source("body", "")
    if not expression.startswith((prefix + ".", prefix + "[")):
        raise MappingError(f"Invalid mapping expression specified: {expression}")
    rest = expression[len(prefix) :]
    try:
        return Source("bodypath", rest, compile_path(f"${rest}"))
    except InvalidPath:
        raise MappingError(f"Invalid mapping expression specified: {expression}") from None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
