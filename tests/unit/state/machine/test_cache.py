"""A cache that workers share."""

from __future__ import annotations

from pathlib import Path

import lmdb
import pytest

from gatewright.clock import FakeClock
from gatewright.state.machine.cache import ENTRY, MachineCache
from gatewright.state.machine.environment import Environment


def test_it_forgets_by_time_and_by_use(tmp_path: Path) -> None:
    clock = FakeClock()
    clock.advance(100)
    cache = MachineCache(tmp_path, clock, 3 * (ENTRY + 10))
    for key in (b"a", b"b", b"c"):
        cache.put(key, b"v" * 10, 30)
        clock.advance(0.01)
    clock.advance(2)
    assert cache.get(b"a") == b"v" * 10
    cache.put(b"d", b"v" * 10, 5)
    assert [key for key in (b"a", b"b", b"c", b"d") if cache.get(key)] == [b"a", b"c", b"d"]
    clock.advance(5)
    assert cache.get(b"d") is None
    cache.put(b"e", b"v", 0)
    cache.put(b"f", b"v" * 4000, 30)
    cache.put(b"a", b"w", 30)
    assert (cache.get(b"e"), cache.get(b"f"), cache.get(b"a")) == (None, None, b"w")
    cache.clear()
    assert cache.get(b"a") is None
    cache.put(b"a", b"x", 30)
    assert cache.get(b"a") == b"x"
    cache.close()


def test_it_stays_within_its_budget_over_many_values(tmp_path: Path) -> None:
    clock = FakeClock()
    cache = MachineCache(tmp_path, clock, 200_000)
    for number in range(2000):
        cache.put(b"%d" % number, b"v" * 1000, 1000)
        clock.advance(0.001)
    kept = [number for number in range(2000) if cache.get(b"%d" % number)]
    assert kept == list(range(2000 - 200_000 // (1000 + ENTRY), 2000))
    cache.close()


def test_a_second_process_sees_it_but_not_after_the_machine_was_started_again(tmp_path: Path) -> None:
    clock = FakeClock()
    clock.advance(1000)
    cache = MachineCache(tmp_path, clock, 1_000_000)
    cache.put(b"a", b"v", 10_000)
    cache.close()
    again = MachineCache(tmp_path, clock, 1_000_000)
    assert again.get(b"a") == b"v"
    again.close()
    fresh = MachineCache(tmp_path, FakeClock(), 1_000_000)
    assert fresh.get(b"a") is None
    fresh.close()


def test_when_it_fails_nothing_is_cached_and_the_operator_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cache = MachineCache(tmp_path, FakeClock(), 1_000_000)

    def fail(*_: object) -> None:
        raise lmdb.MapFullError("full")

    monkeypatch.setattr(Environment, "writing", fail)
    cache.put(b"a", b"v", 10)
    cache.clear()
    assert cache.get(b"a") is None
    assert caplog.text.count("the shared cache cannot be used") == 1
    cache.close()
