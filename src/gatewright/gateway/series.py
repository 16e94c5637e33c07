"""What the counters of a stage, and of a method or route with metrics of its own, are called."""

from __future__ import annotations

from gatewright.program.http_api import HttpApiProgram, RouteProgram
from gatewright.program.records import MethodProgram, StageProgram
from gatewright.program.route_table import DEFAULT, split_key
from gatewright.program.websocket import SocketRoute, WebSocketProgram
from gatewright.telemetry.counters import Counters, Series, StageCounters


def of_stage(program: StageProgram | HttpApiProgram | WebSocketProgram) -> Series:
    """The series of a stage, whichever product the API is."""
    product = "WEBSOCKET"
    if isinstance(program, StageProgram):
        product = "REST"
    elif isinstance(program, HttpApiProgram):
        product = "HTTP"
    name = program.telemetry.api_name
    return Series(product, program.account, program.region, program.api_id, name, program.stage)


def of_part(
    counters: Counters, stage: Series, part: MethodProgram | RouteProgram | SocketRoute
) -> StageCounters | None:
    """The counters of a method or route; None when it has none of its own."""
    if not part.telemetry.detailed:
        return None
    if isinstance(part, MethodProgram):
        return counters.of(stage.part(part.resource_path, part.verb))
    if isinstance(part, SocketRoute) or part.key == DEFAULT:
        return counters.of(stage.part(part.key, "" if isinstance(part, SocketRoute) else DEFAULT))
    verb, path = split_key(part.key)
    return counters.of(stage.part(path, verb))
