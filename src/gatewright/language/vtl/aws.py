"""What mapping templates find besides the language: `$input` and `$util`.

API Gateway Developer Guide, "Variables for data transformations for API Gateway" (mapping template reference). Seen:
`$input.body` is `{}` without a body; a missing path is null for `path` and `""` for `json`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote_plus

import orjson

from gatewright.language.jsonpath import NullDocument, PathError, PathNotFound, compile_path
from gatewright.language.vtl.code_units import utf16
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.values import MAX_TEXT, TemplateObject, Write, aws_text, json_text

EMPTY_BODY: Final = "{}"
_EMPTY_JSON: Final = '""'
_NOTHING: Final = object()
_FEW_WRITTEN: Final = 2  # texts of parts of the body, which any template may want
_MOST_WRITTEN: Final = 32  # are remembered


@dataclass(frozen=True, slots=True)
class Params:
    """Parameters of the method request, each name with its last value. Names are case-sensitive, as sent."""

    path: Mapping[str, str] = field(default_factory=dict)
    querystring: Mapping[str, str] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)


class Input(TemplateObject):
    """`$input`: a payload (the client's body, or the backend's) and the method request's parameters.

    The payload is read as JSON when a template first asks. What `path` gives a template can change, and it stays so;
    `json` reads from a document of its own (unverified: that it does not see such changes).
    """

    __slots__ = ("_base", "_body", "_document", "_groups", "_params", "_pristine", "_written", "weight")

    def __init__(self, body: str, params: Params) -> None:
        self._body = body or EMPTY_BODY
        self.weight = self._base = 4 + len(body) // 64  # a path may lead through the whole body
        self._written: dict[str, str] | None = None  # what `json` gave by path: its document never changes
        self._params = params
        self._document: Any = _NOTHING
        self._pristine: Any = _NOTHING
        self._groups: dict[str, dict[str, str]] | None = None

    def get(self, name: str) -> Any:
        return self._body if name == "body" else None

    def call(self, name: str, args: list[Any]) -> Any:
        self.weight = self._base
        if name == "params":
            return self._call_params(args)
        if len(args) != 1 or not isinstance(args[0], str):
            return None
        if name == "path":
            return self.path(args[0])
        return self.json(args[0]) if name == "json" else None

    def text(self, write: Write) -> str | None:
        return ""

    def path(self, path: str) -> Any:
        """The value at a path, or None. Raises Failure for what is no path."""
        if self._document is _NOTHING:
            self._document = self._parse()
        value = _read(path, self._document)
        return None if value is _NOTHING else value

    def json(self, path: str) -> str:
        """The value at a path as JSON; `""` (two quotes) when there is none (unverified: of a body that is no JSON)."""
        written = self._written
        if written is None:
            self._written = written = {}
        known = written.get(path)
        if known is not None:
            self.weight = 4
            return known
        if self._pristine is _NOTHING:
            self._pristine = self._parse()
        value = _read(path, self._pristine)
        text = _EMPTY_JSON if value is _NOTHING else document_json(value)
        if len(written) < _MOST_WRITTEN:
            written[path] = text
        if len(written) > _FEW_WRITTEN:
            self.weight += len(text) // 8  # writing takes its time, above all that of decimals
        return text

    def _parse(self) -> Any:
        """The body as JSON; None when it is none."""
        try:
            return read_json(self._body)
        except ValueError:
            return None

    def params(self) -> dict[str, dict[str, str]]:
        if self._groups is None:
            params = self._params
            self._groups = {
                "path": dict(params.path),
                "querystring": dict(params.querystring),
                "header": dict(params.header),
            }
        return self._groups

    def _call_params(self, args: list[Any]) -> Any:
        """`params()`: all; `params(name)`: a value of path, query string or header, in this order; else a group."""
        if not args:
            return self.params()
        if len(args) != 1 or not isinstance(args[0], str):
            return None
        name = args[0]
        for group in (self._params.path, self._params.querystring, self._params.header):
            value = group.get(name)
            if value is not None:
                return value
        return self.params().get(name, "")


def _read(path: str, document: Any) -> Any:
    if path == "$" and document is not None:
        return document
    try:
        return compile_path(path).read(document)
    except (PathNotFound, NullDocument):
        return _NOTHING
    except PathError as error:
        raise Failure(f"JSONPath {path[:100]!r}: {error}") from None


_MANY_DIGITS: Final = re.compile(r"[0-9]{18}")
_TWO_DIGITS: Final = re.compile(r"[0-9]{2}")


def read_json(text: str) -> Any:
    """A JSON document; integers of any size stay integers. Raises ValueError.

    The fast reader makes doubles of integers of more than 64 bits. Eighteen digits in a row show in every ninth
    character as two in a row, which is quick to look for.
    """
    try:
        if _TWO_DIGITS.search(text[::9]) is None or _MANY_DIGITS.search(text) is None:
            return orjson.loads(text)
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


_OTHERWISE_IN_JAVA: Final = re.compile(rb"[0-9][.eE][0-9+-]|\\u00")  # decimals, and hexadecimal letters
_ESCAPED_BY_JAVA: Final = re.compile("[\x7f-\x9f\u2000-\u20ff]")


def document_json(value: Any) -> str:
    """Compact JSON, as json-smart writes it, of a part of a document that was read and that nobody changed.

    The fast writer serves where both write the same, or nearly.
    """
    try:
        encoded = orjson.dumps(value)
    except (TypeError, ValueError, RecursionError):  # a number too large, a surrogate
        return json_text(value)
    if _OTHERWISE_IN_JAVA.search(encoded) is not None:
        return json_text(value)
    text = encoded.decode()
    if text.isascii() and "\x7f" not in text:
        return text
    return _ESCAPED_BY_JAVA.sub(lambda match: f"\\u{ord(match[0]):04X}", text)


class Util(TemplateObject):
    """`$util`. Without state."""

    __slots__ = ()

    def call(self, name: str, args: list[Any]) -> Any:
        function = _UTILITIES.get(name)
        return function(args[0]) if function is not None and len(args) == 1 else None

    def text(self, write: Write) -> str | None:
        return ""


_JAVASCRIPT: Final = {
    "'": "\\'", '"': '\\"', "\\": "\\\\", "/": "\\/",
    "\b": "\\b", "\n": "\\n", "\t": "\\t", "\f": "\\f", "\r": "\\r",
}  # fmt: skip
_UNSAFE_IN_JAVASCRIPT: Final = re.compile(r"['\"\\/\x00-\x1f\x80-\uffff]")
_AT_ONCE: Final = 65_536  # characters


def escape_java_script(value: Any) -> str:
    """As Commons Lang's escapeJavaScript. Null gives `null`, the empty string `{}` (as emulators found it).

    Bodies come from anybody: what grows too long fails before it is complete.
    """
    if value is None:
        return "null"
    text = value if value.__class__ is str else aws_text(value) or ""
    if not text:
        return EMPTY_BODY
    if _UNSAFE_IN_JAVASCRIPT.search(text) is None and text.isascii():
        return text
    pieces: list[str] = []
    size = 0
    for start in range(0, len(text), _AT_ONCE):
        piece = utf16(text[start : start + _AT_ONCE]).translate(_ESCAPES)
        size += len(piece)
        if size > MAX_TEXT:
            raise Failure("A text too long")
        pieces.append(piece)
    return "".join(pieces)


class _Escapes(dict[int, str]):
    """What becomes of a UTF-16 code unit; remembered when it is first met (there are 65,536)."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        unsafe = _UNSAFE_IN_JAVASCRIPT.fullmatch(sign) is not None
        escaped = self[code] = _JAVASCRIPT.get(sign) or (f"\\u{code:04X}" if unsafe else sign)
        return escaped


