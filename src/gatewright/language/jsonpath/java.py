"""How Java writes, reads and compares JSON values: what the engine's answers depend on.

Numbers of a document are Integer, Long, BigInteger or Double; a filter turns them into BigDecimal through their text.
Texts compare by UTF-16 code units. Values of different classes are never equal (1 is not 1.0, true is not 1).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from gatewright.language.jsonpath.errors import TooComplex

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_LONGEST_NUMBER = 1000
_LARGEST = 1_000_000  # values in one that is written as text
_ESCAPES = {"r": "\r", "f": "\f", "t": "\t", "n": "\n", "b": "\b"}
_ESCAPE = re.compile(r"\\(?:u(.{0,4})|(.)|\Z)", re.DOTALL)


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def decimal(text: str) -> Decimal | None:
    """`new BigDecimal(text)`; None when the text is no number (or one of absurd length)."""
    if len(text) > _LONGEST_NUMBER or _DECIMAL.fullmatch(text) is None:
        return None
    return Decimal(text)


def double_text(number: float) -> str:
    """`Double.toString`."""
    if math.isnan(number) or math.isinf(number):
        return "NaN" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        text = format(Decimal(repr(number)), "f")
        return text if "." in text else text + ".0"
    sign, digits, _ = Decimal(repr(number)).as_tuple()
    figures = "".join(map(str, digits)).rstrip("0") or "0"
    exponent = Decimal(repr(number)).adjusted()
    return f"{'-' if sign else ''}{figures[0]}.{figures[1:] or '0'}E{exponent}"


def text_of(value: Any) -> str:
    """`toString` of a value: maps as `{a=1, b=2}`, lists as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return double_text(value)
    if value is None:
        return "null"
    _check_size(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={text_of(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def _check_size(value: Any) -> None:
    """A template can make a value that holds the same one many times over: far more than was ever written down."""
    waiting, seen = [value], 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, (list, dict)):
            seen += len(item)
            if seen > _LARGEST:
                raise TooComplex("the value is too large to be a text")
            waiting.extend(item.values() if isinstance(item, dict) else item)


def equal(left: Any, right: Any, spend: Callable[[int], None]) -> bool:
    """`left.equals(right)` of two JSON values. Each list and object in them costs its length."""
    if isinstance(left, dict):
        spend(1 + len(left))
        return (
            isinstance(right, dict)
            and left.keys() == right.keys()
            and all(equal(item, right[name], spend) for name, item in left.items())
        )
    if isinstance(left, list):
        spend(1 + len(left))
        if not isinstance(right, list) or len(left) != len(right):
            return False
        return all(equal(item, other, spend) for item, other in zip(left, right, strict=True))
    return type(left) is type(right) and bool(left == right)


def utf16(text: str) -> bytes:
    """A key that sorts as Java sorts texts."""
    return text.encode("utf-16-be", "surrogatepass")


def unescape(text: str) -> str:
    """The characters that a quoted name or text stands for. Raises ValueError for a bad `\\u`."""
    if "\\" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        if match[1] is not None:
            return chr(int(match[1], 16)) if len(match[1]) == 4 else ""
        return "\\" if match[2] is None else _ESCAPES.get(match[2], match[2])

    return _ESCAPE.sub(replace, text)
