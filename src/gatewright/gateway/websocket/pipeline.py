"""The order of the steps of a WebSocket API's routes, on one screen.

Before a handshake's steps, `SocketSite` has found the stage (403), and seen that it is a handshake (426, 400). Before a
message's, the route was selected (`Forbidden`). $disconnect is asked nothing: its connection is gone.
"""

from __future__ import annotations

from typing import Final

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Step
from gatewright.gateway.websocket import authorization, execution_log, steps
from gatewright.gateway.websocket.integrations import build as integration
from gatewright.gateway.websocket.live import SocketParts
from gatewright.program.websocket import CONNECT, DISCONNECT, SocketRoute

_ACCEPTED: Final = Answer(200, b"", b"")


def compose(route: SocketRoute, parts: SocketParts) -> tuple[Step, ...]:
    """The steps of one route. What it does not configure is not among them."""
    built: tuple[Step | None, ...]
    if route.key == CONNECT:
        built = (
            execution_log.begin(route, parts),
            steps.new_connections(parts),
            steps.throttle(route, parts),  # 429
            authorization.build(route, parts),  # 401, 403
            steps.api_key(route, parts),  # 403
            steps.parameters(route, parts),  # 400
            steps.configuration(route, parts),  # 500
            integration(route, parts) or accept,
        )
    elif route.key == DISCONNECT:
        built = (
            execution_log.begin(route, parts),
            steps.configuration(route, parts),
            integration(route, parts) or accept,
        )
    else:
        built = (
            execution_log.begin(route, parts),
            steps.throttle(route, parts),
            steps.validation(route, parts),
            steps.configuration(route, parts),
            integration(route, parts) or _nowhere,
        )
    return tuple(step for step in built if step is not None)


def accept(exchange: Exchange) -> Answer:
    """Nobody is asked: the connection is accepted."""
    return _ACCEPTED


def _nowhere(exchange: Exchange) -> None:
    raise configuration_error("the route has no integration")
