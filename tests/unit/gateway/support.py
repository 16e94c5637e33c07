"""An exchange that has been routed, and the parts that steps are built from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gatewright.clock import FakeClock
from gatewright.deploy.compile import compile_program
from gatewright.edge.target import Target
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.exchange import Exchange, Plan, Stage
from gatewright.gateway.live import Parts
from gatewright.program.records import MethodProgram, StageProgram
from gatewright.telemetry.counters import StageCounters
from tests.plays.stage import API, FUNCTION_HOST, Body, FakeRequest, FakeUpstream, document, mock, resource


def compiled(integration: Body | None = None, **stage: Any) -> tuple[StageProgram, MethodProgram]:
    """A stage of one resource "/things/{id}" with one method GET."""
    program = compile_program(document(resource("/things/{id}", GET=integration or mock()), **stage))
    return program, program.resources[0].methods["GET"]


def parts(program: StageProgram, upstream: FakeUpstream | None = None, max_payload: int = 1000) -> Parts:
    return Parts(
        program=program,
        upstream=upstream or FakeUpstream(),
        endpoints=OneEndpoint(Endpoint(FUNCTION_HOST)),
        counters=StageCounters(),
        max_payload=max_payload,
    )


def exchange(
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    query: str = "",
    integration: Body | None = None,
    authorization: str = "NONE",
    **stage: Any,
) -> Exchange:
    """GET /v1/things/7%207 as it stands when the first step begins."""
    pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
    request = FakeRequest("GET", f"/v1/things/7%207?{query}", pairs, body)
    made = Exchange(request, Target(API, request.path), FakeClock())
    made.program, method = compiled(integration, **stage)
    method = replace(method, authorization=authorization)
    made.verb = "GET"
    made.path, made.context_path = b"/things/7%207", b"/v1/things/7%207"
    made.plan, made.values = Plan("GET", method, ("id",), ()), [b"7%207"]
    made.stage = Stage(made.program, StageCounters())
    return made


def answer_of(made: Exchange) -> tuple[int, dict[str, str], bytes]:
    """What the client of an exchange got."""
    request = made.request
    assert isinstance(request, FakeRequest)
    assert request.answer is not None
    status, headers, body = request.answer
    return status, {name.decode(): value.decode() for name, value in headers}, body
