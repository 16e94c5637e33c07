"""The door itself; what happens behind it is played in tests/plays."""

from __future__ import annotations

from typing import Any

from gatewright.clock import FakeClock
from gatewright.edge.target import Target
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.gateway import MAX_PAYLOAD, Gateway
from gatewright.telemetry.counters import Counters
from tests.plays.stage import API, FUNCTION_HOST, FakeRequest, FakeUpstream
from tests.unit.gateway.support import compiled


def _gateway(**limits: Any) -> Gateway:
    return Gateway(FakeUpstream(), OneEndpoint(Endpoint(FUNCTION_HOST)), Counters(), FakeClock(), **limits)


def test_the_limit_of_a_body_is_aws_s_or_the_operators() -> None:
    request, target = FakeRequest("POST", "/v1", [], b""), Target(API, b"/v1")
    assert _gateway().admit(request, target) == MAX_PAYLOAD == 10_485_760
    assert _gateway(max_payload=5).admit(request, target) == 5


def test_programs_come_and_go_by_name() -> None:
    gateway = _gateway()
    program, _ = compiled()
    gateway.install(program.name, program)
    gateway.install(program.name, program)
    assert gateway.installed() == [program.name]
    gateway.install("unknown@v1", None)
    gateway.install(program.name, None)
    assert gateway.installed() == []


def test_counters_outlive_a_new_deployment() -> None:
    counters = Counters()
    gateway = Gateway(FakeUpstream(), OneEndpoint(Endpoint(FUNCTION_HOST)), counters, FakeClock())
    program, _ = compiled()
    for _ in range(2):
        gateway.install(program.name, program)
        request = FakeRequest("GET", "/v1/things/7", [], b"")
        gateway.handle(request, Target(API, request.path))
    assert counters.stage(API, "v1").count == 2
