"""The functions at the end of paths: `$.n.sum()`, `$.max(1, $.n)`.

Each takes the value and its parameters, already evaluated. Numbers of parameters and of lists are taken as doubles.
`append` answers a longer copy; the engine changes the document itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from gatewright.language.jsonpath.errors import FunctionFailed, IndexOutOfBounds
from gatewright.language.jsonpath.java import is_number, text_of

Function = Callable[[Any, Sequence[Any]], Any]

_EMPTY = "Aggregation function attempted to calculate value using empty array"


def _items(parameters: Sequence[Any]) -> list[Any]:
    return [item for value in parameters for item in (value if isinstance(value, list) else [value])]


def _numbers(model: Any, parameters: Sequence[Any]) -> list[float]:
    items = [*(model if isinstance(model, list) else ()), *_items(parameters)]
    numbers = [_double(item) for item in items if is_number(item)]
    if not numbers:
        raise FunctionFailed(_EMPTY)
    return numbers


def _double(number: int | float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _sum(model: Any, parameters: Sequence[Any]) -> float:
    total = 0.0
    for number in _numbers(model, parameters):
        total += number  # one after the other, as the engine does: not the exact sum
    return total


def _average(model: Any, parameters: Sequence[Any]) -> float:
    return _sum(model, parameters) / len(_numbers(model, parameters))


def _deviation(model: Any, parameters: Sequence[Any]) -> float:
    numbers = _numbers(model, parameters)
    total = squares = 0.0
    for number in numbers:
        total += number
        squares += number * number
    count = len(numbers)
    variance = squares / count - total * total / count / count
    return math.sqrt(variance) if variance >= 0 else math.nan


def _concat(model: Any, parameters: Sequence[Any]) -> str:
    texts = [item for item in model if isinstance(item, str)] if isinstance(model, list) else []
    return "".join(texts + [text_of(item) for item in _items(parameters) if item is not None])


def length(model: Any, parameters: Sequence[Any]) -> int | None:
    """Of a list or an object; null for all else. (Its parameter is evaluated elsewhere: `steps`.)"""
    return len(model) if isinstance(model, (list, dict)) else None


def _append(model: Any, parameters: Sequence[Any]) -> Any:
    return [*model, *parameters] if isinstance(model, list) else model


def _keys(model: Any, parameters: Sequence[Any]) -> list[str] | None:
    return list(model) if isinstance(model, dict) else None


def _at(model: Any, index: int) -> Any:
    if not isinstance(model, list):
        raise FunctionFailed(_EMPTY)
    place = index if index >= 0 else len(model) + index
    if index < 0 and place <= 0:
        raise FunctionFailed(f"Target index:{index} larger than object count:{len(model)}")
    if place >= len(model):
        raise IndexOutOfBounds(f"Index {place} out of bounds for length {len(model)}")
    return model[place]


def _index(model: Any, parameters: Sequence[Any]) -> Any:
    if not isinstance(model, list):
        raise FunctionFailed(_EMPTY)
    numbers = [item for item in _items(parameters) if is_number(item)]
    if not numbers:
        raise IndexOutOfBounds("Index 0 out of bounds for length 0")
    number = numbers[0]
    return _at(model, int(number) if math.isfinite(_double(number)) else 2**31 - 1)


FUNCTIONS: dict[str, Function] = {
    "avg": _average,
    "stddev": _deviation,
    "sum": _sum,
    "min": lambda model, parameters: min(_numbers(model, parameters)),
    "max": lambda model, parameters: max(_numbers(model, parameters)),
    "concat": _concat,
    "length": length,
    "size": length,
    "append": _append,
    "keys": _keys,
    "first": lambda model, parameters: _at(model, 0),
    "last": lambda model, parameters: _at(model, -1),
    "index": _index,
}
