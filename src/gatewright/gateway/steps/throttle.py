"""How often a method may be called: the stage's settings for it or for all methods, then the account's limit."""

from __future__ import annotations

from gatewright.gateway import throttling
from gatewright.gateway.exchange import Step
from gatewright.gateway.live import Parts
from gatewright.program.records import MethodProgram


def build(method: MethodProgram, parts: Parts) -> Step | None:
    program = parts.program
    name = f"method/{program.api_id}/{program.stage}{method.resource_path}/{method.verb}"
    return throttling.build(parts.traffic, (program.account, program.region), name, method.throttle)
