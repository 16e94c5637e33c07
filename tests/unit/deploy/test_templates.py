from __future__ import annotations

import pytest

from gatewright.deploy.base import RefusedError
from gatewright.deploy.templates import compile_content, compile_templates
from gatewright.program.records import MappingTemplate


def test_literal_templates_by_media_type() -> None:
    assert compile_templates({"Text/Plain": "a", "$default": None}, "x") == {"text/plain": b"a", "$default": b""}
    assert compile_templates(None, "x") == {}


def test_what_is_refused_is_named() -> None:
    with pytest.raises(RefusedError, match=r"requestTemplates application/json: .*line 2, column"):
        compile_templates({"application/json": "text\n#if(true)"}, "requestTemplates")


def test_a_template_that_reads_something() -> None:
    made = compile_templates({"application/json": "$input.body"}, "x")["application/json"]
    assert isinstance(made, MappingTemplate)
    assert made.text == "$input.body"
    assert made == compile_templates({"a/b": "$input.body"}, "x")["a/b"]


def test_equal_texts_are_compiled_once() -> None:
    one, two = (compile_content("x $input.body") for _ in range(2))
    assert isinstance(one, MappingTemplate)
    assert isinstance(two, MappingTemplate)
    assert one.compiled is two.compiled


def test_a_template_that_says_nothing_is_a_template() -> None:
    assert compile_content("") == b""
    made = compile_content("## nothing")
    assert isinstance(made, MappingTemplate)
    assert made.compiled.render({}) == ""
