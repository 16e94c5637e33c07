from __future__ import annotations

import pytest

from gatewright.language.vtl.errors import Places, TemplateError


def test_an_error_says_where() -> None:
    error = TemplateError("Unexpected 'x'", 3, 7)
    assert (error.line, error.column, error.reason) == (3, 7, "Unexpected 'x'")
    assert str(error) == "Unexpected 'x' at line 3, column 7"


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [("", 0, (1, 1)), ("ab", 1, (1, 2)), ("ab\ncd", 2, (1, 3)), ("ab\ncd", 3, (2, 1)), ("a\n\nb", 3, (3, 1))],
)
def test_places(text: str, offset: int, place: tuple[int, int]) -> None:
    assert Places(text).find(offset) == place


def test_places_of_a_text_within_another() -> None:
    places = Places("ab\ncd", 5, 10)
    assert places.find(1) == (5, 11)
    assert places.find(4) == (6, 2)
