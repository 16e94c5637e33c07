"""Patterns with `*` and `?`."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.policy.wildcard import Piece, Wild, compile_pieces, literal


def pieces(text: str) -> list[Piece]:
    return [Wild(each) if each in ("*", "?") else each for each in re.split("([*?])", text) if each]


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("*", "", True),
        ("*", "anything\nat all", True),
        ("ab*", "ab", True),
        ("ab*", "xab", False),
        ("*ab", "xab", True),
        ("*ab", "abx", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("a*b*c", "a--b--c", True),
        ("a*b*c", "a--c--b", False),
        ("a**c", "abc", True),
        ("*b*", "abc", True),
        ("?", "", False),
        ("?", "a", True),
        ("?", "ab", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*a?c*", "xxabcxx", True),
        ("*a?c*", "xxaabcx", True),
        ("*a?c*", "xxaac", True),
        ("*a?c*", "xxac", False),
        ("*?", "", False),
        ("*??*b", "aab", True),
        ("*??*b", "ab", False),
        ("?b*", "ab", True),
        ("*?b", "b", False),
    ],
)
def test_patterns(pattern: str, value: str, expected: bool) -> None:
    assert compile_pieces(pieces(pattern))(value) is expected


@given(st.text("ab*?", max_size=10), st.text("ab", max_size=12))
def test_as_a_regular_expression_would(pattern: str, value: str) -> None:
    regex = "".join({"*": ".*", "?": "."}.get(each, each) for each in pattern)
    assert compile_pieces(pieces(pattern))(value) is (re.fullmatch(regex, value) is not None)


def test_signs_in_a_text_stand_for_themselves() -> None:
    test = compile_pieces(["a*", Wild.ANY])
    assert test("a*b")
    assert not test("ab")


def test_a_hostile_pattern_takes_one_pass() -> None:
    """With backtracking these would not end in this life."""
    value = "a" * 10_000
    assert not compile_pieces(pieces("*a" * 2_000 + "*b"))(value)
    assert not compile_pieces(pieces("*a?" * 1_000 + "*b*"))(value)
    assert not compile_pieces(pieces("*" + "a?" * 2_000 + "b*"))(value)


def test_literal() -> None:
    assert literal(["a", "*"]) == "a*"
    assert literal([]) == ""
    assert literal(["a", Wild.ANY]) is None
