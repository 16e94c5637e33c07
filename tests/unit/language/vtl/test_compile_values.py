"""Expressions and assignments: what Velocity 1.7 answers. None: it fails."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gatewright.language.vtl import TemplateError, compile_template

VARIABLES: dict[str, Any] = {
    "a": "A",
    "n": 7,
    "z": None,
    "l": ["x", "y", "z"],
    "m": {"k": "v", "n": 1},
    "t": True,
    "no": False,
    "mm": {"a": {"b": 1}},
    "e": "",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('#set($x = "a\\$a \\\\$a \\$z")$x', "a$a \\A \\$z"),
        ("#set($x = $z)[$!x]", "[]"),
        ("#set($x = 1/0)[$!x]#set($x = 1.0/0)[$!x]#set($x = 5 % 0)[$!x]", "[][][]"),
        ('#set($x = "a" + $z)$x#set($x = $z + "a")$x#set($x = 1 + $z)[$!x]', None),
        ('#set($x = ($n / 0) + "a")$x', "$n / 0a"),
        ('#set($x = "a" + ($n / 0))$x', "a$n / 0"),
        ('#set($x = 1 + 2 + "a" + 1 + 2)$x', "3a12"),
        ('#set($x = [1,2] + "a")$x#set($x = {"a":1} + "b")$x', "[1, 2]a{a=1}b"),
        ('#set($x = true + "a")$x', "truea"),
        ("#set($x = !$z)$x#set($x = $a && $z)$x#set($x = $a || $z)$x", "truefalsetrue"),
        (
            (
                '#set($x = 7 == 7.0)$x#set($x = "7" == 7)$x#set($x = $l == "[x, y, z]")$x#set($x '
                '= $m == {"k":"v","n":1})$x'
            ),
            "truetruetruetrue",
        ),
        ('#set($x = $z == $q)$x#set($x = $z != "")$x#set($x = $z == "null")$x', "truetruefalse"),
        ('#set($x = true == "true")$x#set($x = "b" > "a")$x#set($x = $z < 1)$x', "truefalsefalse"),
        ("#set($x = 1 < 2 == true)$x", "true"),
        ('#set($x = "tab\tnl', None),
        ("#set($x = 'a \"q\" ''b''')$x #set($x = \"a 'q' \"\"b\"\"\")$x", "a \"q\" 'b'a 'q' \"b\""),
        ('#set($x = "\\u0041\\u00e9")$x', "Aé"),
        ('#set($x = "a ## b")$x|', "a |"),
        ('#set($x = "#if($t)a## b', None),
        ('#set($x = {})#set($x.a = {})#set($x.a.b = "c")$x $x.a.b', "{a={b=c}} c"),
        ('#set($x = {"a" : [1, {"b" : 2}], 5 : "five", $a : 1.5})$x', "{a=[1, {b=2}], 5=five, A=1.5}"),
        ("#set($x = [])$x.add(1)$x #set($x = [ ])$x", None),
        ('#set($x = [$z, $a])$x #set($x = {"k": $z})$x', "[null, A]{k=null}"),
        (
            (
                "#set($x = 1.0)$x #set($x = 100.0)$x #set($x = 1e10)$x #set($x = 0.1 + 0.2)$x #se"
                "t($x = 1.5 * 2)$x #set($x = 7 / 2.0)$x"
            ),
            "1.0100.01.0E100.300000000000000043.03.5",
        ),
        (
            (
                "#set($x = 2147483647 * 2)$x #set($x = 2147483647 + 1)$x #set($x = -2147483648 - "
                "1)$x #set($x = 99999999999999999999 + 1)$x"
            ),
            "42949672942147483648-2147483649100000000000000000000",
        ),
        ("#set($x = -7 / 2)$x #set($x = -7 % 3)$x #set($x = 7.5 % 2)$x #set($x = - 1)$x", None),
        ("#set($x = 1 == 1.0)$x #set($x = 0.0 == 0)$x", "truetrue"),
        ("#set($x = $n.nope)$!x", ""),
        ('#set($x = "")$x.length()$x.isEmpty()#if($x == "")y#end#if($x)t#end', "0trueyt"),
        ("#set($x = 1)#*c*#", ""),
        ('#set($x = "a\nb $a")$x', "a\nb A"),
        ('#set($x = "#if($t)a## b\nc#end")$x', "ac"),
        ("#set($x = 1)#*c*#\nz", "\nz"),
        ("#set($x = 1)\r\ry", "\ry"),
        ("\t#set($x = 1) \t\n\tx", "\tx"),
    ],
)
def test_as_velocity(text: str, expected: str | None) -> None:
    variables = copy.deepcopy(VARIABLES)
    if expected is None:
        with pytest.raises(TemplateError):
            compile_template(text, aws=False).render(variables)
    else:
        assert compile_template(text, aws=False).render(variables) == expected
