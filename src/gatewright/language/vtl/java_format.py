"""String.format: the conversions that templates use."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.values import Char

_SPECIFIER: Final = re.compile(
    r"%(?:(?P<index>[0-9]+)\$)?(?P<flags>[-#+ 0,(]*)(?P<width>[0-9]+)?(?:\.(?P<precision>[0-9]+))?"
    r"(?P<conversion>[a-zA-Z%])|%"
)
_MAX_WIDTH: Final = 100_000
_WIDE: Final = Context(prec=1000)

Text = Callable[[Any], str | None]


def java_format(text: Text, pattern: str, args: list[Any]) -> str:
    """Raises Failure for what Java refuses: a wrong conversion, a missing argument, one of the wrong kind."""
    position = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal position
        conversion = match["conversion"]
        if conversion is None:
            raise Failure(f"Conversion = '%' in format {pattern[:100]!r}")
        if conversion == "n":
            return "\n"
        if conversion == "%":
            return _padded(match, "%")
        if match["index"]:
            index = int(match["index"][:9]) - 1
        else:
            index = position
            position += 1
        if not 0 <= index < len(args):
            raise Failure(f"Format specifier {match[0]!r} has no argument")
        return _padded(match, _convert(text, match, args[index]))

    return _SPECIFIER.sub(replace, pattern)


def _number(group: str | None, default: int) -> int:
    if group is None:
        return default
    if len(group) > 6 or int(group) > _MAX_WIDTH:
        raise Failure(f"A width of {group[:20]}")
    return int(group)


def _padded(match: re.Match[str], text: str) -> str:
    width = _number(match["width"], 0)
    if "-" in match["flags"]:
        return text.ljust(width)
    if "0" in match["flags"]:
        sign = text[0] if text[:1] in ("-", "+", " ") else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)


def _convert(text: Text, match: re.Match[str], value: Any) -> str:
    conversion = match["conversion"]
    convert = _CONVERSIONS.get(conversion.lower())
    if convert is None or (conversion.isupper() and conversion not in "SXBCEG"):
        raise Failure(f"Conversion = '{conversion}'")
    result = convert(text, match, value)
    return result.upper() if conversion.isupper() else result


def _wrong(match: re.Match[str], value: Any) -> Failure:
    return Failure(f"{match['conversion']} != {type(value).__name__}")


def _text(text: Text, match: re.Match[str], value: Any) -> str:
    result = "null" if value is None else text(value) or "null"
    return result if match["precision"] is None else result[: _number(match["precision"], 0)]


def _boolean(text: Text, match: re.Match[str], value: Any) -> str:
    return "false" if value is None or value is False else "true"


def _character(text: Text, match: re.Match[str], value: Any) -> str:
    if isinstance(value, Char):
        return value.text
    if type(value) is int and 0 <= value <= 0x10FFFF:
        return chr(value)
    raise _wrong(match, value)


def _integer(text: Text, match: re.Match[str], value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is not int:
        raise _wrong(match, value)
    return _signed(match, value < 0, f"{abs(value):{',' if ',' in match['flags'] else ''}d}")


def _based(text: Text, match: re.Match[str], value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is not int:
        raise _wrong(match, value)
    unsigned = value if value >= 0 else value + (2**32 if value >= -(2**31) else 2**64)
    prefix = {"x": "0x", "o": "0"}[match["conversion"].lower()] if "#" in match["flags"] else ""
    return prefix + format(unsigned, match["conversion"].lower())


def _decimal(text: Text, match: re.Match[str], value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is not float:
        raise _wrong(match, value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else _signed(match, value < 0, "Infinity")
    digits = _number(match["precision"], 6)
    if match["conversion"] == "e":
        return _signed(match, value < 0, f"{abs(value):.{min(digits, 1000)}e}")
    rounded = Decimal(repr(abs(value))).quantize(Decimal(1).scaleb(-min(digits, 300)), ROUND_HALF_UP, context=_WIDE)
    return _signed(match, value < 0, f"{rounded:{',' if ',' in match['flags'] else ''}f}")


def _signed(match: re.Match[str], negative: bool, digits: str) -> str:
    flags = match["flags"]
    if negative:
        return f"({digits})" if "(" in flags else f"-{digits}"
    return ("+" if "+" in flags else " " if " " in flags else "") + digits


_CONVERSIONS: Final[dict[str, Callable[[Text, re.Match[str], Any], str]]] = {
    "s": _text,
    "b": _boolean,
    "c": _character,
    "d": _integer,
    "x": _based,
    "o": _based,
    "f": _decimal,
    "e": _decimal,
}
