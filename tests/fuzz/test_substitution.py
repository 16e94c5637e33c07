"""Gateway response templates: any text is one, and what is no reference comes out as it went in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.substitution import parse_substitution
from tests.fuzz.effort import FUZZ

_PIECES = st.sampled_from(
    [
        "$",
        "{",
        "}",
        ".",
        "context",
        "stageVariables",
        "method.request.",
        "header",
        "error",
        "-",
        "a",
        "\n",
        "$context.a",
    ]
)
TEMPLATES = st.one_of(st.text(max_size=100), st.lists(_PIECES, max_size=40).map("".join))


@FUZZ
@given(TEMPLATES)
def test_any_template(text: str) -> None:
    pieces = parse_substitution(text, {"a": "A"})
    if "$" not in text:
        assert pieces == ((text,) if text else ())
    assert "" not in pieces
