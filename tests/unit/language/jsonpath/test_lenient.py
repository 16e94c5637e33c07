from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.jsonpath.lenient import loads


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, -2.5, 1e2]", [1, -2.5, 100.0]),
        ("['dev', \"ops\"]", ["dev", "ops"]),
        ("[a, true, null,]", ["a", True, None]),
        ("{'a': {\"b\": [false]}, c: 1}", {"a": {"b": [False]}, "c": 1}),
        (' "x\\ty" ', "x\ty"),
        ("7", 7),
        ("[]", []),
        ("{}", {}),
        ("[[],{}]", [[], {}]),
    ],
)
def test_values(text: str, value: Any) -> None:
    assert loads(text) == value


@pytest.mark.parametrize(
    "text", ["", "[", "{", "[1", "{a}", "{a:1", "'a", "[1] 2", "]", '["\\u12"x]', "[" * 100, "{:1}"]
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        loads(text)
