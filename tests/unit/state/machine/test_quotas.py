"""Quotas: exact over workers, whoever is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import lmdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.clock import FakeClock
from gatewright.state.base import Period
from gatewright.state.machine.environment import Environment
from gatewright.state.machine.quotas import MachineQuotas
from gatewright.state.machine.usage import MachineUsage

START = datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()
TODAY = date(2026, 11, 30)

# A worker that takes for ever, or until it has taken enough; it tells of each.
WORKER = """
import os, signal, sys
from pathlib import Path
from gatewright.clock import SystemClock
from gatewright.state.machine.environment import Environment
from gatewright.state.machine.quotas import MachineQuotas
limit, enough = int(sys.argv[3]), int(sys.argv[4])
quotas = MachineQuotas(Environment(Path(sys.argv[1])), SystemClock(), int(sys.argv[2]))
quota = quotas.quota("q", lambda day: ("2020-01-01", limit))
taken = 0
while taken < enough and quota.take():
    taken += 1
    os.write(1, b".")
if taken == enough:
    os.kill(os.getpid(), signal.SIGKILL)
quotas.close()
"""


def daily(limit: int) -> Period:
    return lambda day: (day.isoformat(), limit)


def monthly(limit: int) -> Period:
    return lambda day: (day.replace(day=1).isoformat(), limit)


class Machine:
    """Two workers on one machine."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock(START)
        self.environment = Environment(folder)
        self.workers = [MachineQuotas(self.environment, self.clock, number) for number in range(2)]

    def used(self) -> int:
        usage = MachineUsage(self.environment, 2)
        try:
            return sum(usage.used("q").values())
        finally:
            usage.close()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "state")


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 400),
    st.lists(st.tuples(st.integers(0, 80), st.booleans(), st.booleans()), max_size=20),
)
def test_two_workers_serve_exactly_the_limit(
    tmp_path_factory: pytest.TempPathFactory, limit: int, rounds: list[tuple[int, bool, bool]]
) -> None:
    machine = Machine(tmp_path_factory.mktemp("state"))
    both = [worker.quota("q", daily(limit)) for worker in machine.workers]
    served = 0
    for tries, which, resting in rounds:
        served += sum(both[which].take() for _ in range(tries))
        assert served <= limit
        assert machine.used() == served
        if resting:
            machine.clock.advance(2)
            machine.workers[not which].rest()
    machine.clock.advance(2)
    for worker in machine.workers:
        worker.rest()
    served += sum(both[0].take() for _ in range(limit + 1))
    assert served == machine.used() == limit
    machine.environment.close()


def test_a_new_day_and_a_new_month_begin_anew(machine: Machine) -> None:
    day = machine.workers[0].quota("day", daily(2))
    month = machine.workers[0].quota("month", monthly(3))
    assert [day.take() for _ in range(3)] == [True, True, False]
    assert [month.take() for _ in range(2)] == [True, True]
    machine.clock.advance(12 * 3600)  # the first of December
    assert [day.take() for _ in range(3)] == [True, True, False]
    assert [month.take() for _ in range(4)] == [True, True, True, False]


def test_within_a_month_days_are_counted_apart(machine: Machine) -> None:
    machine.clock.advance(-5 * 86_400)
    quota = machine.workers[0].quota("q", monthly(10))
    assert all(quota.take() for _ in range(4))
    machine.clock.advance(86_400)
    assert sum(quota.take() for _ in range(10)) == 6
    usage = MachineUsage(machine.environment, 2)
    assert usage.used("q") == {date(2026, 11, 25): 4, date(2026, 11, 26): 6}
    usage.close()


def test_a_limit_that_is_raised_holds_at_once_and_one_that_is_lowered_too(machine: Machine) -> None:
    one, other = machine.workers
    quota = one.quota("q", daily(2))
    assert [quota.take() for _ in range(3)] == [True, True, False]
    assert one.quota("q", daily(4)) is quota
    assert [quota.take() for _ in range(3)] == [True, True, False]
    one.quota("q", daily(1))
    assert not quota.take()
    assert not other.quota("q", daily(1)).take()
    assert machine.used() == 4


@pytest.mark.parametrize("enough", [1, 37, 200])
def test_a_killed_worker_leaves_what_it_has_not_served(tmp_path: Path, enough: int) -> None:
    limit = 300

    def run(number: int, until: int) -> int:
        command = [sys.executable, "-c", WORKER, str(tmp_path), str(number), str(limit), str(until)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == (-signal.SIGKILL if len(done.stdout) == until else 0), done.stderr
        return len(done.stdout)

    served = run(0, enough)
    assert served == enough
    served += run(0, limit + 1)  # its successor settles
    assert served == limit
    environment = Environment(tmp_path)
    usage = MachineUsage(environment, 1)
    assert sum(usage.used("q").values()) == limit
    usage.close()
    environment.close()


def test_processes_at_once_serve_exactly_the_limit(tmp_path: Path) -> None:
    limit = 2000
    commands = [[sys.executable, "-c", WORKER, str(tmp_path), str(number), str(limit), "99999"] for number in range(3)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    served = sum(len(each.communicate(timeout=60)[0]) for each in running)
    assert served <= limit
    commands[0][4] = "0"
    last = subprocess.run(commands[0], capture_output=True, check=True)  # what the others gave back as they left
    assert served + len(last.stdout) == limit


def test_when_the_state_fails_requests_are_served_and_the_operator_told(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    quota = machine.workers[0].quota("q", daily(1))

    def fail(*_: object) -> None:
        raise lmdb.MapFullError("full")

    monkeypatch.setattr(Environment, "writing", fail)
    assert [quota.take() for _ in range(3)] == [True, True, True]
    assert caplog.text.count("quotas are not counted") == 1


def test_what_is_left_as_far_as_a_worker_knows(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    first, second = (worker.quota("q", daily(40)) for worker in machine.workers)
    assert first.left() is None
    assert [first.take() for _ in range(3)] == [True] * 3
    assert first.left() == 37
    assert second.take()
    assert second.left() == 40 - 4 - first.held
    machine.clock.advance(2)
    machine.workers[0].rest()
    assert first.left() == 37  # as it last knew
    machine.clock.advance(86400)
    assert first.take()
    assert first.left() == 39
    machine.workers[0].quota("q", daily(1))
    assert first.left() is None
    assert not first.take()
    assert first.left() == 0
