from __future__ import annotations

import pytest

from gatewright.language.jsonpath.errors import InvalidPath
from gatewright.language.jsonpath.text import Text


def test_blanks_and_bounds() -> None:
    text = Text("  ab  ")
    text.trim()
    assert (text.at, text.end, text.char(), text.char(9), text.last) == (2, 4, "a", "", False)
    assert text.significant(2) == 3
    assert text.before(2) == ""
    assert text.before(3) == "a"
    assert text.index("b", 0) == 3


@pytest.mark.parametrize(
    ("whole", "end"), [("[a]", 2), ("[[a]b]", 5), ("[']']", 4), ("['\\']']", 6), ("[a", -1), ("[/]/]", 4)]
)
def test_the_closing_bracket(whole: str, end: int) -> None:
    assert Text(whole).closing(0, "]", patterns=True) == end


def test_a_quote_that_is_open() -> None:
    with pytest.raises(InvalidPath, match="matching close"):
        Text("['a]").closing(0, "]")
    assert Text("'a\\'").unescaped("'", 0) == -1
