"""Scripts on a real server: claims that come late, twice, or after everything was forgotten."""

from __future__ import annotations

from typing import Any

import pytest
import redis

from gatewright.state.valkey import scripts

KEYS = (scripts.period("q", "2026-11-01"), scripts.SETTLING, scripts.EPOCH)


@pytest.fixture
def store(url: str) -> Any:
    with redis.Redis.from_url(url) as client:
        yield client


def claim(store: Any, worker: str, sequence: int, claimed: int, limit: int = 100, most: int = 10) -> list[int]:
    found: list[int] = store.eval(scripts.CLAIM.text, 3, *KEYS, worker, sequence, claimed, limit, most, 2, 60)
    return found


def test_claims_are_absolute_and_heard_in_order(store: Any) -> None:
    assert claim(store, "a", 1, 0) == [10, 10, 0, 0]
    assert claim(store, "a", 2, 10) == [10, 20, 0, 0]
    assert claim(store, "a", 1, 0) == [0, 20, 0, 2]  # it was late
    assert claim(store, "b", 1, 0) == [10, 30, 0, 0]
    assert claim(store, "a", 3, 4, most=0) == [0, 14, 0, 0]  # a gives back
    assert claim(store, "a", 4, 4, limit=14) == [0, 14, 0, 0]
    assert claim(store, "a", 5, 4, limit=15) == [1, 15, 0, 0]


def test_what_the_books_say_is_not_counted_twice(store: Any) -> None:
    store.eval(scripts.RESTORE_PERIOD.text, 1, KEYS[0], 50, 60)
    assert claim(store, "a", 1, 30, most=0) == [0, 50, 0, 0]
    assert claim(store, "b", 1, 30, most=0) == [0, 60, 0, 0]
    store.eval(scripts.RESTORE_PERIOD.text, 1, KEYS[0], 50, 60)
    assert claim(store, "c", 1, 0, most=0) == [0, 60, 0, 0]


def test_nothing_is_granted_while_workers_say_what_they_hold(store: Any) -> None:
    store.set(scripts.SETTLING, "1", px=5000)
    granted, total, wait, _ = claim(store, "a", 1, 7)
    assert (granted, total) == (0, 7)
    assert 0 < wait <= 5000
    store.delete(scripts.SETTLING, scripts.EPOCH)
    assert claim(store, "a", 2, 7)[::2] == [0, 100]


def test_each_script_has_a_name_of_its_own(store: Any) -> None:
    assert len({script.sha for script in scripts.ALL}) == len(scripts.ALL)
    for script in scripts.ALL:
        assert store.script_load(script.text) == script.sha
