from __future__ import annotations

import pytest

from gatewright.language.regex import PatternError
from gatewright.language.selection import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("200", "200", True),
        ("20", "200", False),
        ("2\\d{2}", "204", True),
        ("4\\d{2}|5\\d{2}", "503", True),
        (".*Error.*", "an Error here", True),
        (".*Error.*", "a\nError", False),
        ("(?s).*Error.*", "a\nError", True),
        ("\\p{Digit}+", "404", True),
        ("[\\p{Upper}x]+", "AxB", True),
        ("\\P{Digit}", "a", True),
        ("\\P{Digit}", "1", False),
        ("\\\\p{2}", "\\pp", True),
        ("[^\\]\\p{Digit}]", "]", False),
        ("a++b", "aab", True),
    ],
)
def test_patterns_match_the_whole_text(pattern: str, text: str, matches: bool) -> None:
    compiled = compile_pattern(pattern)
    assert compiled is not None
    assert bool(compiled.fullmatch(text)) is matches


@pytest.mark.parametrize("pattern", [None, ""])
def test_no_pattern_is_the_default(pattern: str | None) -> None:
    assert compile_pattern(pattern) is None


@pytest.mark.parametrize("pattern", ["(", "[", "\\p{IsGreek}", "*"])
def test_what_cannot_be_compiled(pattern: str) -> None:
    with pytest.raises(PatternError, match="selectionPattern"):
        compile_pattern(pattern)
