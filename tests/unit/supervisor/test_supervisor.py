"""What the supervisor decides; what it does with processes is in tests/wire/test_processes.py."""

from __future__ import annotations

import signal

import pytest

from gatewright.supervisor.supervisor import pause_after, reason


@pytest.mark.parametrize(("deaths", "seconds"), [(0, 0.0), (1, 0.0), (2, 0.4), (3, 0.8), (6, 5.0), (5000, 5.0)])
def test_the_pause_grows_to_a_bound(deaths: int, seconds: float) -> None:
    assert pause_after(deaths) == seconds


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "exit code 0"),
        (-signal.SIGKILL, "signal SIGKILL"),
        (-(signal.SIGRTMIN + 1), f"signal {signal.SIGRTMIN + 1}"),
    ],
)
def test_every_end_has_a_name(code: int, text: str) -> None:
    assert reason(code) == text
