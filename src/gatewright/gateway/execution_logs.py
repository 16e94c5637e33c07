"""Where execution logs go: a log group for each stage, its name AWS's.

AWS: "Set up CloudWatch logging for REST APIs in API Gateway", "Configure logging for WebSocket APIs in API Gateway".
HTTP APIs have none.
"""

from __future__ import annotations

from gatewright.gateway.base import Telemetry
from gatewright.gateway.exchange import Exchange, Watch
from gatewright.program.http_api import HttpApiProgram
from gatewright.program.records import StageProgram
from gatewright.program.websocket import WebSocketProgram
from gatewright.telemetry.base import Destination, Source


def group(program: StageProgram | WebSocketProgram) -> str:
    """The name of a stage's log group. AWS gives the canary of a REST API's stage one of its own."""
    if isinstance(program, WebSocketProgram):
        return f"/aws/apigateway/{program.api_id}/{program.stage}"
    name = f"API-Gateway-Execution-Logs_{program.api_id}/{program.stage}"
    return f"{name}/Canary" if program.is_canary else name


def build(program: StageProgram | HttpApiProgram | WebSocketProgram, telemetry: Telemetry) -> Watch | None:
    """Sends the log of an exchange on its way; None: no method of the stage has one."""
    lines = telemetry.lines
    if lines is None or isinstance(program, HttpApiProgram) or not _wanted(program):
        return None
    canary = isinstance(program, StageProgram) and bool(program.is_canary)
    writer = lines.open(
        Source("execution", program.api_id, program.stage, canary),
        Destination("logs", program.account, program.region, group(program)),
    )

    def send(exchange: Exchange) -> None:
        if exchange.log is not None:
            request_id = exchange.request_id.decode()
            for at, line in exchange.log.lines:
                writer.write(f"({request_id}) {line}", at)

    return send


def _wanted(program: StageProgram | WebSocketProgram) -> bool:
    if isinstance(program, WebSocketProgram):
        return any(route.telemetry.logging is not None for route in program.routes)
    methods = (method for resource in program.resources for method in resource.methods.values())
    return any(method.telemetry.logging is not None for method in methods)
