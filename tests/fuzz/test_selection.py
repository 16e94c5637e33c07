"""Selection patterns: any text is a pattern or is refused, and matching it takes no time to speak of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.regex import PatternError
from gatewright.language.selection import compile_pattern
from tests.fuzz.effort import FUZZ

_PIECES = st.sampled_from(
    ["a", "b", "(", ")", "*", "+", "?", "|", "[", "]", "{1,3}", "\\", "^", "$", ".", "(?:", "(?s)", "-", "\n"]
)
PATTERNS = st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map("".join))


@FUZZ
@given(PATTERNS, st.text(max_size=200))
def test_any_pattern(text: str, status: str) -> None:
    try:
        pattern = compile_pattern(text)
    except PatternError:
        return
    if pattern is not None:
        pattern.fullmatch(status)
