from __future__ import annotations

from gatewright.clock import FakeClock
from gatewright.deploy.websocket import compile_websocket
from gatewright.gateway.base import Telemetry
from gatewright.gateway.websocket.access_log import build
from tests.plays.stage import ACCOUNT
from tests.plays.websocket_documents import socket_document
from tests.plays.written import Written

SETTINGS = {
    "AccessLogSettings": {
        "DestinationArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:g",
        "Format": "$context.requestId",
    }
}


def test_a_stage_with_settings_has_one() -> None:
    written = Written()
    assert build(compile_websocket(socket_document()), Telemetry(FakeClock(), written)) is None
    logged = compile_websocket(socket_document(stage=SETTINGS))
    assert build(logged, None) is None
    assert build(logged, Telemetry(FakeClock(), written)) is not None
    assert [log.destination.name for log in written.logs] == ["g"]
