from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from gatewright.sdk import render
from tests.unit.sdk.support import hostile


@given(hostile)
def test_literals_hold_the_text_and_nothing_else(text: str) -> None:
    assert json.loads(render.js(text)) == text
    assert ast.literal_eval(render.py(text)) == text
    for literal in (render.js(text), render.py(text)):
        assert literal.isascii()
        assert "\n" not in literal
    assert "</" not in render.js(text)


@given(st.text())
def test_comments_do_not_end(text: str) -> None:
    assert "*/" not in render.comment(text)
    assert "\n" not in render.comment(text)


def test_markdown_is_text() -> None:
    assert render.md("a |b\n<c> `d`") == "a \\|b \\<c\\> \\`d\\`"


def test_what_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render.render("javascript/package.json.j2")
