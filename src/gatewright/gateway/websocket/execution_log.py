"""The execution log of a WebSocket API's route: each event of a connection has one of its own.

The words are those that users of AWS have published (https://stackoverflow.com/q/67640010 for $connect), not AWS's
documentation. unverified: whether other routes tell of API keys, too.
"""

from __future__ import annotations

from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.execution_log import ExecutionLog
from gatewright.gateway.websocket.exchange import CONNECTING, DISCONNECTING, MESSAGE, SocketExchange, own
from gatewright.gateway.websocket.live import SocketParts
from gatewright.program.websocket import CONNECT, SocketRoute


def begin(route: SocketRoute, parts: SocketParts) -> Step | None:
    """Opens the log."""
    logging, telemetry = route.telemetry.logging, parts.telemetry
    if logging is None or telemetry is None or telemetry.lines is None:
        return None
    errors_only, data = logging.level == "ERROR", logging.data_trace
    key, api_id = route.key, parts.program.api_id
    place = f"{api_id}/{parts.program.stage}"
    keyless = key == CONNECT and not route.api_key_required

    def opened(exchange: Exchange) -> None:
        event = own(exchange)
        log = event.log = ExecutionLog(event.clock, errors_only=errors_only, data=data, refusals=True)
        request_id = event.request_id.decode()
        if event.has_request:
            headers = event.request.headers
            log.hide(
                [(name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in headers], event.query
            )
        log.write(f"Extended Request Id: {request_id}")
        if keyless:
            log.write(f"Verifying Usage Plan for request: {request_id}. API Key:  API Stage: {place}")
            log.write(
                f"API Key  authorized because route '{key}' does not require API Key. "
                "Request will not contribute to throttle or quota limits"
            )
            log.write(f"Usage Plan check succeeded for API Key  and API Stage {place}")
        log.write(f"Starting execution for request: {request_id}")
        log.write(f"WebSocket Request Route: [{key}]")
        client = event.client
        if event.event == CONNECTING:
            who = f"UserAgent: {client.user_agent or 'null'}, SourceIp: {client.source_ip}"
            log.write(f"Client [{who}] is connecting to WebSocket API [{api_id}].")
        elif event.event == MESSAGE:
            log.write(f"WebSocket API [{api_id}] received message from client [Connection Id: {client.id}].")
            log.trace("Request body: ", event.body)

    return opened


def end(event: SocketExchange, status: int, sent: bytes) -> None:
    """The last lines. `sent` to the client."""
    log, client, api_id = event.log, event.client, event.api.api_id
    assert log is not None
    if log.failed:
        log.end(status)
    elif event.event == MESSAGE:
        if sent:
            log.trace("Response body: ", sent)
        log.write(
            f"Message from client [Connection Id: {client.id}] sent to API [{api_id}] "
            f"with response status code [{status}]."
        )
    elif event.event == CONNECTING and 200 <= status < 300:
        log.write(f"Client [Connection Id: {client.id}] connected to API [{api_id}] successfully.")
    elif event.event == CONNECTING:
        log.write(f"Client [Connection Id: {client.id}] was not connected: status code [{status}].")
    elif event.event == DISCONNECTING:
        code, reason = event.ending or (1006, "")
        called = f" with integration response status code [{status}]" if event.integration_latency >= 0 else ""
        log.write(
            f"Client [Connection Id: {client.id}] disconnected from API [{api_id}]{called}. "
            f"Close reason: [{code}: {reason}]"
        )
