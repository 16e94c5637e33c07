from __future__ import annotations

import pytest

from gatewright.language.regex import Pattern, PatternError


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"[a-z&&[^aeiou]]+", "xyz", True),
        (r"[a-z&&[^aeiou]]+", "xaz", False),
        (r"\Qa.b\E+", "a.bb", True),
        (r"\Q(a", "(a", True),
        (r"(?<n>a|b)\k<n>", "bb", True),
        (r"(?<n>a|b)\k<n>", "ab", False),
        (r"[\P{Digit}]+", "ab", True),
        (r"[\P{Digit}1]+", "a1", True),
        (r"\p{Alpha}", "é", False),
        (r"a*+b", "aab", True),
        (r"\d", "٣", False),
        (r"[{2}]", "{", True),
        (r"(a+)+b", "a" * 60, False),
    ],
)
def test_javas_dialect(pattern: str, text: str, matches: bool) -> None:
    assert Pattern(pattern).fullmatch(text) is matches


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "no regular expression"),
        (r"\p{IsGreek}", "not supported"),
        ("(a{100}){101}", "repeats too often"),
        ("a" * 10_001, "longer"),
        ("(" * 4000 + ")" * 4000, "nested"),
        ("a{2,1}", "no regular expression"),
    ],
)
def test_what_is_refused(pattern: str, words: str) -> None:
    with pytest.raises(PatternError, match=words):
        Pattern(pattern)


def test_patterns_are_equal_by_their_text() -> None:
    assert Pattern("a") == Pattern("a") != Pattern("b")
    assert len({Pattern("a"), Pattern("a")}) == 1
