"""Numbers as Java calculates with them: Integer, Long and BigInteger are int, Double is float."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, Final

from gatewright.language.vtl.errors import Failure

NUMBERS: Final[frozenset[type]] = frozenset([int, float])
_MAX_BITS: Final = 512  # of a BigInteger
_INT_MIN: Final = -(2**31)
_INT_MAX: Final = 2**31 - 1


def is_number(value: Any) -> bool:
    return value.__class__ in NUMBERS


def _divide(left: Any, right: Any) -> Any:
    if right == 0:
        return None
    if left.__class__ is int and right.__class__ is int:
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient
    return left / right


def _modulo(left: Any, right: Any) -> Any:
    if right == 0:
        return None
    if left.__class__ is int and right.__class__ is int:
        remainder = abs(left) % abs(right)
        return remainder if left >= 0 else -remainder
    return math.fmod(left, right)


ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "PLUS": operator.add,
    "MINUS": operator.sub,
    "MULTIPLY": operator.mul,
    "DIVIDE": _divide,
    "MODULO": _modulo,
}


def _sign(number: Any) -> int:
    return 1 if number > 0 else -1


def calculate(operation: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """The number, or None when a side is none or the divisor is zero."""
    if left.__class__ not in NUMBERS or right.__class__ not in NUMBERS:
        return None
    try:
        result = operation(left, right)
    except OverflowError:  # an int too large for a double, or an infinite result
        return math.inf * _sign(left) * _sign(right)
    except ValueError:  # fmod of an infinity
        return math.nan
    if result.__class__ is int and result.bit_length() > _MAX_BITS:
        raise Failure("A number too large")
    return result


def int_value(number: float) -> int:
    """Number.intValue: ints wrap around, doubles stop at the ends."""
    return _whole(number, 32)


def long_value(number: float) -> int:
    return _whole(number, 64)


def _whole(number: float, bits: int) -> int:
    top = 1 << (bits - 1)
    if isinstance(number, int):
        return (number + top) % (2 * top) - top
    if math.isnan(number):
        return 0
    return max(-top, min(top - 1, int(number))) if math.isfinite(number) else (top - 1 if number > 0 else -top)


def fits_int(number: int) -> bool:
    return _INT_MIN <= number <= _INT_MAX
