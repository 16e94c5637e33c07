"""Access logs of WebSocket APIs: the variables that they have besides those of events.

AWS: "Set up logging for a WebSocket API". One line for each handshake, message, and end of a connection.
"""

from __future__ import annotations

from collections.abc import Mapping

from gatewright.gateway.access_log import open_log
from gatewright.gateway.access_variables import (
    END,
    Read,
    function_status,
    integration_status,
    message_of,
    quoted,
    validation,
    with_kind,
)
from gatewright.gateway.base import Telemetry
from gatewright.gateway.exchange import Watch
from gatewright.gateway.websocket.context import VARIABLES
from gatewright.gateway.websocket.exchange import CONNECTING, DISCONNECTING, SocketExchange
from gatewright.program.records import LambdaIntegration
from gatewright.program.websocket import CONNECT, DISCONNECT, WebSocketProgram


def _route_key(exchange: SocketExchange) -> str:
    """Also of handshakes and ends for which there is no route."""
    if exchange.event == CONNECTING:
        return CONNECT
    return DISCONNECT if exchange.event == DISCONNECTING else exchange.route.route.key


def _socket_kind(exchange: SocketExchange) -> str:
    """Only handshakes are authorized; messages are of whom that has let in."""
    return exchange.route.route.authorization if exchange.event == CONNECTING else "NONE"


def _socket_status(exchange: SocketExchange) -> str | None:
    integration = exchange.route.route.integration
    proxied = integration is not None and isinstance(integration.backend, LambdaIntegration)
    return function_status(exchange) if proxied else integration_status(exchange)


VARIABLES_AT_END: Mapping[str, Read] = {
    **VARIABLES,
    **END,
    **with_kind(_socket_kind),
    "routeKey": _route_key,
    "error.message": lambda ex: message_of(ex.error),
    "error.messageString": lambda ex: quoted(message_of(ex.error)),
    "error.validationErrorString": validation,
    "integration.status": _socket_status,
}


def build(program: WebSocketProgram, telemetry: Telemetry | None) -> Watch | None:
    """Writes the access log of a stage; None: it has none."""
    log = open_log(program, telemetry, VARIABLES_AT_END)
    return None if log is None else log.watch
