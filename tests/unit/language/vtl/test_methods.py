from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.vtl.aws import Util
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.methods import invoke
from gatewright.language.vtl.running import WORK, Run
from gatewright.language.vtl.values import Char, JavaList, TemplateObject, aws_text


class Heavy(TemplateObject):
    weight = 1000

    def call(self, name: str, args: list[Any]) -> Any:
        return [name, *args]


def call(value: Any, name: str, *args: Any) -> Any:
    return invoke(Run({}), aws_text, value, name, list(args))


@pytest.mark.parametrize(
    ("value", "name", "args", "result"),
    [
        ("ab", "length", (), 2),
        ("ab", "length", (1,), None),
        ("ab", "upper", (), None),
        ("ab", "substring", ("1",), None),
        ("ab", "substring", (None,), None),
        ("ab", "substring", (True,), None),
        ("ab", "equals", (None,), False),
        ([1], "toString", (), "[1]"),
        ([1], "equals", (JavaList([1]),), True),
        ({"a": 1}, "get", ("a",), 1),
        (type("Map", (dict,), {})(a=1), "get", ("a",), 1),
        (type("List", (list,), {})([1]), "size", (), 1),
        (Char("x"), "charValue", (), Char("x")),
        (Char("x"), "hashCode", (), 120),
        (1, "intValue", (), 1),
        (True, "booleanValue", (), True),
        (object(), "x", (), None),
    ],
)
def test_invoke(value: Any, name: str, args: tuple[Any, ...], result: Any) -> None:
    assert call(value, name, *args) == result


def test_null_where_none_is_taken() -> None:
    with pytest.raises(Failure, match="NullPointerException"):
        call("ab", "contains", None)


def spent(value: Any, name: str, *args: Any) -> int:
    run = Run({})
    invoke(run, aws_text, value, name, list(args))
    return WORK - run.work


def test_calls_cost_work() -> None:
    assert spent(Heavy(), "x") == 1000
    assert spent("x", "length") == 0
    assert spent("x" * 25_600, "length") == 100
    assert spent("é" * 1600, "length") == 100
    assert spent("x" * 1000, "hashCode") == 1000
    assert spent("x" * 255, "concat", "y") == 4
    assert spent(list(range(1600)), "subList", 0, 1600) == 100
    assert spent(list(range(1600)), "contains", "x") == 1600
    assert spent([[1, 2], [3]], "equals", [[1, 2], [3]]) == 5
    assert spent([1] * 20, "toString") == 10
    assert spent(Util(), "parseJson", "[" + "1," * 999_999 + "1]") >= 100_000
    assert spent(Util(), "urlDecode", "x" * 64_000) >= 16_000


def test_work_ends() -> None:
    run = Run({})
    run.work = 0
    with pytest.raises(Failure, match="too much work"):
        invoke(run, aws_text, Heavy(), "x", [])
