"""Values as Java has them: how they print and compare.

Java and Python: null None, Boolean bool, Integer/Long/BigInteger int, Double float, String str, Map dict, List list.
A plain `list` is a list of data (JSON): AWS prints it as compact JSON. Lists that templates and methods make are
`JavaList`s and print Java's way; sets (of keys, of entries) are `JavaSet`s. A plain Velocity engine prints all of them
Java's way: hence the two writers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

from gatewright.language.vtl.errors import Failure

MAX_TEXT: Final = 10 * 1024 * 1024  # characters, of one value and of the whole output: AWS's largest payload
MAX_ITEMS: Final = 1_000_000
_MAX_PARTS: Final = 400_000  # of one value as it is printed: elements, keys and values
_MAX_NESTING: Final = 200


class JavaList(list[Any]):
    """A list made by a template or by a method."""

    __slots__ = ()


class JavaSet(list[Any]):
    """A set in the order of its map; a snapshot, not a view."""

    __slots__ = ()


class Char:
    """A Character: prints as a string and is none."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Char) and other.text == self.text

    def __hash__(self) -> int:
        return hash(("Char", self.text))


class TemplateObject:
    """An object that templates can use: its members are what these methods say, and nothing else.

    None means that there is no such member (or that it is null).
    """

    __slots__ = ()

    weight: int = 1
    """What a call costs, in nodes of work (about half a microsecond)."""

    def get(self, name: str) -> Any:
        """`$object.name` and `$object["name"]`."""
        return None

    def call(self, name: str, args: list[Any]) -> Any:
        """`$object.name(args)`."""
        return None

    def put(self, name: str, value: Any) -> bool:
        """`#set($object.name = value)`; False when that cannot be done."""
        return False

    def text(self, write: Callable[[Any], str]) -> str | None:
        """What prints; `write` gives the text of a part. None prints as null."""
        return type(self).__name__


Write = Callable[[Any], str]
Charge = Callable[[int], None]


def java_double(number: float) -> str:
    """Double.toString."""
    if 1e-3 <= number < 1e7 or number == 0 or -1e7 < number <= -1e-3:
        return repr(number)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    digits, _, exponent = f"{number!r}".lower().partition("e")
    sign = "-" if digits.startswith("-") else ""
    whole, _, fraction = digits.lstrip("-").partition(".")
    power = int(exponent or 0) + len(whole) - 1
    significant = whole + fraction
    stripped = significant.lstrip("0")
    power -= len(significant) - len(stripped)
    stripped = stripped.rstrip("0")
    return f"{sign}{stripped[0]}.{stripped[1:] or '0'}E{power}"


def _nested(depth: int) -> int:
    if depth >= _MAX_NESTING:
        raise Failure("A value nested too deeply to print")
    return depth + 1


class _Size:
    """How much of one value has been written. Values can hold the same part many times: a small one prints for ever."""

    __slots__ = ("_characters", "_parts")

    def __init__(self) -> None:
        self._characters = MAX_TEXT
        self._parts = _MAX_PARTS

    def count(self, text: str) -> None:
        self._characters -= len(text)
        self._parts -= 1
        if self._characters < 0 or self._parts < 0:
            raise Failure("A value too large to print")


class Writer:
    """Turns values into text. `json_lists`: AWS's way. One writer lives for one value and counts what it writes."""

    __slots__ = ("_json_lists", "_size")

    def __init__(self, json_lists: bool) -> None:
        self._json_lists = json_lists
        self._size = _Size()

    def write(self, value: Any, depth: int = 0) -> str:
        if isinstance(value, dict):
            return self._map(value, _nested(depth))
        if isinstance(value, list):
            if self._json_lists and type(value) is list:
                return json_text(value, slashes=True)
            return self._sequence(value, _nested(depth))
        text = scalar_text(value, lambda part: self.write(part, _nested(depth)))
        self._size.count(text or "")
        return "null" if text is None else text

    def _map(self, value: dict[Any, Any], depth: int) -> str:
        write = self.write
        self._size.count("{}")
        parts = [
            f"{write(key, depth)}={'(this Map)' if item is value else write(item, depth)}"
            for key, item in value.items()
        ]
        return "{" + ", ".join(parts) + "}"

    def _sequence(self, value: list[Any], depth: int) -> str:
        write = self.write
        self._size.count("[]")
        parts = ["(this Collection)" if item is value else write(item, depth) for item in value]
        return "[" + ", ".join(parts) + "]"


