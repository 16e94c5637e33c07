"""What plain templates do without the engine is what the engine does."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.variables import Context, Overrides
from gatewright.language.vtl import TemplateError, compile_template
from gatewright.language.vtl.compile_blocks import Compiler
from gatewright.language.vtl.parser import parse
from gatewright.language.vtl.plain import plain_of
from gatewright.language.vtl.template import Template


class Engine(Template):
    """The same template without the short way."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        super().__init__(parse(text), Compiler(text, aws=True))
        self._plain = None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("$a", True),
        ("x ${a.b.c} y $a.b", True),
        ("$!a.b", True),
        ("$a[0]", False),
        ("$a.b()", False),
        ("\\$a", False),
        ("text", False),
        ("#if($a)$b#end", False),
        ("#set($a.b = $c.d)$a.b", True),
        ("#set($a.b = $c)#set($a.c = $d.e) $a.b", True),
        ("$a.b#set($a.b = $c.d)", False),
        ("#set($a.b = $a.c)", False),
        ("#set($a.b = $c)#set($c.b = $d)", False),
        ("#set($a = $c)", False),
        ("#set($a.b = 'c')", False),
        ("#set($a.b = $c.d())", False),
        ("#set($a[0] = $c)", False),
    ],
)
def test_which_templates_are_plain(text: str, plain: bool) -> None:
    assert (plain_of(parse(text)) is not None) == plain


def _outcome(template: Template, variables: dict[str, Any]) -> Any:
    own = deepcopy(variables)
    try:
        return template.render(own), repr(own)  # which can be written of what leads back to itself, too
    except TemplateError as error:
        return str(error), repr(own)


_NAMES = st.sampled_from(["a", "b", "c"])
_PATHS = st.builds(lambda root, names: ".".join([root, *names]), _NAMES, st.lists(_NAMES, max_size=3))
_PIECES = st.one_of(
    st.sampled_from(["x", " ", "\n", "é", "\\", "#", "$$", "{", "}"]),
    st.builds("${}".format, _PATHS),
    st.builds("$!{{{}}}".format, _PATHS),
    st.builds("#set(${} = ${})".format, _PATHS, _PATHS),
)
_VALUES = st.recursive(
    st.one_of(st.none(), st.text(max_size=3), st.just("text"), st.booleans(), st.integers(), st.just("\ud800")),
    lambda inner: st.one_of(st.dictionaries(_NAMES, inner, max_size=3), st.lists(inner, max_size=2)),
    max_leaves=8,
)


@given(st.lists(_PIECES, max_size=5).map("".join), st.dictionaries(_NAMES, _VALUES, max_size=3))
def test_the_engine_does_the_same(text: str, variables: dict[str, Any]) -> None:
    try:
        template = compile_template(text)
    except TemplateError:
        return
    assert _outcome(template, variables) == _outcome(Engine(text), variables)


def test_what_is_no_text_is_printed_by_the_engine() -> None:
    template = compile_template("#set($to.a = $from.text)<$to.a|$from.number|$from.nothing>")
    to: dict[str, Any] = {}
    assert template.render({"to": to, "from": {"text": "t", "number": 5}}) == "<t|5|>"
    assert to == {"a": "t"}


def test_objects_are_asked_for_their_members() -> None:
    context = Context({"stage": "v1"}.get, Overrides())
    template = compile_template("#set($context.requestOverride.path.text = $input.body)$context.stage")
    assert template.render({"context": context, "input": {"body": "hi"}}) == "v1"
    assert context.get("requestOverride")["path"] == {"text": "hi"}


def test_too_long_a_text() -> None:
    with pytest.raises(TemplateError, match="longer than"):
        compile_template("$a$a").render({"a": "x" * 6 * 1024 * 1024})
