from __future__ import annotations

import pytest

from gatewright.language.jsonpath.arguments import read_arguments
from gatewright.language.jsonpath.errors import InvalidPath
from gatewright.language.jsonpath.text import Text
from gatewright.language.jsonpath.tokens import PathText


def _path(text: str) -> PathText:
    if "bad" in text or text.count("(") != text.count(")"):
        raise InvalidPath(text)
    return PathText(True, ())


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('"a", 1)', ('"a"', "1")),
        ("$.a,-1)", (PathText(True, ()), "-1")),
        ("{'a': [1,2]},3)", ("{'a': [1,2]}", "3")),
        ('"a,b")', ('"ab"',)),  # a slip of the counting
        ("$.a.avg(), 2)", (PathText(True, ()), "2")),
        ("true, 'x')", ()),
        (" )", ()),
    ],
)
def test_arguments(text: str, arguments: tuple[PathText | str, ...]) -> None:
    assert read_arguments(Text(text), "f", _path) == arguments


@pytest.mark.parametrize("text", ["1", "1]", "}", "[1)", "$.bad)", '$.a.concat("x"), 1)'])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(InvalidPath):
        read_arguments(Text(text), "f", _path)
