from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gatewright.language.jsonpath.errors import FunctionFailed, InvalidPath
from gatewright.language.jsonpath.nodes import EVALUATORS, MISSING, Json, elements, node, weight
from gatewright.language.regex import Pattern

_LITERAL = Json.literal("['a', 1]")


@pytest.mark.parametrize(
    ("left", "operator", "right", "expected"),
    [
        (31, "==", "31", True),
        ("31", "==", 31, True),
        ("31.0", "==", 31, False),
        (31, "==", "31.0", True),
        (True, "==", "true", False),
        (None, "==", None, True),
        (MISSING, "==", MISSING, False),
        (MISSING, "!=", None, True),
        (1, "===", 1.0, True),
        (1, "===", "1", False),
        (1, "!==", "1", True),
        ("a", "<", "b", True),
        (2, ">=", 2, True),
        (2, "<=", "3", False),
        ("😀", "<", "\uffee", True),
        ([1], "==", [1], True),
        ([1], "==", [1.0], False),
        (["a", 1], "==", _LITERAL, True),
        (_LITERAL, "==", ["a", 1], False),  # the engine compares the text of a literal on the left
        ("b", "IN", ["a", "b"], True),
        ("b", "NIN", {"b": 1}, True),
        ("$.a", "IN", ["$.a"], False),
        ("x", "IN", ["'x'"], True),
        ("abc", "CONTAINS", "bc", True),
        ("abc", "CONTAINS", 1, False),
        (["1"], "CONTAINS", 1, True),
        ([1, 2], "SIZE", 2, True),
        ("ab", "SIZE", 2.9, True),
        ({"a": 1}, "SIZE", 1, False),
        ([], "EMPTY", True, True),
        ({}, "EMPTY", True, True),
        (1, "EMPTY", True, False),
        ([1], "SUBSETOF", [1, 2], True),
        ([3], "ANYOF", [1, 2], False),
        ([3], "NONEOF", [1, 2], True),
        ({}, "NONEOF", [1, 2], False),
        ("abc", "=~", Pattern("a.c"), True),
        (Pattern("true"), "=~", True, True),
        (["x", "abc"], "=~", Pattern("a.c"), True),
        (1, "=~", 1, False),
        (True, "EXISTS", True, True),
    ],
)
def test_operators(left: Any, operator: str, right: Any, expected: bool) -> None:
    spent: list[int] = []
    assert EVALUATORS[operator](_side(left), _side(right), spent.append) is expected
    assert sum(spent) >= 0


def _side(value: Any) -> Any:
    return value if isinstance(value, Pattern | Json) or value is MISSING else node(value)


@pytest.mark.parametrize(
    ("left", "operator", "right", "error"),
    [
        (1, "IN", 1, InvalidPath),
        ([], "EMPTY", 1, InvalidPath),
        ([], "ALL", [], InvalidPath),
        ([], "EXISTS", True, InvalidPath),
        ([], "EXISTS", [], FunctionFailed),
        (1, "IN", [[1]], FunctionFailed),
        (1, "IN", [r"\uzzzz"], FunctionFailed),
    ],
)
def test_what_operators_cannot_work_on(left: Any, operator: str, right: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        EVALUATORS[operator](node(left), node(right), lambda price: None)


def test_values_become_nodes() -> None:
    assert node(25.0) == Decimal("25.0")
    assert node(float("nan")) == "NaN"
    assert elements(node({"a": 1})) is None
    assert weight("x" * 1000) == 11
    found = elements(node(["[1]", "[", "x"]))
    assert found is not None
    assert isinstance(found[0], Json)
    assert found[1:] == ["[", "x"]
    with pytest.raises(InvalidPath):
        Json.literal("[")
