"""Caches of stages; how they begin and end with programs: tests/plays/test_caching.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.base import Traffic
from gatewright.gateway.live import Live
from gatewright.gateway.stage_cache import open_cache, retire
from gatewright.program.caching import StageCache
from gatewright.program.trie import Trie
from gatewright.state.memory import MemoryCache
from gatewright.telemetry.counters import StageCounters
from tests.plays.test_caching import Memory
from tests.unit.gateway.support import compiled

CACHE = StageCache(1000, "", 0)


def live(cache: StageCache | None, answers: MemoryCache) -> Live:
    program, _ = compiled()
    made = Live(replace(program, cache=cache), Trie(()), StageCounters())
    made.answers = None if cache is None else answers
    return made


def opened() -> tuple[Traffic, MemoryCache]:
    """The cache of the compiled stage, with one entry."""
    traffic = Traffic(FakeClock(), Memory(FakeClock()))
    answers = open_cache(live(CACHE, MemoryCache(FakeClock(), 0)).program, traffic)
    assert isinstance(answers, MemoryCache)
    answers.put(b"a", b"1", 10)
    return traffic, answers


@pytest.mark.parametrize(
    ("after", "emptied"),
    [
        (CACHE, False),
        (replace(CACHE, part="another deployment"), False),
        (replace(CACHE, flushes=1), True),
        (replace(CACHE, secret=bytes(32)), True),
        (None, True),
    ],
)
def test_what_empties_a_cache(after: StageCache | None, emptied: bool) -> None:
    traffic, answers = opened()
    retire(live(CACHE, answers), live(after, answers), traffic)
    assert (answers.get(b"a") is None) is emptied


def test_stages_that_end_and_stages_that_begin() -> None:
    traffic, answers = opened()
    retire(None, live(CACHE, answers), traffic)
    retire(live(None, answers), live(CACHE, answers), traffic)
    assert answers.get(b"a") == b"1"
    retire(live(CACHE, answers), None, traffic)
    assert answers.get(b"a") is None


def test_without_a_cluster_or_without_state_there_is_no_cache() -> None:
    program, _ = compiled()
    traffic = Traffic(FakeClock(), Memory(FakeClock()))
    assert open_cache(program, traffic) is None
    assert open_cache(replace(program, cache=CACHE), None) is None
    assert open_cache(replace(program, cache=CACHE), traffic) is not None
