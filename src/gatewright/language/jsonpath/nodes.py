"""Values as filters see them, and how filters compare them.

A value of the document becomes: Decimal, str, bool, None, Json (a list or an object) or MISSING. Two strings or numbers
compare by value (31 equals '31'). Elements of a list that is searched are taken once more: a text in quotes loses them,
one that looks like a path is never found, one that looks like JSON is JSON; a list within it cannot be searched.

What a comparison costs is told to `spend`, in units of about a microsecond: a document may hold long texts and lists,
and a pattern may take its time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from gatewright.language.jsonpath import lenient
from gatewright.language.jsonpath.errors import FunctionFailed, InvalidPath, TooComplex
from gatewright.language.jsonpath.java import decimal, double_text, equal, unescape, utf16
from gatewright.language.regex import Pattern

Spend = Callable[[int], None]
Evaluator = Callable[[Any, Any, Spend], bool]

# How long a match may take, and what is spent on trying. Most matches end within the first.
_PATIENCE = ((1e-5, 20), (1e-3, 1_000), (0.05, 50_000))


class Missing:
    """Nothing was there, or nothing that could ever be found."""

    __slots__ = ()


MISSING: Final = Missing()


class Json:
    """A list or an object: `text` when it is written in the filter, else `value` from the document."""

    __slots__ = ("text", "value")

    def __init__(self, value: Any, text: str | None = None) -> None:
        self.value = value
        self.text = text

    @classmethod
    def literal(cls, text: str) -> Json:
        """Raises InvalidPath."""
        try:
            return cls(lenient.loads(text), text)
        except ValueError as error:
            raise InvalidPath(f"{text} is no JSON: {error}") from None


def node(value: Any) -> Any:
    """The value that a path led to."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(double_text(value)) if math.isfinite(value) else double_text(value)
    return Json(value)


def weight(value: Any) -> int:
    """What looking at a value costs, apart from what it contains in turn."""
    if isinstance(value, str):
        return 1 + len(value) // 100
    return 1 + len(value.value) if isinstance(value, Json) else 1


def equals(left: Any, right: Any, spend: Spend) -> bool:
    """`==`."""
    if isinstance(left, Json) and isinstance(right, Json):
        return left is right or (left.text is None and equal(left.value, right.value, spend))
    return same(left, right)


def same(left: Any, right: Any) -> bool:
    """Whether an element of a list is the one that is looked for."""
    if isinstance(left, Decimal):
        other = decimal(right) if isinstance(right, str) else right
        return isinstance(other, Decimal) and left == other
    if isinstance(left, str):
        return left == (str(right) if isinstance(right, Decimal) else right)
    if isinstance(left, Json):
        # Only what is JSON within a text is an element: one that is a list or an object cannot be searched for.
        return isinstance(right, Json) and left.text is not None and left.text == right.text
    return left is right and left is not MISSING


def elements(value: Any) -> list[Any] | None:
    """The elements of a list; None when it is an object. Raises InvalidPath for any other value, FunctionFailed."""
    if not isinstance(value, Json):
        raise InvalidPath("Expected value list node")
    if not isinstance(value.value, list):
        return None
    return [_element(item) for item in value.value]


def _element(item: Any) -> Any:
    if isinstance(item, (list, dict)):
        raise FunctionFailed("Could not determine value type")
    return _text(item) if isinstance(item, str) else node(item)


def _text(item: str) -> Any:
    stripped = item.strip()
    if stripped[:1] in ("$", "@") and stripped:
        return MISSING
    if len(stripped) > 1 and stripped[0] + stripped[-1] in ("[]", "{}"):
        try:
            return Json.literal(stripped)
        except InvalidPath:
            pass
    if len(item) < 2:
        return item
    try:
        return unescape(item[1:-1] if item[0] + item[-1] in ("''", '""') else item)
    except ValueError:
        raise FunctionFailed("Unable to parse unicode value") from None


