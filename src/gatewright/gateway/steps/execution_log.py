"""The execution log of a method: opened before all else is asked, begun in earnest when the caller may go on.

AWS writes the lines of authorizers and usage plans before "Starting execution" (as seen in its logs).
"""

from __future__ import annotations

from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.execution_log import ExecutionLog
from gatewright.gateway.live import Parts
from gatewright.program.records import MethodProgram


def begin(method: MethodProgram, parts: Parts) -> Step | None:
    """Opens the log."""
    logging, telemetry = method.telemetry.logging, parts.telemetry
    if logging is None or telemetry is None or telemetry.lines is None:
        return None
    errors_only, data = logging.level == "ERROR", logging.data_trace

    def opened(exchange: Exchange) -> None:
        log = exchange.log = ExecutionLog(exchange.clock, errors_only=errors_only, data=data, refusals=True)
        log.hide(_headers(exchange), exchange.query)
        log.write(f"Extended Request Id: {exchange.extended_id.decode()}")

    return opened


def start(method: MethodProgram, parts: Parts) -> Step | None:
    """Writes the method request."""
    if begin(method, parts) is None:
        return None
    place = f"{parts.program.api_id}/{parts.program.stage}"
    keyless = None if method.api_key_required else method.resource_path

    def started(exchange: Exchange) -> None:
        log = exchange.log
        assert log is not None
        request_id = exchange.request_id.decode()
        if keyless is not None:
            log.write(f"Verifying Usage Plan for request: {request_id}. API Key:  API Stage: {place}")
            log.write(
                f"API Key  authorized because method '{exchange.verb} {keyless}' does not require API Key. "
                "Request will not contribute to throttle or quota limits"
            )
            log.write(f"Usage Plan check succeeded for API Key  and API Stage {place}")
        names = zip(exchange.names, exchange.values, strict=True)
        log.begin(
            request_id,
            exchange.verb,
            exchange.path.decode("utf-8", "replace"),
            ((name, value.decode("utf-8", "replace")) for name, value in names),
            exchange.query,
            _headers(exchange),
            exchange.body,
        )

    return started


def _headers(exchange: Exchange) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in exchange.request.headers]