_ESCAPES: Final = _Escapes()


def parse_json(value: Any) -> Any:
    """unverified: that a text which is no JSON fails the template."""
    if value is None:
        return None
    if not isinstance(value, str):
        return value
    try:
        return read_json(value)
    except ValueError:
        raise Failure(f"$util.parseJson: no JSON: {value[:100]!r}") from None


def url_encode(value: Any) -> str | None:
    """Form encoding, UTF-8: a space becomes `+`."""
    if value is None:
        return None
    return quote_plus(aws_text(value) or "", safe="*", errors="replace").replace("~", "%7E")


_PLUS_IS_SPACE: Final = bytes.maketrans(b"+", b" ")
_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def url_decode(value: Any) -> str | None:
    if value is None:
        return None
    text = aws_text(value) or ""
    if _BAD_PERCENT.search(text):
        raise Failure(f"$util.urlDecode: an incomplete escape in {text[:100]!r}")
    # Quoted-printable is the same but for its sign, and the one that is decoded at speed: bodies come from anybody.
    quoted = text.encode("utf-8", "replace").translate(_PLUS_IS_SPACE).replace(b"=", b"=3D").replace(b"%", b"=")
    return binascii.a2b_qp(quoted).decode("utf-8", "replace")


def base64_encode(value: Any) -> str | None:
    """Of the UTF-8 text; of what is no string, its JSON."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json_text(value)
    return base64.b64encode(text.encode("utf-8", "replace")).decode()


def base64_decode(value: Any) -> str | None:
    """The bytes as UTF-8 text."""
    if value is None:
        return None
    text = aws_text(value) or ""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        raise Failure(f"$util.base64Decode: no base64: {text[:100]!r}") from None


_UTILITIES: Final[dict[str, Callable[[Any], Any]]] = {
    "escapeJavaScript": escape_java_script,
    "parseJson": parse_json,
    "urlEncode": url_encode,
    "urlDecode": url_decode,
    "base64Encode": base64_encode,
    "base64Decode": base64_decode,
}
