"""The program document of an HTTP API: what the control process writes and an edge worker compiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatewright.deploy import telemetry, throttling
from gatewright.deploy.document import FLUSHED
from gatewright.deploy.http_api import FORMAT, TYPE
from gatewright.deploy.http_api_authorizers import MEMBERS

Body = Mapping[str, Any]

# What the data plane does not read stays out: it would only make programs larger and change them for nothing.
_API = ("ApiId", "Name", "CorsConfiguration", "DisableExecuteApiEndpoint")
_STAGE = ("StageName", "StageVariables", FLUSHED, *telemetry.STAGE_MEMBERS_2)
_ROUTE = ("RouteKey", "Target", "AuthorizationType", "AuthorizerId", "AuthorizationScopes")
_INTEGRATION = (
    "IntegrationId",
    "IntegrationType",
    "IntegrationSubtype",
    "IntegrationUri",
    "IntegrationMethod",
    "PayloadFormatVersion",
    "ConnectionType",
    "ConnectionId",
    "CredentialsArn",
    "RequestParameters",
    "ResponseParameters",
    "TimeoutInMillis",
    "TlsConfig",
)


_ENFORCED = frozenset({"NONE", "AWS_IAM", "CUSTOM", "JWT"})  # authorization types that are checked


def assemble(account: str, region: str, snapshot: Body, stage: Body, deployment: str) -> dict[str, Any]:
    """Join a deployment's snapshot with the stage that serves it."""
    document = {
        "format": FORMAT,
        "type": TYPE,
        "account": account,
        "region": region,
        "api": _only(snapshot["api"], _API),
        "stage": _only(stage, _STAGE) | _settings(stage),
        "deployment": deployment,
        "routes": [_only(each, _ROUTE) for each in snapshot["routes"]],
        "integrations": [_only(each, _INTEGRATION) for each in snapshot["integrations"]],
    }
    named = {route.get("AuthorizerId") for route in snapshot["routes"]}
    authorizers = [each for each in snapshot.get("authorizers") or () if each["AuthorizerId"] in named]
    if authorizers:
        document["authorizers"] = [_only(each, MEMBERS) for each in authorizers]
    return document


def unsupported(document: Body) -> Iterator[str]:
    """A line for whatever a program document asks for that is stored, but not run yet."""
    for route in document["routes"]:
        kind = route.get("AuthorizationType") or "NONE"
        if kind not in _ENFORCED:
            yield f"{route['RouteKey']}: authorizationType {kind} is not supported yet, calls are refused"


_ROUTE_SETTING = (*throttling.ROUTE_MEMBERS, *telemetry.ROUTE_MEMBERS)


def _settings(stage: Body) -> dict[str, Any]:
    """A stage's settings of routes. One that is empty lifts that of the stage."""
    default = _only(stage.get("DefaultRouteSettings") or {}, _ROUTE_SETTING)
    routes = {key: _only(each, _ROUTE_SETTING) for key, each in (stage.get("RouteSettings") or {}).items()}
    given = {"DefaultRouteSettings": default, "RouteSettings": routes}
    return {member: value for member, value in given.items() if value}


def _only(body: Body, members: tuple[str, ...]) -> dict[str, Any]:
    return {member: body[member] for member in members if body.get(member) is not None}
