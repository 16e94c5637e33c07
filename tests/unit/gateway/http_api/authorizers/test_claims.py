"""Claims as text."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.http_api.authorizers.claims import claim_texts, go_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a b", "a b"),
        ("", ""),
        (1646931807, "1646931807"),
        (1646931807.0, "1646931807"),
        (-2, "-2"),
        (1.5, "1.5"),
        (1e21, "1e+21"),
        (True, "true"),
        (False, "false"),
        (None, "<nil>"),
        ([], "[]"),
        (["a", "b"], "[a b]"),
        (["a b", 1, True, None, ["c"]], "[a b 1 true <nil> [c]]"),
        ({"b": 1, "a": ["x"]}, "map[a:[x] b:1]"),
        ({}, "map[]"),
    ],
)
def test_values(value: Any, text: str) -> None:
    assert go_text(value) == text
    assert claim_texts({"claim": value}) == {"claim": text}
