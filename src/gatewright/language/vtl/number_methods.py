"""Methods of Integer and Long, Double, Boolean and Character, with the static ones that a value gives access to."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from gatewright.language.vtl.arithmetic import fits_int, int_value, long_value
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.string_methods import parse_number
from gatewright.language.vtl.values import Char, java_double

_Methods = dict[str, tuple[tuple[str, Callable[..., Any]], ...]]


def _order(left: float, right: float) -> int:
    return (left > right) - (left < right)


def _parse_int(value: Any, text: str) -> int:
    number = int(parse_number(text, whole=True))
    if not fits_int(number):
        raise Failure(f"For input string: {text[:100]!r}")
    return number


def _parse_long(value: Any, text: str) -> int:
    number = int(parse_number(text, whole=True))
    if long_value(number) != number:
        raise Failure(f"For input string: {text[:100]!r}")
    return number


def _unsigned(value: int) -> int:
    return value & (0xFFFFFFFF if fits_int(value) else 0xFFFFFFFFFFFFFFFF)


def _text_of(value: Any, number: int) -> str:
    return str(number)


def not_comparable(value: Any, other: Any) -> int:
    raise Failure(f"ClassCastException: {type(other).__name__} cannot be compared")


_NUMBER: Final[_Methods] = {
    "intValue": (("", int_value),),
    "longValue": (("", long_value),),
    "doubleValue": (("", float),),
    "floatValue": (("", float),),
}
INTEGER: Final[_Methods] = {
    **_NUMBER,
    "compareTo": (("i", _order), ("o", not_comparable)),
    "compare": (("ii", lambda value, left, right: _order(left, right)),),
    "hashCode": (("", lambda value: int_value(value if fits_int(value) else value ^ (value >> 32))),),
    "parseInt": (("s", _parse_int),),
    "parseLong": (("s", _parse_long),),
    "valueOf": (("s", _parse_int), ("i", lambda value, number: number)),
    "toString": (("i", _text_of),),
    "max": (("ii", lambda value, left, right: max(left, right)),),
    "min": (("ii", lambda value, left, right: min(left, right)),),
    "sum": (("ii", lambda value, left, right: int_value(left + right)),),
    "signum": (("i", lambda value, number: _order(number, 0)),),
    "toHexString": (("i", lambda value, number: format(_unsigned(number), "x")),),
    "toBinaryString": (("i", lambda value, number: format(_unsigned(number), "b")),),
    "toOctalString": (("i", lambda value, number: format(_unsigned(number), "o")),),
}
DOUBLE: Final[_Methods] = {
    **_NUMBER,
    "compareTo": (("f", _order), ("o", not_comparable)),
    "compare": (("dd", lambda value, left, right: _order(left, right)),),
    "isNaN": (("", math.isnan),),
    "isInfinite": (("", math.isinf),),
    "parseDouble": (("s", lambda value, text: float(parse_number(text, whole=False))),),
    "valueOf": (
        ("s", lambda value, text: float(parse_number(text, whole=False))),
        ("d", lambda value, number: float(number)),
    ),
    "toString": (("d", lambda value, number: java_double(float(number))),),
    "max": (("dd", lambda value, left, right: float(max(left, right))),),
    "min": (("dd", lambda value, left, right: float(min(left, right))),),
    "sum": (("dd", lambda value, left, right: float(left + right)),),
}
BOOLEAN: Final[_Methods] = {
    "booleanValue": (("", bool),),
    "compareTo": (("b", _order), ("o", not_comparable)),
    "hashCode": (("", lambda value: 1231 if value else 1237),),
    "parseBoolean": (("s", lambda value, text: text.lower() == "true"),),
    "valueOf": (("s", lambda value, text: text.lower() == "true"), ("b", lambda value, other: other)),
    "toString": (("b", lambda value, other: "true" if other else "false"),),
    "logicalAnd": (("bb", lambda value, left, right: left and right),),
    "logicalOr": (("bb", lambda value, left, right: left or right),),
}
CHARACTER: Final[_Methods] = {
    "charValue": (("", lambda value: value),),
    "compareTo": (("c", lambda value, other: ord(value.text) - ord(other.text)),),
    "hashCode": (("", lambda value: ord(value.text)),),
    "isDigit": (("c", lambda value, other: other.text.isdecimal()),),
    "isLetter": (("c", lambda value, other: other.text.isalpha()),),
    "isLetterOrDigit": (("c", lambda value, other: other.text.isalnum()),),
    "isUpperCase": (("c", lambda value, other: other.text.isupper()),),
    "isLowerCase": (("c", lambda value, other: other.text.islower()),),
    "isWhitespace": (("c", lambda value, other: other.text.isspace()),),
    "toUpperCase": (("c", lambda value, other: Char(other.text.upper()[:1])),),
    "toLowerCase": (("c", lambda value, other: Char(other.text.lower()[:1])),),
    "getNumericValue": (("c", lambda value, other: int(other.text) if other.text.isdecimal() else -1),),
}
