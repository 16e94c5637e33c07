"""Parameter mapping of HTTP APIs: `append:header.x` ← `$request.querystring.y`, and the way back.

AWS: "Transform API requests and responses for HTTP APIs in API Gateway". Texts are parsed once, at deployment, into
`Change` records; a request evaluates their values with `evaluate` against a `View` of itself.

    request   append|overwrite|remove:header.NAME  append|overwrite|remove:querystring.NAME  overwrite:path
    response  append|overwrite|remove:header.NAME  overwrite:statuscode

    values    $request.header.x  $request.querystring.x  $request.body[.path]  $request.path[.variable]
              $response.header.x  $response.body[.path]   (of a response only)
              $context.x  $stageVariables.x  plain text   several of them, in braces: ${request.path.a}-${context.b}

A value that is one reference and leads nowhere is no value: the change is skipped (unverified). Within a text such a
reference is empty (unverified).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from gatewright.language.jsonpath import InvalidPath, Path, PathError, compile_path

Action = Literal["append", "overwrite", "remove"]
Place = Literal["header", "querystring", "path", "statuscode"]
Side = Literal["request", "response"]
# What a reference reads: "path" is the whole path, "variable" a part of it that the route names.
Kind = Literal["header", "querystring", "body", "path", "variable", "context"]

_UNREAD, _NO_JSON = object(), object()
MAX_BODY = 100 * 1024  # bytes of a body that mappings look at

_REQUEST_KEY = re.compile(r"(append|overwrite|remove):(header|querystring)\.(.+)|(overwrite):(path)", re.DOTALL)
_RESPONSE_KEY = re.compile(r"(append|overwrite|remove):(header)\.(.+)|(overwrite):(statuscode)", re.DOTALL)
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # would end a header
_REFERENCE = re.compile(
    r"(?:(?P<side>request|response)\.(?:(?P<place>header|querystring|path)\.(?P<name>[^{}\s]+)"
    r"|(?P<whole>path|body)|body(?P<into>[.\[][^{}]*))"
    r"|(?P<root>context|stageVariables)\.(?P<variable>[A-Za-z0-9_.]+))",
    re.DOTALL,
)
_BRACED = re.compile(r"\$\{((?:request|response|context|stageVariables)\.[^{}]*)\}")
_RESERVED = frozenset(
    (
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-location",
        "forwarded",
        "keep-alive",
        "origin",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailers",
        "transfer-encoding",
        "upgrade",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "via",
    )
)
_RESERVED_BEGINNINGS = ("access-control-", "apigw-", "x-amz-", "x-amzn-")


class ParameterMappingError(ValueError):
    """A key or a value that is no parameter mapping. The message says which."""


class View(Protocol):
    """What a value can read of one request, and of the backend's answer to it. None: there is no such thing."""

    def header(self, name: str) -> str | None:
        """In any case; several values are joined by commas."""
        ...

    def querystring(self, name: str) -> str | None: ...

    def path(self) -> str:
        """Without the stage."""
        ...

    def variable(self, name: str) -> str | None: ...

    def body(self) -> MappedBody: ...

    def context(self, name: str) -> str | None: ...

    def answer_header(self, name: str) -> str | None: ...

    def answer_body(self) -> MappedBody: ...


