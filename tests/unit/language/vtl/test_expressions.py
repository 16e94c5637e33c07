from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.vtl.errors import TemplateError
from gatewright.language.vtl.nodes import (
    Binary,
    Constant,
    Index,
    Interpolated,
    ListLiteral,
    MapLiteral,
    Method,
    Node,
    Not,
    Property,
    RangeLiteral,
    Reference,
    Set,
)
from gatewright.language.vtl.parser import parse


def expression(text: str) -> Node:
    (node,) = parse(f"#set($x = {text})").children
    assert isinstance(node, Set)
    return node.value


def shape(node: Node) -> Any:
    """Operators as tuples, references as their text, constants as values."""
    if isinstance(node, Binary):
        return (shape(node.left), node.operator, shape(node.right))
    if isinstance(node, Not):
        return ("NOT", shape(node.operand))
    if isinstance(node, Constant):
        return node.value
    return node.literal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", (1, "PLUS", (2, "MULTIPLY", 3))),
        ("(1 + 2) * 3", ((1, "PLUS", 2), "MULTIPLY", 3)),
        ("1 - 2 - 3", ((1, "MINUS", 2), "MINUS", 3)),
        ("1 < 2 == 3 >= 4", ((1, "LT", 2), "EQ", (3, "GE", 4))),
        ("$a && $b || $c", (("$a", "AND", "$b"), "OR", "$c")),
        ("$a or not $b and !$c", ("$a", "OR", (("NOT", "$b"), "AND", ("NOT", "$c")))),
        ("$a.b ne 'c' ", ("$a.b", "NE", "c")),
        ("! ! true", ("NOT", ("NOT", True))),
    ],
)
def test_precedence(text: str, expected: Any) -> None:
    assert shape(expression(text)) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("1", 1), ("-7", -7), ("1.5", 1.5), ("-.5e1", -5.0), ("3.", 3.0), ("1e3", 1000.0), ("true", True)),
        *(("'a''b'", "a'b"), ("'$a \\u0041'", "$a \\u0041"), ('"a""b\\u0041\'"', "a\"bA'"), ('""', "")),
    ],
)
def test_constants(text: str, value: Any) -> None:
    node = expression(text)
    assert isinstance(node, Constant)
    assert node.value == value
    assert type(node.value) is type(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"$a"', Interpolated),
        ('"#5"', Interpolated),
        ("[]", ListLiteral),
        ("[1, [2], $a]", ListLiteral),
        ("[1..3]", RangeLiteral),
        ("[ $a .. -2 ]", RangeLiteral),
        ("{}", MapLiteral),
        ("{ }", MapLiteral),
        ("{'a': 1, $b : {'c': []}}", MapLiteral),
        ("{'a':$b}", MapLiteral),
    ],
)
def test_literals(text: str, kind: type) -> None:
    assert isinstance(expression(text), kind)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1 +", "1 2", "-$a", "$a -1", "a", "null", "[1,]", "[1..]", "['a'..2]", "[1.5..2]", "{1}", "{1:}"),
        *("{1:2,}", "(1", '"\\u00"', '"$a[]"', "9" * 2000, "$a == ", "!"),
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        expression(text)


def reference(text: str) -> Reference:
    (node,) = parse(text).children
    assert isinstance(node, Reference)
    return node


def test_parts() -> None:
    node = reference("$a.b[0].c('x', 1)['d']")
    assert [type(part) for part in node.parts] == [Property, Index, Method, Index]
    assert node.root == "a"


@pytest.mark.parametrize(
    ("text", "root", "null_text", "escaped", "prefix", "more", "assigns"),
    [
        ("$a", "a", "$a", False, "", "", "a"),
        ("${a.b}", "a", "${a.b}", False, "", "", "{"),
        ("$!a", "a", "", False, "", "", "!a"),
        ("$!{a}", "a", "", False, "", "", "!{"),
        ("\\$a", "a", "$a", True, "", "", "a"),
        ("\\\\\\$!a", "a", "$!a", True, "\\", "", "!a"),
        ("\\\\$a", "a", "$a", False, "\\", "", "a"),
        ("$$a", "a", "$a", False, "", "$", "a"),
        ("#$a", "a", "$a", False, "", "#", "a"),
    ],
)
def test_references(text: str, root: str, null_text: str, escaped: bool, prefix: str, more: str, assigns: str) -> None:
    node = reference(text)
    assert (node.root, node.null_text, node.escaped, node.prefix, node.more, node.assigns) == (
        root, null_text, escaped, prefix, more, assigns,
    )  # fmt: skip
    assert not node.bare


def test_names_without_a_dollar_are_text() -> None:
    assert [node.bare for node in parse("$a{x}").children if isinstance(node, Reference)] == [False, True]
    assert reference("$\\!a").bare
