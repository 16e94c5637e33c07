"""Conditions: missing keys, several values, set operators."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.policy.base import PolicyError
from gatewright.language.policy.conditions import compile_condition
from tests.unit.language.policy.support import Keys, query

NONE: Keys = {}


@pytest.mark.parametrize(
    ("name", "wanted", "keys", "expected"),
    [
        ("StringEquals", "a", {"k:k": "a"}, True),
        ("StringEquals", ["a", "b"], {"k:k": "b"}, True),
        ("StringEquals", "a", NONE, False),
        ("StringNotEquals", "a", NONE, True),
        ("StringNotEquals", ["a", "b"], {"k:k": "b"}, False),
        ("StringNotEquals", ["a", "b"], {"k:k": "c"}, True),
        ("StringEqualsIfExists", "a", NONE, True),
        ("StringEqualsIfExists", "a", {"k:k": "b"}, False),
        ("stringequals", "a", {"k:k": "a"}, True),
        ("Bool", True, {"k:k": "true"}, True),
        ("NumericEquals", 5, {"k:k": "5"}, True),
        ("Null", "true", NONE, True),
        ("Null", True, {"k:k": "x"}, False),
        ("Null", "false", {"k:k": "x"}, True),
        ("ForAllValues:StringEquals", ["a", "b"], {"k:k": ("a", "b")}, True),
        ("ForAllValues:StringEquals", ["a", "b"], {"k:k": ("a", "c")}, False),
        ("ForAllValues:StringEquals", ["a", "b"], NONE, True),
        ("ForAllValues:StringEquals", ["a", "b"], {"k:k": ""}, True),
        ("ForAllValues:StringNotEquals", ["a", "b"], {"k:k": ("c", "a")}, False),
        ("ForAnyValue:StringEquals", ["a", "b"], {"k:k": ("c", "a")}, True),
        ("ForAnyValue:StringEquals", ["a", "b"], {"k:k": ("c",)}, False),
        ("ForAnyValue:StringEquals", ["a", "b"], NONE, False),
        ("ForAnyValue:StringNotEquals", ["a"], NONE, False),
        ("ForAnyValue:StringNotEquals", ["a"], {"k:k": ("a", "b")}, True),
        ("ForAnyValue:StringEqualsIfExists", ["a"], NONE, True),
        ("StringEquals", "a", {"k:k": ("b", "a")}, True),
        ("StringNotEquals", "a", {"k:k": ("b", "a")}, False),
    ],
)
def test_holds(name: str, wanted: Any, keys: Keys, expected: bool) -> None:
    [condition] = compile_condition({name: {"K:K": wanted}}, "there", variables=True)
    assert condition(query(keys=keys)) is expected


@pytest.mark.parametrize(
    "element",
    [
        "x",
        [],
        {"StringEquals": "x"},
        {"StringEquals": {}},
        {"StringEquals": {"k:k": []}},
        {"StringEquals": {"k:k": None}},
        {"StringEquals": {"k:k": {"a": "b"}}},
        {"StringEquals": {"key": "a"}},
        {"StringEquals": {"": "a"}},
        {"Equals": {"k:k": "a"}},
        {"StringEqualsIf": {"k:k": "a"}},
        {"ForSome:StringEquals": {"k:k": "a"}},
        {"ForAllValues:Null": {"k:k": "true"}},
        {"NullIfExists": {"k:k": "true"}},
        {"Null": {"k:k": "maybe"}},
        {"": {"k:k": "a"}},
    ],
)
def test_refused(element: Any) -> None:
    with pytest.raises(PolicyError):
        compile_condition(element, "there", variables=True)


def test_every_operator_and_key_is_a_condition() -> None:
    element = {"StringEquals": {"a:a": "1", "b:b": "2"}, "Bool": {"c:c": "true"}}
    assert len(compile_condition(element, "there", variables=True)) == 3
    assert compile_condition({}, "there", variables=True) == []


def test_the_place_is_named() -> None:
    with pytest.raises(PolicyError, match=r"Statement\[0\]\.Condition\.Bool"):
        compile_condition({"Bool": {"a:a": "1"}}, "Statement[0].Condition", variables=True)
