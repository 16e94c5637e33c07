from __future__ import annotations

from decimal import Decimal

import pytest

from gatewright.language.jsonpath.errors import InvalidPath
from gatewright.language.jsonpath.filters import compile_pattern, parse_condition
from gatewright.language.jsonpath.parse import parse_path
from gatewright.language.jsonpath.tokens import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Exists,
    Literal,
    Not,
    PathText,
    Property,
)

_A = PathText(False, (Property(("a",)),))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("(@.a)", Exists(_A, True)),
        ("(!@.a)", Exists(_A, False)),
        ("(!(@.a))", Not(Exists(_A, True))),
        ("(@.a == 'x\\ty')", Compare(_A, "==", Literal("x\ty"))),
        ("(@.a in @.a)", Compare(_A, "IN", _A)),
        ("(1.50<@.a)", Compare(Literal(Decimal("1.50")), "<", _A)),
        ("(@.a==true&&@.a)", AllOf((Compare(_A, "==", Literal(True)), Exists(_A, True)))),
        ("(@.a || @.a && @.a)", AnyOf((Exists(_A, True), AllOf((Exists(_A, True), Exists(_A, True)))))),
        ("(@.a == null)", Compare(_A, "==", Literal(None))),
        ("(@.a =~ /x\\/y/i)", Compare(_A, "=~", Literal(compile_pattern("x\\/y", "i")))),
    ],
)
def test_conditions(text: str, condition: Condition) -> None:
    assert parse_condition(text, parse_path, 1) == condition


@pytest.mark.parametrize(
    "text",
    [
        "()",
        "(@.a ==)",
        "(@.a == tru)",
        "(@.a == 'x)",
        "(@.a == '\\uzzzz')",
        "(@.a == [1)",
        "(@.a == [1}])",
        "(@.a =~ /x)",
        "(@.a =~ /(/)",
        "(@.a[1)",
        "(!1)",
        "(1)",
        "(@.a) x",
        "(@.a &&)",
        "(@.a == ! 1)",
        "(@.a == 1e99999999999)",
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(InvalidPath):
        parse_condition(text, parse_path, 1)
