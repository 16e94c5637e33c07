"""The steps before the integration: `build(route, parts)` gives the step, or None where the route needs none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from gatewright.gateway import throttling
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Outcome, Step
from gatewright.gateway.http_api.authorizers import function, iam, jwt
from gatewright.gateway.http_api.exchange import own
from gatewright.gateway.http_api.live import HttpParts
from gatewright.gateway.paths import has_dot_segments
from gatewright.program.authorizers import FunctionAuthorizer
from gatewright.program.http_api import RouteProgram

# AuthorizationType → what builds its step, which sets the exchange's grant, or ends the request.
GUARDS: Mapping[str, Callable[[RouteProgram, HttpParts], Step]] = {
    "AWS_IAM": iam.build,
    "CUSTOM": function.build,
    "JWT": jwt.build,
}
# What a route without its check answers. AWS: 401 is for tokens, 403 for signatures and authorizers that deny.
_REFUSALS: Final = {"JWT": "UNAUTHORIZED"}


def throttle(route: RouteProgram, parts: HttpParts) -> Step | None:
    """How often a route may be called: 429. unverified: that AWS looks before it asks who calls."""
    program = parts.program
    name = f"route/{program.api_id}/{program.stage}/{route.key}"
    return throttling.build(parts.traffic, (program.account, program.region), name, route.throttle)


def authorization(route: RouteProgram, parts: HttpParts) -> Step | None:
    """Kinds of authorization that are not supported yet are refused: a protected route must never be open."""
    kind = route.authorization
    if kind == "NONE":
        return None
    if kind in GUARDS:
        step = GUARDS[kind](route, parts)
        return _checked(step) if _by_path(route) else step
    refusal = _REFUSALS.get(kind, "ACCESS_DENIED")

    def refuse(exchange: Exchange) -> None:
        raise GatewayError(refusal, log=f"authorizationType {kind} is not supported yet: the call was refused")

    return refuse


def _by_path(route: RouteProgram) -> bool:
    """Whether policies decide, which name paths: the caller's, or what a Lambda authorizer answers with."""
    authorizer = route.authorizer
    return route.authorization == "AWS_IAM" or (isinstance(authorizer, FunctionAuthorizer) and not authorizer.simple)


def _checked(step: Step) -> Step:
    """Refuse paths that a backend may read as other ones (as steps/authorization.py; unverified for AWS)."""

    def check(exchange: Exchange) -> Outcome:
        if has_dot_segments(exchange.path):
            log = "The path has dot segments, and a policy decides by paths: the call was refused"
            raise GatewayError("ACCESS_DENIED", log=log)
        return step(exchange)

    return check


def size(route: RouteProgram, parts: HttpParts) -> Step | None:
    """A body over the limit: 413."""
    return _check_size


def _check_size(exchange: Exchange) -> None:
    if exchange.request.too_large:
        raise GatewayError("REQUEST_TOO_LARGE")


def configuration(route: RouteProgram, parts: HttpParts) -> Step | None:
    """Configuration errors that every call of a route meets."""
    problem = route.problem
    if problem is None:
        return None

    def fail(exchange: Exchange) -> None:
        raise configuration_error(problem)

    return fail


def answer_preflight(exchange: Exchange) -> Answer:
    """The last step of a preflight request that the gateway answers itself."""
    visit = own(exchange)
    assert visit.serving is not None
    assert visit.serving.cors is not None
    visit.is_preflight = True
    return visit.serving.cors.preflight(visit.header(b"origin") or b"")
