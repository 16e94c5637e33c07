"""The clock that can be handed in."""

from __future__ import annotations

import time

from gatewright.clock import FakeClock, SystemClock


def test_the_fake_one_moves_when_told() -> None:
    clock = FakeClock(100.0)
    clock.advance(2.5)
    assert (clock.now(), clock.monotonic()) == (102.5, 2.5)


def test_the_systems_clock_is_the_systems() -> None:
    assert abs(SystemClock().now() - time.time()) < 60
    assert SystemClock().monotonic() <= SystemClock().monotonic()
