"""Configuration errors that every call of a method meets: AWS deploys such a method and answers 500."""

from __future__ import annotations

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.live import Parts
from gatewright.program.records import MethodProgram


def build(method: MethodProgram, parts: Parts) -> Step | None:
    problem = method.problem
    if problem is None:
        return None

    def fail(exchange: Exchange) -> None:
        raise configuration_error(problem)

    return fail
