"""From the wire to what handlers see: one closure per shape, made once.

Only types are looked at here; constraints are `check`'s. What does not fit raises `MalformedError` with AWS's words:
the text for a boolean or number where a string belongs is recorded, the others are those of the same AWS framework
elsewhere (unverified). Unknown members are ignored, null members are absent; null elements and null map values stay
(recorded for maps). Numbers are cut to integers where an integer is due, and refused
when they are out of its range (both unverified).
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from gatewright.aws import timestamps
from gatewright.aws.shapes import Member, Shape

Decoder = Callable[[Any], Any]

_JAVA_CLASS = {
    "string": "String",
    "integer": "Integer",
    "long": "Long",
    "float": "Float",
    "double": "Double",
    "boolean": "Boolean",
    "timestamp": "Date",
}
_STRUCTURE = "Start of structure or map found where not expected"
_LIST = "Start of list found where not expected"
_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")


class MalformedError(Exception):
    """The request does not fit the shapes; the message is for the caller."""


class Decoders:
    """The decoders of one service's shapes."""

    def __init__(self) -> None:
        self._made: dict[Shape, Decoder] = {}

    def of(self, shape: Shape) -> Decoder:
        """The decoder for JSON values of this shape."""
        made = self._made.get(shape)
        if made is None:
            self._made[shape] = lambda value: self._made[shape](value)  # for shapes that contain themselves
            made = self._made[shape] = self._make(shape)
        return made

    def structure(self, members: Sequence[Member]) -> Decoder:
        """A decoder for an object with these members."""
        table = [(member.wire, member.name, self.of(member.shape)) for member in members]

        def decode(value: Any) -> dict[str, Any]:
            if type(value) is not dict:
                raise MalformedError(_LIST if type(value) is list else "Unexpected value type in payload")
            found = {}
            for wire, name, inner in table:
                given = value.get(wire)
                if given is not None:
                    found[name] = inner(given)
            return found

        return decode

    def _make(self, shape: Shape) -> Decoder:
        if shape.type == "structure":
            return self.structure(shape.members)
        if shape.type == "list":
            return self._list(shape)
        if shape.type == "map":
            return self._map(shape)
        return _SCALARS[shape.type]

    def _list(self, shape: Shape) -> Decoder:
        assert shape.element is not None
        inner = self.of(shape.element)

        def decode(value: Any) -> list[Any]:
            if type(value) is not list:
                raise MalformedError(_STRUCTURE if type(value) is dict else "Expected list or null")
            return [None if each is None else inner(each) for each in value]

        return decode

    def _map(self, shape: Shape) -> Decoder:
        assert shape.element is not None
        inner = self.of(shape.element)

        def decode(value: Any) -> dict[str, Any]:
            if type(value) is not dict:
                raise MalformedError(_LIST if type(value) is list else "Expected map or null")
            return {key: None if each is None else inner(each) for key, each in value.items()}

        return decode


def text_decoder(shape: Shape) -> Callable[[str], Any]:
    """The decoder for values that travel as text: labels, query, headers. Raises MalformedError."""
    return _TEXT.get(shape.type, _identity)


def _refuse(value: Any, type_: str) -> MalformedError:
    target = _JAVA_CLASS[type_]
    if type(value) is dict:
        return MalformedError(_STRUCTURE)
    if type(value) is list:
        return MalformedError(f"Unrecognized collection type class java.lang.{target}")
    names = {bool: "java.lang.Boolean", str: "java.lang.String"}
    given = names.get(type(value), "com.amazon.coral.value.json.numbers.TruncatingBigNumber")
    return MalformedError(f"class {given} can not be converted to an {target}")


def _identity(value: str) -> str:
    return value


def _string(value: Any) -> str:
    if type(value) is str:
        return value
    raise _refuse(value, "string")


def _boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise _refuse(value, "boolean")


def _integer(value: Any) -> int:
    if (type(value) is int or type(value) is float) and -(2**31) <= value < 2**31:
        return int(value)
    raise _refuse(value, "integer")


def _long(value: Any) -> int:
    if (type(value) is int or type(value) is float) and -(2**63) <= value < 2**63:
        return int(value)
    raise _refuse(value, "long")


def _float(value: Any) -> float:
    if (type(value) is int or type(value) is float) and math.isfinite(value):
        return float(value)
    raise _refuse(value, "double")


def _timestamp(value: Any) -> timestamps.Seconds:
    try:
        return timestamps.parse(value)
    except ValueError:
        raise _refuse(value, "timestamp") from None


def _blob(value: Any) -> bytes:
    if type(value) is not str:
        raise MalformedError("only base-64-encoded strings are convertible to bytes")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError("Invalid Base64 encoding") from None


_SCALARS: dict[str, Decoder] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "long": _long,
    "float": _float,
    "double": _float,
    "timestamp": _timestamp,
    "blob": _blob,
}


def _text_boolean(value: str) -> bool:
    lowered = value.lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    raise _refuse(value, "boolean")


def _text_integer(value: str) -> int:
    if _INTEGER.fullmatch(value):
        return _integer(int(value))
    raise _refuse(value, "integer")


def _text_long(value: str) -> int:
    if _INTEGER.fullmatch(value):
        return _long(int(value))
    raise _refuse(value, "long")


def _text_float(value: str) -> float:
    try:
        return _float(float(value))
    except ValueError:
        raise _refuse(value, "double") from None


_TEXT: dict[str, Callable[[str], Any]] = {
    "boolean": _text_boolean,
    "integer": _text_integer,
    "long": _text_long,
    "float": _text_float,
    "double": _text_float,
    "timestamp": _timestamp,
    "blob": _blob,
}