def _order(left: Any, right: Any) -> int | None:
    """Below, at or above zero; None for values that have no order."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):
        first, second = utf16(left), utf16(right)
        return (first > second) - (first < second)
    return None


def _less(left: Any, right: Any) -> bool:
    order = _order(left, right)
    return order is not None and order < 0


def _at_most(left: Any, right: Any) -> bool:
    order = _order(left, right)
    return order is not None and order <= 0


def _typed(left: Any, right: Any, spend: Spend) -> bool:
    return type(left) is type(right) and equals(left, right, spend)


def _in(left: Any, right: Any) -> bool:
    found = elements(right)
    return found is not None and any(same(left, item) for item in found)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    found = elements(left) if isinstance(left, Json) else None
    return found is not None and any(same(right, item) for item in found)


def _size(left: Any, right: Any) -> bool:
    if not isinstance(right, Decimal):
        return False
    if isinstance(left, str):
        return len(left) == right.to_integral_value("ROUND_DOWN")
    if not isinstance(left, Json):
        return False
    size = len(left.value) if isinstance(left.value, list) else -1
    return size == right.to_integral_value("ROUND_DOWN")


def _empty(left: Any, right: Any) -> bool:
    if not isinstance(left, (str, Json)):
        return False
    if not isinstance(right, bool):
        raise InvalidPath("Expected boolean node")
    return (not (left if isinstance(left, str) else left.value)) is right


def _subset(left: Any, right: Any) -> bool:
    allowed, found = elements(right), None
    if allowed is not None:
        found = elements(left)
    return found is not None and allowed is not None and all(any(same(a, b) for b in allowed) for a in found)


def _overlap(left: Any, right: Any) -> bool | None:
    others = elements(right)
    found = None if others is None else elements(left)
    if found is None or others is None:
        return None
    return any(same(a, b) for a in found for b in others)


def _exists(left: Any, right: Any) -> bool:
    if not isinstance(left, bool) and not isinstance(right, bool):
        raise FunctionFailed("Failed to evaluate exists expression")
    if not isinstance(left, bool) or not isinstance(right, bool):
        raise InvalidPath("Expected boolean node")
    return left is right


def _match(left: Any, right: Any, spend: Spend) -> bool:
    if isinstance(left, Pattern) is isinstance(right, Pattern):
        return False
    pattern, value = (left, right) if isinstance(left, Pattern) else (right, left)
    if isinstance(value, Json) and isinstance(value.value, list):
        return any(_matches(pattern, item, spend) for item in elements(value) or ())
    return _matches(pattern, value, spend)


def _matches(pattern: Pattern, value: Any, spend: Spend) -> bool:
    text = value if isinstance(value, str) else str(value) if isinstance(value, Decimal) else ""
    if isinstance(value, bool):
        text = "true" if value else "false"
    for seconds, price in _PATIENCE:
        spend(price)
        verdict = pattern.verdict(text, seconds)
        if verdict is not None:
            return verdict
    raise TooComplex("matching a pattern took too long")


def _never(left: Any, right: Any) -> bool:
    """Operators whose right side no text can express."""
    raise InvalidPath("Expected another kind of value")


def _plain(evaluate: Callable[[Any, Any], bool]) -> Evaluator:
    def weighed(left: Any, right: Any, spend: Spend) -> bool:
        spend(weight(left) + weight(right))
        return evaluate(left, right)

    return weighed


def _compared(evaluate: Evaluator, wanted: bool) -> Evaluator:
    """For those that look into what they compare."""

    def weighed(left: Any, right: Any, spend: Spend) -> bool:
        spend(weight(left) + weight(right))
        return evaluate(left, right, spend) is wanted

    return weighed


def _crossed(evaluate: Callable[[Any, Any], bool]) -> Evaluator:
    """For those that look for each element of one side among those of the other."""

    def weighed(left: Any, right: Any, spend: Spend) -> bool:
        spend(weight(left) * weight(right))
        return evaluate(left, right)

    return weighed


EVALUATORS: dict[str, Evaluator] = {
    "==": _compared(equals, True),
    "!=": _compared(equals, False),
    "===": _compared(_typed, True),
    "!==": _compared(_typed, False),
    "<": _plain(_less),
    "<=": _plain(_at_most),
    ">": _plain(lambda left, right: _less(right, left)),
    ">=": _plain(lambda left, right: _at_most(right, left)),
    "=~": _match,
    "IN": _plain(_in),
    "NIN": _plain(lambda left, right: not _in(left, right)),
    "CONTAINS": _plain(_contains),
    "ALL": _plain(_never),
    "SIZE": _plain(_size),
    "EXISTS": _plain(_exists),
    "TYPE": _plain(_never),
    "MATCHES": _plain(_never),
    "EMPTY": _plain(_empty),
    "SUBSETOF": _crossed(_subset),
    "ANYOF": _crossed(lambda left, right: _overlap(left, right) is True),
    "NONEOF": _crossed(lambda left, right: _overlap(left, right) is False),
}
