from __future__ import annotations

import pytest

from gatewright.language.jsonpath.tokens import Function, Index, Property, Scan, Token, Wildcard, token_definite


@pytest.mark.parametrize(
    ("token", "last", "expected"),
    [
        (Property(("a",)), False, True),
        (Property(("a", "b")), False, False),
        (Property(("a", "b")), True, True),
        (Index((0,)), False, True),
        (Index((0, 1)), True, False),
        (Wildcard(), True, False),
        (Scan(), False, False),
        (Function("sum"), True, True),
    ],
)
def test_definite(token: Token, last: bool, expected: bool) -> None:
    assert token_definite(token, last) is expected
