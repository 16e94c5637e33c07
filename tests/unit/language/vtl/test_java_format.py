"""String.format: what Velocity 1.7 on Java 17 answers. None: it fails. `[$r]`: null."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gatewright.language.vtl import TemplateError, compile_template

VARIABLES: dict[str, Any] = {"s": "Hello World"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (
            's.format("%5d|%-5s|%05d|%x|%,d|%.2f|%b|%%|%s",1,"a",42,255,1234567,1.005,true,"z")',
            "[    1|a    |00042|ff|1,234,567|1.01|true|%|z]",
        ),
        ('s.format("%d","x")', None),
        ('s.format("%s")', None),
        ('s.format("%q",1)', None),
        ('s.format("%e",12345.678)', "[1.234568e+04]"),
        ('s.format("%08.3f",-3.14159)', "[-003.142]"),
        ('s.format("%+d",5)', "[+5]"),
        ('s.format("%c",65)', "[A]"),
        ('s.format("%S","abc")', "[ABC]"),
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
