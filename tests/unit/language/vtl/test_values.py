from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.values import (
    Char,
    JavaList,
    JavaSet,
    TemplateObject,
    aws_text,
    aws_text_of_part,
    java_double,
    java_equals,
    java_text,
    json_text,
    same_kind,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (0.001, "0.001"), (0.0001, "1.0E-4"), (9999999.0, "9999999.0")),
        *((1e7, "1.0E7"), (123456789.5, "1.234567895E8"), (1e-5, "1.0E-5"), (-1.5e300, "-1.5E300"), (1e16, "1.0E16")),
        *(
            (0.00012, "1.2E-4"),
            (math.inf, "Infinity"),
            (-math.inf, "-Infinity"),
            (math.nan, "NaN"),
            (5e-324, "5.0E-324"),
        ),
    ],
)
def test_java_double(number: float, text: str) -> None:
    assert java_double(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_reads_back(number: float) -> None:
    assert float(java_double(number)) == number


@pytest.mark.parametrize(
    ("value", "velocity", "aws"),
    [
        (None, None, None),
        (True, "true", "true"),
        (7, "7", "7"),
        ([1, "a", None], "[1, a, null]", '[1,"a",null]'),
        (JavaList([1, "a", [2, "b"]]), "[1, a, [2, b]]", '[1, a, [2,"b"]]'),
        (JavaSet(["a"]), "[a]", "[a]"),
        ({"a": [{"b": "c"}], "n": 1.0}, "{a=[{b=c}], n=1.0}", '{a=[{"b":"c"}], n=1.0}'),
        ([{"a": JavaList([1])}], "[{a=[1]}]", '[{"a":[1]}]'),
        ([], "[]", "[]"),
        ({}, "{}", "{}"),
        (["a/b\x01"], "[a/b\x01]", '["a\\/b\\u0001"]'),
        (Char("x"), "x", "x"),
        ([TemplateObject()], "[TemplateObject]", '["TemplateObject"]'),
    ],
)
def test_texts(value: Any, velocity: str | None, aws: str | None) -> None:
    assert java_text(value) == velocity
    assert aws_text(value) == aws


def test_its_own_part() -> None:
    items = JavaList([1])
    items.append(items)
    members: dict[str, Any] = {"a": 1}
    members["m"] = members
    assert java_text(items) == "[1, (this Collection)]"
    assert aws_text(members) == "{a=1, m=(this Map)}"


def test_null_within_a_value() -> None:
    assert aws_text_of_part(None) == "null"
    assert json_text({None: math.nan}) == '{"null":null}'


@pytest.mark.parametrize("write", [java_text, aws_text, json_text])
def test_values_that_do_not_end(write: Any) -> None:
    own: list[Any] = []
    own.append([own])
    shared: list[Any] = [1]
    for _ in range(60):
        shared = [shared, shared]
    for value in (own, {"a": own}, shared, ["x" * 11_000_000]):
        with pytest.raises(Failure):
            write(value)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, 1, True),
        (1, 1.0, False),
        (1, True, False),
        ("a", "a", True),
        ([1, [2]], JavaList([1, [2]]), True),
        ([1], [1.0], False),
        ({"a": [1]}, {"a": [1]}, True),
        ({"a": None}, {"b": None}, False),
        ({"a": 1}, {}, False),
        ([1], [1, 2], False),
        ([], {}, False),
        ({}, [], False),
        (Char("a"), Char("a"), True),
        (Char("a"), "a", False),
    ],
)
def test_java_equals(left: Any, right: Any, equal: bool) -> None:
    assert java_equals(lambda units: None, left, right) is equal


def test_comparing_costs_work() -> None:
    spent: list[int] = []
    assert java_equals(spent.append, [[1, 2], {"a": 1}, "x"], [[1, 2], {"a": 1}, "x"])
    assert sum(spent) == 6


def test_same_kind() -> None:
    assert same_kind([1], JavaList())
    assert same_kind({}, {})
    assert same_kind("a", "b")
    assert not same_kind([], JavaSet())
    assert not same_kind(True, 1)
    assert len({Char("a"), Char("a")}) == 1


def test_an_object_has_nothing_of_its_own() -> None:
    thing = TemplateObject()
    assert thing.get("x") is thing.call("x", []) is None
    assert thing.put("x", 1) is False
    assert thing.weight == 1