class MappedBody:
    """A body as values see it, cut as AWS cuts it: its JSON is parsed once, however many values read it."""

    __slots__ = ("_document", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._document: Any = _UNREAD

    def read(self, into: Path | None) -> str | None:
        """What a path leads to, as text; all of the body without one."""
        if into is None:
            return self._text() or None
        if self._document is _UNREAD:
            self._document = self._parsed()
        try:
            found = None if self._document is _NO_JSON else into.read(self._document)
        except PathError:
            return None
        if found is None:
            return None
        if not isinstance(found, str):
            found = json.dumps(found, separators=(",", ":"), ensure_ascii=False)
        return found.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be sent

    def _text(self) -> str:
        return self._raw[:MAX_BODY].decode("utf-8", "replace")

    def _parsed(self) -> Any:
        try:
            return json.loads(self._text())
        except (ValueError, RecursionError):
            return _NO_JSON


@dataclass(frozen=True, slots=True)
class Reference:
    """Something to read. `into`: the path into a JSON body."""

    side: Side
    kind: Kind
    name: str
    into: Path | None = None


Value = tuple["str | Reference", ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a mapping. A removal has no value."""

    action: Action
    place: Place
    name: str
    value: Value


def parse_request_change(key: str, value: str, variables: Mapping[str, str]) -> Change:
    """An entry of an integration's RequestParameters. Raises ParameterMappingError."""
    return _change(_REQUEST_KEY.fullmatch(key), key, value, "request", variables)


def parse_response_change(key: str, value: str, variables: Mapping[str, str]) -> Change:
    """An entry for one status of an integration's ResponseParameters. Raises ParameterMappingError."""
    return _change(_RESPONSE_KEY.fullmatch(key), key, value, "response", variables)


def reserved(header: str) -> bool:
    """Whether no mapping may touch a header."""
    lowered = header.lower()
    return lowered in _RESERVED or lowered.startswith(_RESERVED_BEGINNINGS)


def parse_value(text: str, side: Side, variables: Mapping[str, str]) -> Value:
    """A value taken apart; stage variables are filled in at once. Raises ParameterMappingError.

    A text that begins with `$` and is no reference is refused, as are references of the other side.
    """
    if text.startswith("$") and not text.startswith("${"):
        return _reference(text[1:], text, side, variables)
    pieces: list[str | Reference] = []
    at = 0
    for match in _BRACED.finditer(text):
        if match.start() > at:
            pieces.append(text[at : match.start()])
        pieces.extend(_reference(match[1], text, side, variables))
        at = match.end()
    if at < len(text) or not pieces:
        pieces.append(text[at:])
    return tuple(pieces)


def evaluate(value: Value, view: View) -> str | None:
    """The value now; None for a reference that leads nowhere."""
    if len(value) == 1:
        return value[0] if isinstance(value[0], str) else read(value[0], view)
    return "".join(piece if isinstance(piece, str) else read(piece, view) or "" for piece in value)


def read(reference: Reference, view: View) -> str | None:
    """What a reference leads to."""
    kind, name = reference.kind, reference.name
    if kind == "header":
        return view.header(name) if reference.side == "request" else view.answer_header(name)
    if kind == "querystring":
        return view.querystring(name)
    if kind == "path":
        return view.path()
    if kind == "variable":
        return view.variable(name)
    if kind == "context":
        return view.context(name)
    return (view.body() if reference.side == "request" else view.answer_body()).read(reference.into)


def _change(match: re.Match[str] | None, key: str, value: str, side: Side, variables: Mapping[str, str]) -> Change:
    if match is None:
        raise ParameterMappingError(f"Invalid mapping expression specified: {key}")
    action: Any = match[1] or match[4]
    place: Any = match[2] or match[5]
    name: str = match[3] or ""
    if place == "header" and (_HEADER_NAME.fullmatch(name) is None or reserved(name)):
        raise ParameterMappingError(f"Operations on header {name} are restricted")
    if action == "remove":
        return Change(action, place, name, ())
    parsed = parse_value(value, side, variables)
    if place == "header" and any(isinstance(piece, str) and _CONTROL.search(piece) for piece in parsed):
        raise ParameterMappingError(f"Invalid mapping expression specified: {value}")
    return Change(action, place, name, parsed)


def _reference(text: str, whole: str, side: Side, variables: Mapping[str, str]) -> Value:
    match = _REFERENCE.fullmatch(text)
    if match is None or (match["side"] == "response" and side == "request"):
        raise ParameterMappingError(f"Invalid mapping expression specified: {whole}")
    if match["root"] == "stageVariables":
        return (variables.get(match["variable"], ""),)
    if match["root"] == "context":
        return (Reference("request", "context", match["variable"]),)
    of: Any = match["side"]
    place = match["place"] or match["whole"]
    # Of an answer there are headers and a body.
    if of == "response" and place in ("querystring", "path"):
        raise ParameterMappingError(f"Invalid mapping expression specified: {whole}")
    if match["into"] is not None:
        return (Reference(of, "body", match["into"], _into(match["into"], whole)),)
    if match["whole"] is not None:
        return (Reference(of, match["whole"], ""),)  # type: ignore[arg-type]  # "path" or "body"
    kind: Any = "variable" if place == "path" else place
    return (Reference(of, kind, match["name"]),)


def _into(text: str, whole: str) -> Path:
    """AWS: no recursive descent and no filters."""
    if ".." in text or "?(" in text.replace(" ", ""):
        raise ParameterMappingError(f"Invalid mapping expression specified: {whole}")
    try:
        return compile_path(f"${text}")
    except InvalidPath:
        raise ParameterMappingError(f"Invalid mapping expression specified: {whole}") from None