def scalar_text(value: Any, write: Write) -> str | None:
    """Text of what is neither a list nor a map; None for null."""
    if isinstance(value, str):
        return value
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return java_double(value)
    if isinstance(value, Char):
        return value.text
    return value.text(write) if isinstance(value, TemplateObject) else str(value)


def _boolean_text(value: bool) -> str:
    return "true" if value else "false"


# Texts of the kinds that print alike everywhere, for those who look at the class first.
PRINTS: Final[dict[type, Write]] = {
    int: int.__repr__,
    float: java_double,
    bool: _boolean_text,
}


def java_text(value: Any) -> str | None:
    """toString, as a plain Velocity engine prints; None for null."""
    if isinstance(value, dict | list):
        return Writer(json_lists=False).write(value)
    return scalar_text(value, java_text_of_part)


def java_text_of_part(value: Any) -> str:
    text = java_text(value)
    return "null" if text is None else text


def aws_text(value: Any) -> str | None:
    """toString on AWS: lists of data as compact JSON. None for null."""
    if isinstance(value, dict | list):
        return Writer(json_lists=True).write(value)
    return scalar_text(value, aws_text_of_part)


def aws_text_of_part(value: Any) -> str:
    text = aws_text(value)
    return "null" if text is None else text


# JSON, as json-smart writes it (what prints on AWS is its JSONArray.toString)

_UNSAFE: Final = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2000-\u20ff]')
_UNSAFE_OR_SLASH: Final = re.compile(r'["\\/\x00-\x1f\x7f-\x9f\u2000-\u20ff]')
_ESCAPES: Final = {
    '"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
}  # fmt: skip


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


class _JsonWriter:
    __slots__ = ("_size", "_unsafe")

    def __init__(self, unsafe: re.Pattern[str]) -> None:
        self._unsafe = unsafe
        self._size = _Size()

    def write(self, value: Any, depth: int) -> str:
        if isinstance(value, dict | list):
            self._size.count("[]")
            inner = _nested(depth)
            write = self.write
            if isinstance(value, list):
                return "[" + ",".join([write(item, inner) for item in value]) + "]"
            members = [f"{write(key_text(key), inner)}:{write(item, inner)}" for key, item in value.items()]
            return "{" + ",".join(members) + "}"
        text = self._scalar(value)
        self._size.count(text)
        return text

    def _scalar(self, value: Any) -> str:
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return "null"
        text = aws_text_of_part(value)
        if isinstance(value, bool | int | float):
            return text
        return f'"{self._unsafe.sub(_escape, text)}"'


def json_text(value: Any, *, slashes: bool = False) -> str:
    """Compact JSON. `slashes`: escape `/` too, as json-smart's toString does. Raises Failure: too large, too deep."""
    return _JsonWriter(_UNSAFE_OR_SLASH if slashes else _UNSAFE).write(value, 0)


def key_text(key: Any) -> str:
    return key if isinstance(key, str) else aws_text_of_part(key)


# Comparison


def java_equals(charge: Charge, left: Any, right: Any, depth: int = 0) -> bool:
    """Object.equals: numbers of different kinds differ, and so does true from 1. `charge` counts the work."""
    if isinstance(left, list | dict):
        charge(len(left))
    if isinstance(left, list):
        if not isinstance(right, list) or len(left) != len(right):
            return False
        inner = _nested(depth)
        return all(java_equals(charge, one, other, inner) for one, other in zip(left, right, strict=True))
    if isinstance(left, dict):
        if not isinstance(right, dict) or len(left) != len(right):
            return False
        inner = _nested(depth)
        return all(key in right and java_equals(charge, item, right[key], inner) for key, item in left.items())
    return type(left) is type(right) and bool(left == right)


def same_kind(left: Any, right: Any) -> bool:
    """Whether one's class is the other's or above it: then Velocity asks `equals`, else it compares texts."""
    if isinstance(left, JavaSet) != isinstance(right, JavaSet):
        return False
    return (
        type(left) is type(right)
        or (isinstance(left, list) and isinstance(right, list))
        or (isinstance(left, dict) and isinstance(right, dict))
    )
