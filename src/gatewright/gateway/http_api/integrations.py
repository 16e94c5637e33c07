"""The integration step: a table from integration record to its builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gatewright.gateway.exchange import Step
from gatewright.gateway.http_api import function, proxy, service
from gatewright.gateway.http_api.live import HttpParts
from gatewright.program.http_api import FunctionIntegration, ProxyIntegration, RouteProgram, ServiceIntegration

_BUILDERS: Mapping[type, Callable[[Any, RouteProgram, HttpParts], Step]] = {
    ProxyIntegration: proxy.build,
    FunctionIntegration: function.build,
    ServiceIntegration: service.build,
}


def build(route: RouteProgram, parts: HttpParts) -> Step | None:
    """None for a route with a configuration error: its calls never get here."""
    if route.problem is not None:
        return None
    return _BUILDERS[type(route.integration)](route.integration, route, parts)
