"""The steps before the integration: `build(route, parts)` gives the step, or None where the route needs none."""

from __future__ import annotations

from typing import Final

from gatewright.gateway import throttling
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Exchange, Step
from gatewright.gateway.steps.api_key import Checker, refuse
from gatewright.gateway.websocket.exchange import own
from gatewright.gateway.websocket.live import SocketParts
from gatewright.gateway.websocket.view import SocketView
from gatewright.program.records import RequiredParameter
from gatewright.program.throttle import Throttle
from gatewright.program.websocket import DEFAULT, SocketRoute

# New connections of an account, a second. AWS: "Quotas for configuring and running a WebSocket API in API Gateway".
NEW_CONNECTIONS: Final = Throttle(500.0, 500)


def throttle(route: SocketRoute, parts: SocketParts) -> Step | None:
    """How often a route may be called: 429."""
    program = parts.program
    name = f"route/{program.api_id}/{program.stage}/{route.key}"
    return throttling.build(parts.traffic, (program.account, program.region), name, route.throttle)


def new_connections(parts: SocketParts) -> Step | None:
    """How many connections an account may open: 429. Only where accounts have limits at all."""
    traffic, program = parts.traffic, parts.program
    if traffic is None or traffic.account is None:
        return None
    name = f"connections/{program.account}/{program.region}"
    return throttling.limit(traffic, name, NEW_CONNECTIONS)


def api_key(route: SocketRoute, parts: SocketParts) -> Step | None:
    """Whose connection it is, and what their usage plan allows: 403, 429. A key of a plan that has this stage."""
    if not route.api_key_required:
        return None
    program, traffic = parts.program, parts.traffic
    if traffic is None or traffic.keys is None:
        return refuse
    owner = program.account, program.region
    # unverified: the words of the log about throttles and quotas
    where = f"WebSocket API {program.api_id}, Stage {program.stage}, Route"
    checker = Checker(owner, program.api_id, program.stage, "", f"route '{route.key}'", where, traffic.keys, None)
    return checker.check_named if program.key_from_authorizer else checker.check_sent


def parameters(route: SocketRoute, parts: SocketParts) -> Step | None:
    """What a handshake must carry: 400. unverified: status and words (here: those of REST APIs)."""
    required = route.required
    if not required:
        return None

    def check(exchange: Exchange) -> None:
        missing = [each.name for each in required if not _value(exchange, each).strip()]
        if missing:
            raise GatewayError("BAD_REQUEST_PARAMETERS", f"Missing required request parameters: [{', '.join(missing)}]")

    return check


def _value(exchange: Exchange, parameter: RequiredParameter) -> str:
    """Empty when there is none; header names match in any case."""
    if parameter.location == "header":
        raw = exchange.header(parameter.name.lower().encode())
        return "" if raw is None else raw.decode("latin-1")
    values = [value for key, value in exchange.query if key == parameter.name]
    return values[-1] if values else ""


def validation(route: SocketRoute, parts: SocketParts) -> Step | None:
    """A message that is not as the model wants it that the expression selects, or for which there is no model."""
    models = route.models
    if models is None:
        return None
    by_key, selection = models.by_key, models.selection

    def check(exchange: Exchange) -> None:
        schema = None if selection is None else by_key.get(selection.evaluate(SocketView(own(exchange))))
        if schema is None:
            schema = by_key.get(DEFAULT)
        problems = ["no model for the message"] if schema is None else schema.problems(exchange.body)
        if problems:
            raise GatewayError("BAD_REQUEST_BODY", log=f"Request body does not match model schema: {problems}")

    return check


def configuration(route: SocketRoute, parts: SocketParts) -> Step | None:
    """Configuration errors that every event of a route meets."""
    problem = route.problem
    if problem is None:
        return None

    def fail(exchange: Exchange) -> None:
        raise configuration_error(problem)

    return fail
