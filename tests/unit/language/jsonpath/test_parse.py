from __future__ import annotations

import pytest

from gatewright.language.jsonpath.errors import EmptyPath, InvalidPath
from gatewright.language.jsonpath.parse import parse_path
from gatewright.language.jsonpath.tokens import Function, Index, PathText, Property, Scan, Slice, Token, Wildcard


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("$", ()),
        ("$.", None),
        ("a.b", (Property(("a",)), Property(("b",)))),
        ("$['a' , \"b\"]", None),
        ("$['a','b']", (Property(("a", "b")),)),
        ("$[0, 1]", (Index((0, 1)),)),
        ("$[1:]", (Slice(1, None),)),
        ("$[:-1:9]", (Slice(None, -1),)),
        ("$[::1]", None),
        ("$[1:2,3]", None),
        ("$..*x", (Scan(), Wildcard())),
        ("$.a[", (Property(("a",)),)),
        ("$.a[0]xy", (Property(("a",)), Index((0,)), Property(("xy",)))),
        ("$.f().b", (Function("f"), Property((")",)), Property(("b",)))),
        ("$['\\u12']", (Property(("",)),)),
        ("$['\\uzzzz']", None),
        ("$['a'x]", None),
        ("$['a',,'b']", None),
    ],
)
def test_tokens(text: str, tokens: tuple[Token, ...] | None) -> None:
    if tokens is None:
        with pytest.raises(InvalidPath):
            parse_path(text)
    else:
        assert parse_path(text).tokens == tokens


def test_a_function_of_a_scan_is_turned_inside_out() -> None:
    inner = PathText(True, (Scan(), Property(("a",))))
    assert parse_path("$..a.sum()").tokens == (Function("sum", (inner,), scanning=True),)


def test_no_path() -> None:
    with pytest.raises(EmptyPath):
        parse_path("")
    assert not parse_path("@.a").rooted
