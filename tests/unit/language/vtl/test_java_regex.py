"""String methods that take regular expressions: what Velocity 1.7 on Java 17 answers. None: it fails. `[$r]`: null."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gatewright.language.vtl import TemplateError, compile_template

VARIABLES: dict[str, Any] = {"s": "Hello World", "e": "", "p": "/v1/pets/17", "c": "a,b,,c,,", "u": "hé😀z"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('s.replaceAll("o(.)","<$1>")', "[Hell< >W<r>ld]"),
        ('s.replaceAll("(?<x>l+)","[${x}]")', "[He[ll]o Wor[l]d]"),
        ('s.replaceAll("l","\\\\$")', None),
        ('s.replaceAll("[","x")', None),
        ('s.replaceAll("(l)","$2")', None),
        ('s.replaceAll("l","$")', None),
        ('s.replaceFirst("l+","_")', "[He_o World]"),
        ('s.matches("H.*d")', "[true]"),
        ('s.matches("Hello")', "[false]"),
        ('p.split("/").size()', "[4]"),
        ('p.split("/")[1]', "[v1]"),
        ('c.split(",").size()', "[4]"),
        ('c.split(",",-1).size()', "[6]"),
        ('c.split(",",2)[1]', "[b,,c,,]"),
        ('c.split("").size()', "[8]"),
        ('e.split(",").size()', "[1]"),
        ('c.split("[,b]").size()', "[5]"),
        ('p.replaceAll("/(\\w+)/","<\\$1>")', "[<$1>pets/17]"),
        ('p.replaceAll("\\d+","N")', "[/vN/pets/N]"),
        ('p.matches("^/v\\d/.*")', "[true]"),
        ('s.split("(?=W)")[1]', "[World]"),
        ('s.replaceAll("\\p{Upper}","U")', "[Uello Uorld]"),
        ('s.replaceAll("[a-z&&[^l]]","*")', "[H*ll* W**l*]"),
        ('s.replaceAll("\\Qo\\E","0")', "[Hell0 W0rld]"),
        ('s.matches("(?i)hello world")', "[true]"),
        ('s.replaceAll("(?m)^H","J")', "[Jello World]"),
        ('s.replaceAll("\\b","|")', "[|Hello| |World|]"),
        ('s.replaceAll("x*","-")', "[-H-e-l-l-o- -W-o-r-l-d-]"),
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
