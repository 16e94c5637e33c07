from __future__ import annotations

import dataclasses
from pathlib import Path

from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry, Traffic
from gatewright.gateway.pipeline import ORDER, compose
from gatewright.program.caching import Caching, StageCache
from gatewright.program.records import Validation
from gatewright.program.telemetry import Logging, MethodTelemetry
from gatewright.program.throttle import Throttle
from gatewright.state.memory import MemoryCache
from gatewright.state.node import NodeState
from tests.plays.stage import http_proxy, mock
from tests.plays.written import Written
from tests.unit.gateway.support import compiled, parts


def _steps(**members: object) -> int:
    program, method = compiled(mock() | members)
    return len(compose(method, parts(program)))


def test_what_is_not_configured_is_not_in_the_chain() -> None:
    assert _steps() == 2  # body, integration
    assert _steps(authorizationType="AWS_IAM") == 3
    assert _steps(authorizationType="AWS_IAM", apiKeyRequired=True) == 4


def test_everything_configured_is_every_step_in_order(tmp_path: Path) -> None:
    illegal = http_proxy("http://b.test", requestParameters={"integration.request.header.Content-Length": "'1'"})
    program, method = compiled(illegal | {"authorizationType": "CUSTOM", "apiKeyRequired": True})
    method = dataclasses.replace(
        method,
        validation=Validation((), ()),
        throttle=Throttle(1.0, 1),
        caching=Caching("", (), 1, False, True, "FAIL_WITH_403"),
        telemetry=MethodTelemetry(Logging("INFO", data_trace=False)),
    )
    clock = FakeClock()
    traffic = Traffic(clock, NodeState(tmp_path, clock, 0, shared=False))
    everything = dataclasses.replace(
        parts(dataclasses.replace(program, cache=StageCache(1000, "", 0))),
        traffic=traffic,
        answers=MemoryCache(clock, 1000),
        telemetry=Telemetry(clock, Written(), traces=True),
    )
    assert len(compose(method, everything)) == len(ORDER)
    rooms = [builder.__module__.rpartition(".")[2] for builder in ORDER]
    assert rooms == [
        "tracing",
        "execution_log",
        "authorization",
        "api_key",
        "throttle",
        "execution_log",
        "body",
        "validation",
        "cache",
        "configuration",
        "invoke",
    ]
