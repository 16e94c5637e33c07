"""Buckets that workers share: the sum over all of them is what counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import lmdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatewright.clock import FakeClock
from gatewright.state.machine.buckets import MachineBuckets
from gatewright.state.machine.environment import Environment

# A worker that takes as often as it can for a while, at ten tokens a second and more.
WORKER = """
import sys, time
from pathlib import Path
from gatewright.clock import SystemClock
from gatewright.state.machine.buckets import MachineBuckets
from gatewright.state.machine.environment import Environment
bucket = MachineBuckets(Environment(Path(sys.argv[1])), SystemClock()).bucket("b", float(sys.argv[2]), int(sys.argv[3]))
start, taken = time.monotonic(), 0
end = start + float(sys.argv[4])
while time.monotonic() < end:
    taken += bucket.take()
    time.sleep(0.0001)
print(taken, start, time.monotonic())
"""


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 50),
    st.floats(0.1, 1000),
    st.lists(st.tuples(st.floats(0, 2), st.integers(0, 20), st.booleans()), max_size=20),
)
def test_two_workers_together_never_take_more(
    tmp_path_factory: pytest.TempPathFactory, burst: int, rate: float, rounds: list[tuple[float, int, bool]]
) -> None:
    clock = FakeClock()
    environment = Environment(tmp_path_factory.mktemp("state"))
    both = [MachineBuckets(environment, clock).bucket("b", rate, burst) for _ in range(2)]
    accepted, elapsed = 0, 0.0
    for pause, tries, which in rounds:
        clock.advance(pause)
        elapsed += pause
        accepted += sum(both[which].take() for _ in range(tries))
        assert accepted <= burst + rate * elapsed + 1e-6
    environment.close()


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "state")


def test_what_one_has_drawn_and_not_used_comes_back_to_all(environment: Environment) -> None:
    clock = FakeClock()
    one = MachineBuckets(environment, clock).bucket("b", 1000.0, 10)
    other = MachineBuckets(environment, clock).bucket("b", 1000.0, 10)
    assert one.take()
    assert not other.take(), "ten were drawn at once"
    clock.advance(0.0005)
    assert sum(one.take() for _ in range(20)) == 9
    clock.advance(10)
    assert sum(other.take() for _ in range(20)) == 10
    environment.close()


def test_zero_refuses_and_new_figures_hold_at_once(environment: Environment) -> None:
    clock = FakeClock()
    buckets = MachineBuckets(environment, clock)
    bucket = buckets.bucket("b", 0.0, 5)
    assert not bucket.take()
    assert buckets.bucket("b", 5.0, 0) is bucket
    assert not bucket.take()
    buckets.bucket("b", 5.0, 2)
    assert sum(bucket.take() for _ in range(5)) == 2
    environment.close()


def test_after_a_restart_of_the_machine_a_bucket_is_full(environment: Environment) -> None:
    late = FakeClock()
    late.advance(10_000)
    spent = MachineBuckets(environment, late).bucket("b", 0.001, 3)
    assert sum(spent.take() for _ in range(5)) == 3
    fresh = MachineBuckets(environment, FakeClock()).bucket("b", 0.001, 3)
    assert fresh.take()
    environment.close()


def test_when_the_state_fails_each_worker_goes_on_by_itself(
    environment: Environment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise lmdb.MapFullError("full")

    monkeypatch.setattr(Environment, "writing", fail)
    bucket = MachineBuckets(environment, FakeClock()).bucket("b", 1.0, 3)
    assert sum(bucket.take() for _ in range(9)) == 3
    assert caplog.text.count("throttles by itself") == 1
    environment.close()


@pytest.mark.slow
# Bursts that outlast the pauses of a busy machine: what a full bucket cannot hold is lost, rightly.
@pytest.mark.parametrize(("rate", "burst"), [(100, 50), (500, 250)])
def test_processes_together_take_what_rate_and_burst_allow(tmp_path: Path, rate: int, burst: int) -> None:
    seconds = 5
    command = [sys.executable, "-c", WORKER, str(tmp_path), str(rate), str(burst), str(seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [list(map(float, each.communicate(timeout=60)[0].split())) for each in running]
    taken = sum(count for count, _, _ in told)
    together = max(end for _, _, end in told) - min(start for _, start, _ in told)
    assert 0.95 * (rate * together + burst) <= taken <= rate * together + burst


def test_a_token_that_was_not_used_is_put_back(environment: Environment) -> None:
    clock = FakeClock()
    buckets = MachineBuckets(environment, clock)
    bucket = buckets.bucket("b", 1.0, 2)
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    bucket.back()
    assert [bucket.take() for _ in range(2)] == [True, False]
    bucket.back()
    clock.advance(2)
    other = MachineBuckets(environment, clock).bucket("b", 1.0, 2)
    assert bucket.take()
    assert other.take()
    assert not bucket.take(), "never more than it holds"
    environment.close()


def test_what_blocks_blocks_at_once_whatever_was_drawn(environment: Environment) -> None:
    buckets = MachineBuckets(environment, FakeClock())
    bucket = buckets.bucket("b", 1000.0, 10)
    assert bucket.take()
    buckets.bucket("b", 0.0, 10)
    bucket.back()
    assert not bucket.take()
    environment.close()
