from __future__ import annotations

import dataclasses

from gatewright.clock import FakeClock
from gatewright.gateway import execution_logs
from gatewright.gateway.base import Telemetry
from tests.plays.stage import API
from tests.plays.written import Written
from tests.unit.gateway.test_series import rest

GROUP = f"API-Gateway-Execution-Logs_{API}/v1"


def test_groups_are_named_as_awss() -> None:
    assert execution_logs.group(rest()) == GROUP
    assert execution_logs.group(dataclasses.replace(rest(), is_canary=False)) == GROUP
    assert execution_logs.group(dataclasses.replace(rest(), is_canary=True)) == f"{GROUP}/Canary"


def test_a_stage_without_logging_is_not_watched() -> None:
    telemetry = Telemetry(FakeClock(), Written())
    assert execution_logs.build(rest(), telemetry) is None
    loud = rest(methodSettings={"*/*": {"loggingLevel": "ERROR"}})
    assert execution_logs.build(loud, telemetry) is not None
    assert execution_logs.build(loud, Telemetry(FakeClock())) is None
