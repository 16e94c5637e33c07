"""The integration step: a table from integration record to its builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gatewright.gateway.exchange import Step
from gatewright.gateway.websocket import function, http, mock, service
from gatewright.gateway.websocket.live import SocketParts
from gatewright.program.records import (
    AwsIntegration,
    CustomLambdaIntegration,
    HttpIntegration,
    HttpProxyIntegration,
    LambdaIntegration,
    MockIntegration,
)
from gatewright.program.websocket import SocketIntegration, SocketRoute

_BUILDERS: Mapping[type, Callable[[SocketIntegration, SocketRoute, SocketParts], Step]] = {
    MockIntegration: mock.build,
    HttpProxyIntegration: http.build,
    HttpIntegration: http.build,
    LambdaIntegration: function.build,
    AwsIntegration: service.build,
    CustomLambdaIntegration: service.build_function,
}


def build(route: SocketRoute, parts: SocketParts) -> Step | None:
    """None for a route without an integration, or with a configuration error: its events never get here."""
    integration = route.integration
    if integration is None or route.problem is not None:
        return None
    return _BUILDERS[type(integration.backend)](integration, route, parts)
