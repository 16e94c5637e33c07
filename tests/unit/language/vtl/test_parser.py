from __future__ import annotations

import pytest

from gatewright.language.vtl.errors import TemplateError
from gatewright.language.vtl.nodes import Directive, If, Node, Reference, Set, Text
from gatewright.language.vtl.parser import parse


def only(text: str) -> Node:
    (node,) = parse(text).children
    return node


def test_statements() -> None:
    kinds = [type(node) for node in parse("a$b#set($c = 1)#if($d)#end#foo()").children]
    assert kinds == [Text, Reference, Set, If, Directive]


def test_if() -> None:
    node = only("#if($a)b#elseif($c)d#elseif($e)#else f#end")
    assert isinstance(node, If)
    assert len(node.branches) == 3
    assert node.otherwise is not None


@pytest.mark.parametrize(
    ("text", "name", "arguments", "has_block"),
    [
        ("#foo", "foo", None, False),
        ("#foo()", "foo", 0, False),
        ("#foo ( $a, 'b' 3 )", "foo", 3, False),
        ("#{foo}($a)", "foo", 1, False),
        ("#foreach($a in $b)c#end", "foreach", 3, True),
        ("#@foo($a)b#end", "@foo", 1, True),
        ("#macro(m $a $b)c#end", "macro", 3, True),
        ("#stop", "stop", None, False),
    ],
)
def test_directives(text: str, name: str, arguments: int | None, has_block: bool) -> None:
    node = only(text)
    assert isinstance(node, Directive)
    assert node.name == name
    assert (node.arguments if node.arguments is None else len(node.arguments)) == arguments
    assert (node.block is not None) is has_block


@pytest.mark.parametrize(
    ("text", "macros", "printed"),
    [
        ("\\#if", (), "#if"),
        ("\\\\\\#{if}", (), "\\#{if}"),
        ("\\#foo", (), "\\#foo"),
        ("\\#foo", ("foo",), "#foo"),
        ("\\\\#end", (), None),
        ("\\\\x", (), "\\\\"),
    ],
)
def test_escapes(text: str, macros: tuple[str, ...], printed: str | None) -> None:
    if printed is None:
        with pytest.raises(TemplateError):
            parse(text)
        return
    first = parse(text, macros=frozenset(macros)).children[0]
    assert isinstance(first, Text)
    assert first.text == printed


@pytest.mark.parametrize(
    "text",
    [
        *("#end", "#else", "#if($a)", "#foreach($a in $b)", "#if $a#end", "#if()#end", "#set($a)", "#set(1 = 1)"),
        *("#macro", "#macro()#end", '#macro("m")#end', "#macro($m)#end", "#macro(m x)#end", "#define(x)#end"),
        *("#foo(", "#foo($a;)", "#foreach(x in $b)#end", "$a[", "$a[]", "${a", "$true"),
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse(text)


def test_places_within_strings() -> None:
    node = only('#set($a = "x\n $b")')
    assert isinstance(node, Set)
    with pytest.raises(TemplateError, match="line 2, column 5"):
        parse('#set($a = "x\n $b[]")')
