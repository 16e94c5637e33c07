from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatewright.language.vtl.code_units import compare_texts, join_surrogates, utf16, utf16_length


@given(st.text())
def test_code_units(text: str) -> None:
    units = utf16(text)
    assert len(units) == utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert join_surrogates(units) == text


def test_order_of_texts() -> None:
    assert compare_texts("a", "c") == -2
    assert compare_texts("ab", "a") == 1
    assert compare_texts("\U0001f600", "\uffff") < 0
