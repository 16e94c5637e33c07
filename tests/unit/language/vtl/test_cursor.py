from __future__ import annotations

import pytest

from gatewright.language.vtl.cursor import MAX_DEPTH, Cursor, special_text
from gatewright.language.vtl.errors import Places, TemplateError
from gatewright.language.vtl.lexer import Lexer


def cursor(text: str) -> Cursor:
    return Cursor(Lexer(text, Places(text)))


@pytest.mark.parametrize(
    ("images", "text"),
    [(["$5"], "$"), (["#-"], "#"), (["\\$5"], "\\$"), (["$!%"], "$"), (["## ", " "], "##"), (["\\a"], ""), ([], "")],
)
def test_special_text(images: list[str], text: str) -> None:
    assert special_text(images) == text


def test_tokens_one_after_another() -> None:
    at = cursor("$a.b c")
    assert at.at("NAME")
    assert at.peek(1).kind == "DOT"
    mark = at.mark
    assert at.take().image == "$a"
    assert not at.skip("NAME")
    assert at.skip("DOT")
    assert at.expect("NAME", "LCURLY").image == "b"
    assert at.literal(mark) == at.source(mark) == "$a.b"
    assert at.literal(mark, "$x") == "$x.b"
    assert at.place(mark) == (1, 1)


def test_what_does_not_fit() -> None:
    with pytest.raises(TemplateError, match="Unexpected 'a' at line 1, column 1"):
        cursor("a").expect("NAME")
    with pytest.raises(TemplateError, match="end of the template"):
        cursor("").expect("NAME")


def test_depth_is_bounded() -> None:
    at = cursor("a")
    for _ in range(MAX_DEPTH):
        at.enter()
    with pytest.raises(TemplateError, match="deeper"):
        at.enter()
    at.leave()
    at.leave()
    at.enter()
