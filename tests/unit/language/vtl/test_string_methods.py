"""Methods of String: what Velocity 1.7 on Java 17 answers. None: it fails. `[$r]`: null."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gatewright.language.vtl import TemplateError, compile_template

VARIABLES: dict[str, Any] = {
    "s": "Hello World",
    "e": "",
    "w": "  pad\t",
    "p": "/v1/pets/17",
    "c": "a,b,,c,,",
    "u": "hé😀z",
    "z": None,
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("s.length()", "[11]"),
        ("s.charAt(4)", "[o]"),
        ("s.charAt(99)", None),
        ("s.codePointAt(0)", "[72]"),
        ("s.substring(6)", "[World]"),
        ("s.substring(0,5)", "[Hello]"),
        ("u.substring(1,4)", "[é😀]"),
        ("u.substring(4)", "[z]"),
        ("u.substring(6)", None),
        ("s.substring(5,2)", None),
        ("s.substring(-1)", None),
        ("s.substring($z)", "[$r]"),
        ("s.subSequence(0,2)", "[He]"),
        ('s.indexOf("o")', "[4]"),
        ('s.indexOf("o",5)', "[7]"),
        ("s.indexOf(111)", "[4]"),
        ('s.indexOf("")', "[0]"),
        ('s.indexOf("",99)', "[11]"),
        ('s.indexOf("o",-5)', "[4]"),
        ('s.lastIndexOf("o")', "[7]"),
        ('s.lastIndexOf("o",5)', "[4]"),
        ('s.lastIndexOf("o",-1)', "[-1]"),
        ('s.lastIndexOf("")', "[11]"),
        ('s.contains("lo W")', "[true]"),
        ("s.contains($z)", None),
        ("s.contains(1)", "[$r]"),
        ('s.startsWith("Hell")', "[true]"),
        ('s.startsWith("World",6)', "[true]"),
        ('s.endsWith("ld")', "[true]"),
        ('s.endsWith("")', "[true]"),
        ('s.equals("x")', "[false]"),
        ("s.equals($s)", "[true]"),
        ("s.equals($z)", "[false]"),
        ("s.equals(1)", "[false]"),
        ('s.equalsIgnoreCase("HELLO world")', "[true]"),
        ("s.equalsIgnoreCase($z)", "[false]"),
        ('s.compareTo("Help")', "[-4]"),
        ('s.compareTo("Hello")', "[6]"),
        ('s.compareToIgnoreCase("hELLO xorld")', "[-1]"),
        ('s.concat("!")', "[Hello World!]"),
        ("s.concat($z)", None),
        ('s.replace("l","L")', "[HeLLo WorLd]"),
        ('s.replace("","-")', "[-H-e-l-l-o- -W-o-r-l-d-]"),
        ('s.replace("l",1)', "[$r]"),
        ("s.toUpperCase()", "[HELLO WORLD]"),
        ("s.toLowerCase()", "[hello world]"),
        ("s.trim()", "[Hello World]"),
        ("w.trim()", "[pad]"),
        ("w.strip()", "[pad]"),
        ("w.isBlank()", "[false]"),
        ("e.isEmpty()", "[true]"),
        ("e.isBlank()", "[true]"),
        ("e.length()", "[0]"),
        ("s.isEmpty()", "[false]"),
        ("s.hashCode()", "[-862545276]"),
        ("e.hashCode()", "[0]"),
        ("s.intern()", "[Hello World]"),
        ("s.toString()", "[Hello World]"),
        ("s.toString().length()", "[11]"),
        ("s.valueOf(5)", "[5]"),
        ("s.valueOf(2.5)", "[2.5]"),
        ("s.valueOf(true)", "[true]"),
        ('s.join("-",["a","b"])', "[a-b]"),
        ('s.join("-","a","b")', "[a-b]"),
        ('s.join("-",[1])', None),
        ("s.repeat(2)", "[Hello WorldHello World]"),
        ("s.repeat(-1)", None),
        ("s.length", "[$r]"),
        ("s.empty", "[false]"),
        ("e.empty", "[true]"),
        ("s.blank", "[false]"),
        ("s.toCharArray().size()", "[11]"),
        ("s.getBytes().size()", "[11]"),
        ("s[0]", "[$r]"),
        ('s["a"]', "[$r]"),
        ('p.lastIndexOf("/")', "[8]"),
        ("u.length()", "[5]"),
        ("u.substring(0,2)", "[hé]"),
        ("u.substring(2,4)", "[😀]"),
        ("u.charAt(1)", "[é]"),
        ('u.indexOf("z")', "[4]"),
        ("u.toUpperCase()", "[HÉ😀Z]"),
        ("u.codePointAt(1)", "[233]"),
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
