"""Methods of numbers and booleans: what Velocity 1.7 on Java 17 answers. None: it fails. `[$r]`: null."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gatewright.language.vtl import TemplateError, compile_template

VARIABLES: dict[str, Any] = {"n": 7, "g": -3, "big": 5000000000, "f": 2.5, "t": True}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("n.toString()", "[7]"),
        ("n.intValue()", "[7]"),
        ("n.longValue()", "[7]"),
        ("n.doubleValue()", "[7.0]"),
        ("n.compareTo(3)", "[1]"),
        ('n.compareTo("x")', None),
        ("n.equals(7)", "[true]"),
        ("n.equals(7.0)", "[false]"),
        ("n.hashCode()", "[7]"),
        ('n.parseInt("42")', "[42]"),
        ('n.parseInt("x")', None),
        ('n.parseInt("99999999999")', None),
        ('n.parseInt("+5")', "[5]"),
        ('n.parseInt("")', None),
        ('n.valueOf("8")', "[8]"),
        ("n.valueOf(9)", "[9]"),
        ("n.toHexString(255)", "[ff]"),
        ("n.toBinaryString(5)", "[101]"),
        ("n.toHexString(-1)", "[ffffffff]"),
        ("n.max(1,2)", "[2]"),
        ("n.min(1,2)", "[1]"),
        ("n.sum(1,2)", "[3]"),
        ("n.signum(-5)", "[-1]"),
        ("n.toString(5)", "[5]"),
        ("n.MAX_VALUE", "[$r]"),
        ("big.toString()", "[5000000000]"),
        ("big.intValue()", "[705032704]"),
        ('big.parseLong("5000000000")', "[5000000000]"),
        ("big.hashCode()", "[705032705]"),
        ("big.equals(5)", "[false]"),
        ("g.hashCode()", "[-3]"),
        ("g.toString()", "[-3]"),
        ("n[0]", "[$r]"),
        ("f.toString()", "[2.5]"),
        ("f.intValue()", "[2]"),
        ("f.longValue()", "[2]"),
        ("f.compareTo(2.5)", "[0]"),
        ("f.compareTo(1)", None),
        ("f.isNaN()", "[false]"),
        ("f.isInfinite()", "[false]"),
        ('f.parseDouble("1e3")', "[1000.0]"),
        ('f.parseDouble(" 2 ")', "[2.0]"),
        ('f.parseDouble("x")', None),
        ('f.valueOf("2.50")', "[2.5]"),
        ("f.equals(2.5)", "[true]"),
        ("f.max(1.0,2.0)", "[2.0]"),
        ("t.toString()", "[true]"),
        ("t.booleanValue()", "[true]"),
        ("t.equals(true)", "[true]"),
        ("t.compareTo(false)", "[1]"),
        ("t.hashCode()", "[1231]"),
        ('t.parseBoolean("TRUE")', "[true]"),
        ('t.valueOf("x")', "[false]"),
    ],
)
def test_as_java(expression: str, expected: str | None) -> None:
    template = compile_template(f"#set($r = ${expression})[$r]", aws=False)
    variables = copy.deepcopy(VARIABLES)
    if expected is None:
        with pytest.raises(TemplateError):
            template.render(variables)
    else:
        assert template.render(variables) == expected
