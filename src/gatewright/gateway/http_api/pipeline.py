"""The order of the steps of an HTTP API's route, on one screen.

Before a route is known, `Site.handle` has already done, in AWS's order:

    404 Not Found       no such stage, or the default endpoint is disabled
    431                 request line and headers over 10,240 bytes
    CORS preflight      answered here if the API has a CORS configuration, whether a route would match or not; a route
                        that does match and wants authorization is asked first (`preflight`)
    404 Not Found       no such route

Then the route's own steps run. Whatever the answer is, `HttpExchange.finish` adds the CORS headers.
"""

from __future__ import annotations

from collections.abc import Callable

from gatewright.gateway.exchange import Step
from gatewright.gateway.http_api import steps
from gatewright.gateway.http_api.integrations import build as integration
from gatewright.gateway.http_api.live import HttpParts
from gatewright.program.http_api import RouteProgram

Builder = Callable[[RouteProgram, HttpParts], Step | None]

ORDER: tuple[Builder, ...] = (
    steps.throttle,  # limits of the route, of the account (429)
    steps.authorization,  # who may call (401, 403)
    steps.size,  # 413
    steps.configuration,  # what can never work (500)
    integration,  # request mapping, the call, response mapping
)


def compose(route: RouteProgram, parts: HttpParts) -> tuple[Step, ...]:
    """The steps of one route. What it does not configure is not among them."""
    built = (build(route, parts) for build in ORDER)
    return tuple(step for step in built if step is not None)


def compose_preflight(route: RouteProgram | None, parts: HttpParts) -> tuple[Step, ...]:
    """The steps of a preflight request that selects this route, or none."""
    guard = None if route is None else steps.authorization(route, parts)
    return (steps.answer_preflight,) if guard is None else (guard, steps.answer_preflight)
