from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.portal import theme
from tests.unit.control.v2.portal_support import COLORS


@pytest.mark.parametrize("color", ["#fff", "#fffa", "#0972d3", "#0972D3ff", "rebeccapurple"])
def test_colors(color: str) -> None:
    assert theme.is_color(color)
    assert f"--accent: {color};" in theme.style(COLORS | {"AccentColor": color})


@given(st.text(max_size=16))
def test_nothing_else_gets_into_the_style_sheet(color: str) -> None:
    if theme.is_color(color):
        assert color.isascii()
        assert color.removeprefix("#").isalnum()
    else:
        with pytest.raises(ValueError, match="is no colour"):
            theme.style(COLORS | {"TextColor": color})
