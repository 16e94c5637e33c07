"""The table of keys against real state: what a key opens, and what a new publication leaves as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gatewright.catalog import periods
from gatewright.clock import FakeClock
from gatewright.gateway.usage import KeyTable, Pass, period_of
from gatewright.program.throttle import Throttle
from gatewright.program.usage import ApiKey, Ceiling, Membership, Plan, PlanQuota
from gatewright.state.node import NodeState

OWNER = ("123456789012", "us-east-1")
STAGE = "abc:v1"
JOINED = date(2023, 1, 10)
OPEN = Plan("p1", None, None, {STAGE: {}})


def key(plan: Plan = OPEN, value: str = "v1", id: str = "k1", *more: Plan, owner: tuple[str, str] = OWNER) -> ApiKey:
    return ApiKey(owner, id, value, "name", None, tuple(Membership(each, JOINED) for each in (plan, *more)))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def table(tmp_path: Path, clock: FakeClock) -> Iterator[KeyTable]:
    state = NodeState(tmp_path, clock, 0, shared=False)
    made = KeyTable(state.buckets, state.quotas)
    yield made
    state._quotas.close()
    state._environment.close()


def passed(found: Pass | None, method: str = "/x/GET") -> bool:
    assert found is not None
    return all(gate.take() for gate in found.gates_of(method))


def test_a_key_opens_the_stages_of_its_plans_and_no_others(table: KeyTable) -> None:
    table.load([key(), key(value="other", id="k2", owner=("000000000000", "us-east-1"))])
    found = table.stage(OWNER, STAGE).find(b"v1")
    assert found is not None
    assert (found.key.id, passed(found)) == ("k1", True)
    assert table.stage(OWNER, STAGE) is table.stage(OWNER, STAGE)
    assert table.stage(OWNER, "abc:v2").find(b"v1") is None
    assert table.stage(OWNER, STAGE).find(b"other") is None
    assert table.stage(("123456789012", "eu-west-1"), STAGE).find(b"v1") is None
    assert table.stage(("000000000000", "us-east-1"), STAGE).find(b"other") is not None


def test_what_is_not_published_any_more_opens_nothing(table: KeyTable) -> None:
    stage = table.stage(OWNER, STAGE)
    assert stage.find(b"v1") is None
    table.load([key()])
    assert stage.find(b"v1") is not None
    table.load([key(replace(OPEN, stages={}))])
    assert stage.find(b"v1") is None
    table.load([key()])
    assert stage.find(b"v1") is not None
    table.load([])
    assert stage.find(b"v1") is None


def test_throttles_of_plan_and_method(table: KeyTable) -> None:
    plan = Plan("p1", Throttle(1.0, 5), None, {STAGE: {"/x/GET": Throttle(1.0, 2)}})
    table.load([key(plan), key(plan, "v2", "k2")])
    found = table.stage(OWNER, STAGE).find(b"v1")
    assert [passed(found) for _ in range(3)] == [True, True, False]
    assert [passed(found, "/y/GET") for _ in range(4)] == [True, True, True, False]
    assert passed(table.stage(OWNER, STAGE).find(b"v2"))


def test_the_throttle_of_a_plan_is_one_for_all_its_stages(table: KeyTable) -> None:
    plan = Plan("p1", Throttle(1.0, 2), None, {STAGE: {}, "abc:v2": {}})
    table.load([key(plan)])
    assert passed(table.stage(OWNER, STAGE).find(b"v1"))
    assert passed(table.stage(OWNER, "abc:v2").find(b"v1"))
    assert not passed(table.stage(OWNER, STAGE).find(b"v1"))


def test_a_new_publication_gives_no_tokens_back(table: KeyTable, clock: FakeClock) -> None:
    plan = Plan("p1", Throttle(1.0, 2), PlanQuota(5, "DAY"), {STAGE: {}})
    stage = table.stage(OWNER, STAGE)
    table.load([key(plan)])
    first = stage.find(b"v1")
    assert [passed(first), passed(first)] == [True, True]
    table.load([key(plan)])
    assert stage.find(b"v1") is first
    table.load([key(replace(plan, throttle=Throttle(0.5, 2)))])
    assert stage.find(b"v1") is not first
    assert not passed(stage.find(b"v1"))
    clock.advance(100)
    assert [passed(stage.find(b"v1")) for _ in range(3)] == [True, True, False]
    clock.advance(100)
    assert [passed(stage.find(b"v1")) for _ in range(2)] == [True, False]  # the fifth of the quota


def test_a_quota_and_its_ceiling(table: KeyTable) -> None:
    plan = Plan("p1", None, PlanQuota(2, "MONTH"), {STAGE: {}})
    stage = table.stage(OWNER, STAGE)
    table.load([key(plan)])
    assert [passed(stage.find(b"v1")) for _ in range(3)] == [True, True, False]
    today = periods.day_of(FakeClock().now())
    more = Membership(plan, JOINED, Ceiling(today, 3))
    table.load([replace(key(plan), memberships=(more,))])
    assert [passed(stage.find(b"v1")) for _ in range(2)] == [True, False]


def test_a_quota_is_asked_for_anew_only_when_it_is_another(table: KeyTable) -> None:
    plan = Plan("p1", Throttle(1.0, 2), PlanQuota(5, "DAY"), {STAGE: {}})
    stage = table.stage(OWNER, STAGE)
    table.load([key(plan)])
    first = stage.find(b"v1")
    table.load([key(replace(plan, throttle=None))])
    second = stage.find(b"v1")
    table.load([key(replace(plan, quota=PlanQuota(1, "DAY")))])
    third = stage.find(b"v1")
    assert first is not None
    assert second is not None
    assert third is not None
    assert second.period is first.period
    assert len(second.gates) == 1
    assert third.period is not first.period
    assert [passed(third), passed(third)] == [True, False]


def test_why_a_key_opens_nothing(table: KeyTable) -> None:
    table.load([key(), key(Plan("p2", None, None, {"abc:v2": {}}), "v2", "k2")])
    assert table.why_none(OWNER, STAGE, b"nobody's") == "API Key was not found"
    assert table.why_none(OWNER, STAGE, b"v2") == "No Usage Plan found for key and API Stage"
    assert table.why_none(OWNER, "abc:v3", b"v2") == "API Stage is not in a Usage Plan"


@pytest.mark.parametrize(
    ("quota", "ceiling", "day", "period"),
    [
        (None, None, date(2023, 3, 3), ("2023-03-03", periods.BOUNDLESS)),
        (PlanQuota(9, "DAY"), None, date(2023, 3, 3), ("2023-03-03", 9)),
        (PlanQuota(9, "WEEK", 2), None, date(2023, 1, 14), ("2023-01-08", 7)),
        (PlanQuota(9, "MONTH", 2), None, date(2023, 1, 31), ("2023-01-01", 7)),
        (PlanQuota(9, "MONTH", 2), None, date(2023, 2, 1), ("2023-02-01", 9)),
        (PlanQuota(9, "MONTH"), Ceiling(date(2023, 2, 5), 50), date(2023, 2, 1), ("2023-02-01", 50)),
        (PlanQuota(9, "MONTH"), Ceiling(date(2023, 2, 5), 50), date(2023, 3, 1), ("2023-03-01", 9)),
    ],
)
def test_periods(quota: PlanQuota | None, ceiling: Ceiling | None, day: date, period: tuple[str, int]) -> None:
    assert period_of(Membership(Plan("p", None, quota, {}), JOINED, ceiling))(day) == period
