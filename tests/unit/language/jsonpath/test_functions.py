from __future__ import annotations

import math
from typing import Any

import pytest

from gatewright.language.jsonpath.errors import FunctionFailed, IndexOutOfBounds
from gatewright.language.jsonpath.functions import FUNCTIONS


@pytest.mark.parametrize(
    ("name", "model", "parameters", "result"),
    [
        ("sum", [1, 2.5, "3", True, None], [], 3.5),
        ("sum", None, [1, [2, 3]], 6.0),
        ("avg", [1, 2], [], 1.5),
        ("stddev", [2, 4], [], 1.0),
        ("max", [10**400], [], math.inf),
        ("concat", ["a", 1, "b"], ["c", 1.5, None, ["d", 2], {"e": 1}], "abc1.5d2{e=1}"),
        ("length", "text", [], None),
        ("size", {"a": 1}, [], 1),
        ("keys", [1], [], None),
        ("append", [1], [2, "x"], [1, 2, "x"]),
        ("append", {"a": 1}, [2], {"a": 1}),
        ("last", [1, 2], [], 2),
        ("index", ["a", "b"], [1], "b"),
        ("index", ["a", "b"], [1.9], "b"),
    ],
)
def test_results(name: str, model: Any, parameters: list[Any], result: Any) -> None:
    assert FUNCTIONS[name](model, parameters) == result


@pytest.mark.parametrize(
    ("name", "model", "parameters", "error"),
    [
        ("sum", "text", [], FunctionFailed),
        ("first", {}, [], FunctionFailed),
        ("first", [], [], IndexOutOfBounds),
        ("last", [1], [], FunctionFailed),  # the engine's slip: the first element cannot be counted from the end
        ("index", [1], [], IndexOutOfBounds),
        ("index", [1], [math.inf], IndexOutOfBounds),
        ("index", [1], [5], IndexOutOfBounds),
        ("index", {}, [5], FunctionFailed),
    ],
)
def test_failures(name: str, model: Any, parameters: list[Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        FUNCTIONS[name](model, parameters)


def test_the_document_is_left_as_it_is() -> None:
    model = [1]
    FUNCTIONS["append"](model, [2])
    assert model == [1]
