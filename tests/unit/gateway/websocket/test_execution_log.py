from __future__ import annotations

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.execution_log import ExecutionLog
from gatewright.gateway.websocket import execution_log
from gatewright.gateway.websocket.exchange import CONNECTING, DISCONNECTING
from tests.unit.gateway.websocket.support import event


@pytest.mark.parametrize(
    ("kind", "status", "end"),
    [
        (CONNECTING, 200, "connected to API [abcdefghij] successfully."),
        (CONNECTING, 401, "was not connected: status code [401]."),
        (DISCONNECTING, 200, "disconnected from API [abcdefghij]. Close reason: [1006: ]"),
    ],
)
def test_how_events_end(kind: str, status: int, end: str) -> None:
    exchange = event(kind=kind)
    log = exchange.log = ExecutionLog(FakeClock())
    execution_log.end(exchange, status, b"")
    assert [line for _, line in log.lines] == [f"Client [Connection Id: {exchange.client.id}] {end}"]


def test_a_failure_ends_with_its_status() -> None:
    exchange = event()
    log = exchange.log = ExecutionLog(FakeClock(), errors_only=True)
    log.fail("Execution failed")
    execution_log.end(exchange, 500, b"")
    assert [line for _, line in log.lines] == ["Execution failed", "Method completed with status: 500"]
