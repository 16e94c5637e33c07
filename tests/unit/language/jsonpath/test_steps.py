"""Slips of the engine that the recorded cases do not reach."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.jsonpath.errors import PathError
from gatewright.language.jsonpath.parse import parse_path
from gatewright.language.jsonpath.run import Budget
from gatewright.language.jsonpath.steps import build_reader, definite


def _read(text: str, document: Any) -> Any:
    """The result, or the kind of the error."""
    try:
        return build_reader(parse_path(text))(document, document, Budget())
    except PathError as error:
        return error.kind


@pytest.mark.parametrize(
    ("text", "document", "result"),
    [
        ("$..[0].a.b", [{"a": {"b": 1}}, {"a": {"b": 2}}], [1, 2]),
        ("$..[0].a", [{"a": 1}, {"a": 2}], [1]),
        ("$..[0:1].a", [{"a": 1}, {"a": 2}], []),
        ("$['a','b'].c", {"a": {"c": 1}}, [1]),
        ("$.a[0].first()", {"a": [[]]}, "PathNotFound"),
        ("$.a[0].first()", {"a": [["x"]]}, "x"),
        ("$.a.foo()", {"a": 1}, "InvalidPath"),
        ("$.a[?(@.b)]", {"a": 1}, "InvalidPath"),
        ("$.length($.a)", {"a": [1, 2]}, 2),
        ("$.length(1)", {"a": [1, 2]}, "JsonPathException"),
        ("$.sum({)", {}, "InvalidPath"),
        ("$.sum({'a})", {}, "JsonPathException"),
        ("$..length()", {}, "JsonPathException"),
        ("$[?(@.*.x)]", [{"a": {"x": 1}, "b": {}}], []),
        ("$[?(@[*].x)]", [[{"x": 1}, {}], [{"x": 1}]], [[{"x": 1}]]),
        ("$[?(@['a','b'])]", [{"a": 1}, {"a": 1, "b": 1}], [{"a": 1, "b": 1}]),
        ("$[?($.a)]", [{"a": 1}, {}], [{"a": 1}]),
        ("$[?(1 == 2)]", [1], []),
        ("$..a..b", {"a": {"b": 1, "a": {"b": 2}}}, [1, 2, 2]),
    ],
)
def test_reading(text: str, document: Any, result: Any) -> None:
    assert _read(text, document) == result


def test_definite() -> None:
    assert definite(parse_path("$.a['b','c']"))
    assert not definite(parse_path("$['b','c'].a"))
    assert definite(parse_path("$..a.sum()"))
