from __future__ import annotations

import pytest

from gatewright.language.vtl.errors import Places, TemplateError
from gatewright.language.vtl.lexer import Lexer


def tokens(text: str) -> list[tuple[str, str]]:
    lexer = Lexer(text, Places(text))
    result = []
    while (token := lexer.scan()).kind != "END_OF_TEXT":
        result.append((token.kind, token.image))
    return result


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", [("TEXT", "plain")]),
        ("$a.b", [("NAME", "$a"), ("DOT", "."), ("NAME", "b")]),
        ("${a}b", [("LCURLY", "${"), ("NAME", "a"), ("RCURLY", "}"), ("TEXT", "b")]),
        ("$!a-b c", [("NAME", "$!a-b"), ("TEXT", " c")]),
        ("$5", [("TEXT", "5")]),
        ("a  #set($b", [("TEXT", "a  "), ("SET", "#set("), ("NAME", "$b")]),
        ("#end  \nx", [("END", "#end  \n"), ("TEXT", "x")]),
        ("#endx", [("WORD", "#endx")]),
        ("#{else}x", [("ELSE", "#{else}"), ("TEXT", "x")]),
        ("## c\r\nb", [("LINE_COMMENT", "##"), ("LINE_COMMENT_END", "\r\n"), ("TEXT", "b")]),
        ("#* c *#b", [("COMMENT", "*#"), ("TEXT", "b")]),
        ("#** c *#b", [("COMMENT", "*#"), ("TEXT", "b")]),
        ("#[[$a]]#b", [("TEXTBLOCK", "#[[$a]]#"), ("TEXT", "b")]),
        ("\\\\#if", [("DOUBLE_ESCAPE", "\\\\"), ("IF", "#if")]),
        ("\\#if", [("ESCAPED_DIRECTIVE", "\\#if")]),
        ("$[0]", [("EMPTY_INDEX", "$["), ("TEXT", "0]")]),
        (
            "#set($x = [1..-2.5e3])",
            [
                *[("SET", "#set("), ("NAME", "$x"), ("BLANK", " "), ("EQUALS", "="), ("BLANK", " ")],
                *[("LBRACKET", "["), ("INTEGER", "1"), ("DOUBLEDOT", ".."), ("FLOAT", "-2.5e3")],
                *[("RBRACKET", "]"), ("RPAREN", ")")],
            ],
        ),
        (
            '#if("a""b" gteq \'c\')\n',
            [
                *[("IF", "#if"), ("LPAREN", "("), ("STRING", '"a""b"'), ("BLANK", " "), ("WORD", "gteq")],
                *[("BLANK", " "), ("STRING", "'c'"), ("RPAREN", ")\n")],
            ],
        ),
    ],
)
def test_tokens(text: str, expected: list[tuple[str, str]]) -> None:
    assert tokens(text) == expected


def test_special_texts_hang_on_the_next_token() -> None:
    lexer = Lexer("$5", Places("$5"))
    token = lexer.scan()
    assert (token.image, list(token.special), token.begin, token.end) == ("5", ["$5"], 1, 2)


@pytest.mark.parametrize("text", ["$", "a$", "#", "#set(;", '#set($x = "open', "#[[ open", "## $"])
def test_no_token(text: str) -> None:
    with pytest.raises(TemplateError):
        tokens(text)


@pytest.mark.parametrize(("text", "follows"), [("(", True), (" \r\n\t(", True), ("", False), (" x(", False)])
def test_parenthesis_follows(text: str, follows: bool) -> None:
    assert Lexer(text, Places(text)).parenthesis_follows() is follows
