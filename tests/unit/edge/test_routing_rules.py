from __future__ import annotations

import pytest

from gatewright.edge.routing_rules import HeaderCondition, Rule
from gatewright.net.base import Request


class Asked:
    """As much of a request as the conditions read."""

    def __init__(self, value: bytes | None) -> None:
        self._value = value

    def header(self, name: bytes) -> bytes | None:
        return self._value if name == b"x-a" else None


def asked(value: bytes | None) -> Request:
    return Asked(value)  # type: ignore[return-value]  # reads only this


@pytest.mark.parametrize(
    ("glob", "value", "holds"),
    [
        ("b", b"b", True),
        ("b", b"bc", False),
        ("b", b"B", False),
        ("b*", b"bc", True),
        ("b*", b"ab", False),
        ("*b", b"ab", True),
        ("*b", b"ba", False),
        ("*b*", b"abc", True),
        ("*b*", b"b", True),
        ("*b*", b"ac", False),
        ("b", None, False),
    ],
)
def test_globs(glob: str, value: bytes | None, holds: bool) -> None:
    assert HeaderCondition("X-A", glob).holds(asked(value)) is holds


@pytest.mark.parametrize(
    ("base", "path", "fits"),
    [
        (None, b"/", True),
        (b"/a/b", b"/a/b", True),
        (b"/a/b", b"/a/b/c", True),
        (b"/a/b", b"/a/bc", False),
        (b"/a/b", b"/a", False),
        (b"/a/b", b"/A/b", False),
    ],
)
def test_paths(base: bytes | None, path: bytes, fits: bool) -> None:
    assert Rule([], base, "api", "v1", True).fits(asked(None), path) is fits


def test_all_conditions_must_hold() -> None:
    rule = Rule([HeaderCondition("x-a", "b"), HeaderCondition("x-c", "d")], None, "api", "v1", True)
    assert not rule.fits(asked(b"b"), b"/")


def test_what_is_taken_off() -> None:
    assert Rule([], b"/a", "api", "v1", True).taken == b"/a"
    assert Rule([], b"/a", "api", "v1", False).taken == b""
    assert Rule([], None, "api", "v1", True).taken == b""
