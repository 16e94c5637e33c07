from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.base import Traffic
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.steps.throttle import build
from gatewright.program.throttle import Throttle
from gatewright.state.node import NodeState
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


def test_no_limit_no_step(tmp_path: Path) -> None:
    clock = FakeClock()
    program, method = compiled()
    assert build(replace(method, throttle=Throttle(1.0, 1)), parts(program)) is None, "a method that is only tried"
    traffic = Traffic(clock, NodeState(tmp_path, clock, 0, shared=False))
    assert build(method, replace(parts(program), traffic=traffic)) is None
