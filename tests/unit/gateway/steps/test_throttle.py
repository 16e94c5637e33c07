from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.base import Traffic
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.steps.api_key import build as api_key
from gatewright.gateway.steps.throttle import build
from gatewright.gateway.usage import KeyTable
from gatewright.program.throttle import Throttle
from gatewright.program.usage import ApiKey, Membership, Plan, PlanQuota
from gatewright.state.node import NodeState
from tests.plays.stage import ACCOUNT, API, mock
from tests.unit.gateway.support import compiled, exchange, parts


def test_the_bucket_is_the_methods(tmp_path: Path) -> None:
    clock = FakeClock()
    traffic = Traffic(clock, NodeState(tmp_path, clock, 0, shared=False))
    program, method = compiled()
    limited = replace(method, throttle=Throttle(1.0, 1))
    step = build(limited, replace(parts(program), traffic=traffic))
    again = build(limited, replace(parts(program), traffic=traffic))
    other = build(replace(limited, verb="ANY"), replace(parts(program), traffic=traffic))
    assert step is not None
    assert again is not None
    assert other is not None
    assert step(exchange()) is None
    for refusing in (again, step):
        with pytest.raises(GatewayError) as refusal:
            refusing(exchange())
        assert refusal.value.kind.name == "THROTTLED"
    assert other(exchange()) is None


def test_the_callers_plan_gets_back_what_the_method_refuses(tmp_path: Path) -> None:
    """Its throttles; requests that its quota has counted stay counted."""
    clock = FakeClock(1_700_000_000.0)
    state = NodeState(tmp_path, clock, 0, shared=False)
    table = KeyTable(state.buckets, state.quotas)
    stage = f"{API}:v1"
    plan = Plan("p1", Throttle(1.0, 3), PlanQuota(4, "DAY"), {stage: {"/things/{id}/GET": Throttle(1.0, 3)}})
    owner = (ACCOUNT, "us-east-1")
    table.load([ApiKey(owner, "keyid", "k" * 24, "name", None, (Membership(plan, date(2020, 1, 1)),))])
    program, method = compiled(mock() | {"apiKeyRequired": True})
    house = replace(parts(program), traffic=Traffic(clock, state, keys=table))
    steps = api_key(method, house), build(replace(method, throttle=Throttle(1.0, 1)), house)

    def call() -> str:
        made = exchange({"X-Api-Key": "k" * 24})
        for step in steps:
            assert step is not None
            try:
                step(made)
            except GatewayError as error:
                return error.kind.name
        return "served"

    assert [call() for _ in range(3)] == ["served", "THROTTLED", "THROTTLED"]
    found = table.stage(owner, stage).find(b"k" * 24)
    assert found is not None
    for bucket in (gate.bucket for gate in found.gates_of("/things/{id}/GET") if gate.bucket is not None):
        assert [bucket.take() for _ in range(3)] == [True, True, False]
        for _ in range(2):
            bucket.back()
    assert [call() for _ in range(2)] == ["THROTTLED", "QUOTA_EXCEEDED"]


def test_no_limit_no_step(tmp_path: Path) -> None:
    clock = FakeClock()
    program, method = compiled()
    assert build(replace(method, throttle=Throttle(1.0, 1)), parts(program)) is None, "a method that is only tried"
    traffic = Traffic(clock, NodeState(tmp_path, clock, 0, shared=False))
    assert build(method, replace(parts(program), traffic=traffic)) is None
