"""The books behind quotas."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gatewright.clock import FakeClock
from gatewright.state.base import Period
from gatewright.state.machine.buckets import MachineBuckets
from gatewright.state.machine.environment import Environment
from gatewright.state.machine.quotas import MachineQuotas
from gatewright.state.machine.usage import MachineUsage
from tests.unit.state.machine.test_quotas import START, TODAY, daily

MONTH: Period = lambda day: (day.replace(day=1).isoformat(), 10)  # noqa: E731 - a value, as the Protocol wants it


def test_only_what_has_changed_is_told_and_again_when_asked(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    clock = FakeClock(START)
    quotas = MachineQuotas(environment, clock, 0)
    usage = MachineUsage(environment, 1, clock)
    assert list(usage.changed()) == []
    one, two = quotas.quota("one", daily(9)), quotas.quota("two", daily(9))
    assert one.take()
    assert two.take()
    assert two.take()
    assert list(usage.changed()) == [("one", {TODAY: 1}), ("two", {TODAY: 2})]
    assert one.take()
    assert list(usage.changed()) == [("one", {TODAY: 2})]
    assert list(usage.changed()) == []
    usage.again()
    assert len(list(usage.changed())) == 2
    usage.close()


def test_what_the_store_knows_is_restored_once(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    usage = MachineUsage(environment, 1)
    days = {date(2026, 11, 2): 3, date(2026, 11, 3): 4, date(2026, 10, 31): 9}
    for _ in range(2):
        usage.restore("q", days, MONTH)
    assert usage.used("q") == days
    quotas = MachineQuotas(environment, FakeClock(START), 0)
    quota = quotas.quota("q", MONTH)
    assert sum(quota.take() for _ in range(10)) == 3
    assert usage.used("q") == days | {TODAY: 3}
    usage.forget(date(2026, 11, 1))
    assert usage.used("q") == {date(2026, 11, 2): 3, date(2026, 11, 3): 4, TODAY: 3}
    usage.close()


def test_workers_that_there_are_no_more_are_settled(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    second = MachineQuotas(environment, FakeClock(START), 1)
    quota = second.quota("q", daily(100))
    assert all(quota.take() for _ in range(5))
    usage = MachineUsage(environment, 1)
    assert usage.used("q") == {TODAY: 5}
    assert not (tmp_path / "tally-1").exists()
    first = MachineQuotas(environment, FakeClock(START), 0).quota("q", daily(100))
    assert sum(first.take() for _ in range(200)) == 95
    usage.close()


def test_without_its_tally_what_a_worker_was_granted_stays_granted(tmp_path: Path) -> None:
    """Nobody knows what it served of it: one request too few is better than one too many."""
    environment = Environment(tmp_path)
    quota = MachineQuotas(environment, FakeClock(START), 0).quota("q", daily(100))
    assert quota.take()
    (tmp_path / "tally-0").unlink()
    again = MachineQuotas(environment, FakeClock(START), 0).quota("q", daily(100))
    assert sum(again.take() for _ in range(200)) == 94


def records(environment: Environment, name: str) -> int:
    with environment.reading(name) as transaction:
        return int(transaction.stat(environment.database(name))["entries"])


def test_a_worker_keeps_no_day_that_is_over(tmp_path: Path) -> None:
    environment, clock = Environment(tmp_path), FakeClock(START)
    worker = MachineQuotas(environment, clock, 0)
    usage = MachineUsage(environment, 1, clock)
    quota = worker.quota("q", MONTH)
    assert worker.quota("gone", MONTH).take()
    for _ in range(3):  # from November to December
        assert quota.take()
        clock.advance(86_400)
        worker.rest()
    assert [records(environment, name) for name in ("slots", "grants", "days")] == [0, 0, 4]
    assert usage.used("q") == {TODAY: 1, date(2026, 12, 1): 1, date(2026, 12, 2): 1}
    assert usage.used("gone") == {TODAY: 1}
    assert sum(quota.take() for _ in range(20)) == 8
    after = MachineQuotas(environment, clock, 0)  # the first one was killed
    assert not after.quota("q", MONTH).take()
    assert usage.used("q") == {TODAY: 1, date(2026, 12, 1): 1, date(2026, 12, 2): 1, date(2026, 12, 3): 8}
    usage.close()


def test_of_a_worker_that_is_killed_on_another_day_only_what_it_did_not_serve_returns(tmp_path: Path) -> None:
    environment, clock = Environment(tmp_path), FakeClock(START - 5 * 86_400)
    period: Period = lambda day: (day.replace(day=1).isoformat(), 200)  # noqa: E731 - as above
    worker = MachineQuotas(environment, clock, 0)
    quota = worker.quota("q", period)
    assert sum(quota.take() for _ in range(30)) == 30
    clock.advance(86_400)
    worker.rest()
    assert sum(quota.take() for _ in range(7)) == 7
    after = MachineQuotas(environment, clock, 0).quota("q", period)  # the first one was killed
    assert sum(after.take() for _ in range(300)) == 163


def test_what_is_left_of_what_has_gone_is_swept_away(tmp_path: Path) -> None:
    environment, clock = Environment(tmp_path), FakeClock(START)
    usage = MachineUsage(environment, 1, clock)
    usage.restore("old", {date(2026, 3, 1): 1, TODAY: 2}, MONTH)
    buckets = MachineBuckets(environment, clock)
    assert buckets.bucket("soon full", 10, 5).take()
    assert buckets.bucket("slow", 0.0001, 5).take()
    assert list(usage.changed()) == []
    assert [records(environment, name) for name in ("buckets", "days", "periods")] == [2, 1, 1]
    clock.advance(3600)
    assert list(usage.changed()) == []
    assert records(environment, "buckets") == 1
    assert sum(buckets.bucket("slow", 0.0001, 5).take() for _ in range(9)) == 4
    usage.close()
