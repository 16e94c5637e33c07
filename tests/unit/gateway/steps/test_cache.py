"""The cache's step; how requests see it: tests/plays/test_caching.py."""

from __future__ import annotations

import pytest

from gatewright.gateway.steps.cache import build, may_invalidate, wants_fresh
from tests.unit.gateway.support import compiled, exchange, parts


def test_a_method_that_is_not_cached_has_no_step() -> None:
    program, method = compiled()
    assert build(method, parts(program)) is None


@pytest.mark.parametrize(
    ("values", "fresh"),
    [
        ([], False),
        (["max-age=0"], True),
        (["MAX-AGE=0"], True),
        (["no-transform , max-age = 0"], True),
        (["no-cache", "max-age=0"], True),
        (["no-cache"], False),
        (["max-age"], False),
        (["max-age=00"], False),
        (["max-age=10"], False),
        (["max-age=0x"], False),
        (["x-max-age=0"], False),
    ],
)
def test_who_asks_for_a_fresh_answer(values: list[str], fresh: bool) -> None:
    assert wants_fresh(exchange([("Cache-Control", value) for value in values])) is fresh


def test_nobody_who_is_not_known_may_invalidate() -> None:
    assert not may_invalidate(exchange(), None)
