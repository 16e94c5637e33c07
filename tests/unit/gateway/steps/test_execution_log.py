from __future__ import annotations

import dataclasses

from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry
from gatewright.gateway.steps.execution_log import begin, start
from gatewright.program.telemetry import Logging, MethodTelemetry
from tests.plays.written import Written
from tests.unit.gateway.support import compiled, parts

LOUD = MethodTelemetry(Logging("INFO", data_trace=False))


def test_only_where_it_is_wanted_and_somebody_takes_it() -> None:
    program, method = compiled()
    quiet = parts(program)
    heard = dataclasses.replace(quiet, telemetry=Telemetry(FakeClock(), Written()))
    loud = dataclasses.replace(method, telemetry=LOUD)
    for build in (begin, start):
        assert build(method, heard) is None
        assert build(loud, quiet) is None
        assert build(loud, heard) is not None
