"""When another process is started."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.functions.scaling import Demand, Machine, smoothed, wanted


def demand(**changed: float) -> Demand:
    usual = {"queued": 1, "live": 1, "starting": 0, "busy_for": 1.0, "start_cost": 0.1, "waited": 0.0, "room": 50}
    return Demand(**(usual | changed))  # type: ignore[arg-type]  # counts are whole numbers here


IDLE = [
    ("the first call starts the first process", {"live": 0, "busy_for": 0}, 1),
    ("nothing waits", {"queued": 0}, 0),
    ("one is on its way", {"live": 0, "starting": 1}, 0),
    ("slow calls get another", {}, 1),
    ("quick calls wait", {"queued": 60, "busy_for": 0.001}, 0),
    ("many quick calls do not", {"queued": 600, "busy_for": 0.001, "live": 2}, 2),
    ("growth doubles", {"queued": 100, "live": 4}, 4),
    ("those on their way count", {"queued": 5, "live": 4, "starting": 4}, 1),
    ("no room", {"queued": 100, "live": 4, "room": 0}, 0),
    ("little room", {"queued": 100, "live": 4, "room": 1}, 1),
]
BUSY = [
    ("up to the cores", {"queued": 100, "live": 1}, 1),
    ("not beyond", {"queued": 100, "live": 2}, 0),
    ("unless a call has waited long", {"queued": 100, "live": 2, "waited": 1.5}, 1),
    ("one at a time", {"queued": 100, "live": 2, "starting": 1, "waited": 1.5}, 0),
]


@pytest.mark.parametrize(("name", "changed", "expected"), IDLE, ids=[row[0] for row in IDLE])
def test_with_idle_cores(name: str, changed: dict[str, float], expected: int) -> None:
    assert wanted(demand(**changed), saturated=False, cores=2) == expected


@pytest.mark.parametrize(("name", "changed", "expected"), BUSY, ids=[row[0] for row in BUSY])
def test_without_idle_cores(name: str, changed: dict[str, float], expected: int) -> None:
    assert wanted(demand(**changed), saturated=True, cores=2) == expected


@given(
    st.integers(0, 2000), st.integers(0, 50), st.integers(0, 50), st.floats(0, 100), st.floats(0, 20),
    st.integers(0, 50), st.booleans(),
)  # fmt: skip
def test_never_more_than_there_is_room_or_need_for(
    queued: int, live: int, starting: int, busy: float, waited: float, room: int, saturated: bool
) -> None:
    asked = demand(queued=queued, live=live, starting=starting, busy_for=busy, waited=waited, room=room)
    assert 0 <= wanted(asked, saturated=saturated, cores=2) <= max(0, min(room, queued - starting))


def test_averages_and_machine() -> None:
    assert smoothed(0.0, 3.0) == 3.0
    assert 1.0 < smoothed(1.0, 2.0) < 2.0
    assert Machine().saturated in (True, False)
