"""A frozen HTTP API → its definition: ids become names, defaults and what the store adds fall away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from gatewright.openapi.base import Body
from gatewright.openapi.http_api import TIMEOUT, HttpApi

_API = ("Name", "Version", "Description", "CorsConfiguration", "DisableExecuteApiEndpoint", "IpAddressType", "Tags")
_API_DEFAULTS: Body = {"IpAddressType": "ipv4"}
_ROUTE = ("RouteKey", "AuthorizationType", "AuthorizationScopes", "OperationName")
_NOT_INTEGRATION = ("IntegrationId", "Description", "ApiGatewayManaged")
_INTEGRATION_DEFAULTS: Body = {"TimeoutInMillis": TIMEOUT}
_TARGET = "integrations/"


def definition(snapshot: Mapping[str, Any]) -> HttpApi:
    """The definition that a snapshot froze. An integration that one route has is called by its key, others
    integration1, integration2, …; authorizers of one name are told apart.
    """
    authorizers = _authorizers(snapshot.get("authorizers", ()))
    integrations = {
        each["IntegrationId"]: _without(each, _NOT_INTEGRATION, _INTEGRATION_DEFAULTS)
        for each in snapshot["integrations"]
    }
    names = _integrations(snapshot["routes"], integrations)
    return HttpApi(
        api={name: value for name, value in _without(snapshot["api"], (), _API_DEFAULTS).items() if name in _API},
        authorizers=[
            _without(each, ("AuthorizerId",)) | {"Name": authorizers[each["AuthorizerId"]]}
            for each in snapshot.get("authorizers", ())
        ],
        integrations={names[key]: integration for key, integration in integrations.items()},
        routes=[_route(each, names, authorizers) for each in snapshot["routes"]],
    )


def _integrations(routes: Any, integrations: dict[str, Body]) -> dict[str, str]:
    """A name for each integration's id. Numbers follow the routes, and for the others what they say, not the ids."""
    targets = [route["Target"].removeprefix(_TARGET) for route in routes if route.get("Target")]
    used = Counter(targets)
    names = {
        route["Target"].removeprefix(_TARGET): route["RouteKey"]
        for route in routes
        if route.get("Target") and used[route["Target"].removeprefix(_TARGET)] == 1
    }
    spare = [key for key in integrations if key not in used]
    spare.sort(key=lambda key: str(sorted(integrations[key].items())))
    shared = dict.fromkeys([*(target for target in targets if used[target] > 1), *spare])
    return names | {key: f"integration{at}" for at, key in enumerate(shared, 1)}


def _authorizers(authorizers: Any) -> dict[str, str]:
    """A name for each authorizer's id that no other has."""
    names: dict[str, str] = {}
    for each in authorizers:
        name = each["Name"]
        while name in names.values():
            name += "_"
        names[each["AuthorizerId"]] = name
    return names


def _without(document: Mapping[str, Any], members: tuple[str, ...], defaults: Body | None = None) -> Body:
    """A document without these members, internal ones, and what is empty or said anyway."""
    return {
        name: value
        for name, value in document.items()
        if name not in members and not name.startswith("_") and value not in (None, "", {}, [])
        if value != (defaults or {}).get(name, object) and (name, value) != ("DisableExecuteApiEndpoint", False)
    }


def _route(document: Mapping[str, Any], integrations: dict[str, str], authorizers: dict[str, str]) -> Body:
    route = {name: document[name] for name in _ROUTE if document.get(name)}
    if document.get("AuthorizerId") in authorizers:
        route["authorizer"] = authorizers[document["AuthorizerId"]]
    if document.get("Target"):
        route["integration"] = integrations[document["Target"].removeprefix(_TARGET)]
    return route
