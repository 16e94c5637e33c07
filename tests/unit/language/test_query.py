from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.query import encode_query, parse_query


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        (b"", []),
        (b"a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")]),
        (b"a=1;b=2", [("a", "1"), ("b", "2")]),
        (b"a+b=c+d%20e%2Bf", [("a b", "c d e+f")]),
        (b"bare&&=x", [("bare", ""), ("", "x")]),
        (b"a=%ff", [("a", "�")]),
        (b"a=%C3%A9", [("a", "é")]),
        ("a=é".encode(), [("a", "é")]),
        (b"a=b=c", [("a", "b=c")]),
        (b"a=100%", [("a", "100%")]),
    ],
)
def test_reading(raw: bytes, pairs: list[tuple[str, str]]) -> None:
    assert parse_query(raw) == pairs


_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(_TEXT, _TEXT)))
def test_what_is_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    written = encode_query(pairs)
    assert written.isascii()
    assert parse_query(written.encode()) == pairs


@given(st.binary())
def test_anything_can_be_read(raw: bytes) -> None:
    parse_query(raw)
