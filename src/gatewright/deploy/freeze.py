"""Freezes an API: everything that a deployment keeps, read in the caller's transaction."""

from __future__ import annotations

from typing import Any

from gatewright.store.base import Body, Key, Transaction

# What else a deployment keeps: its member of the snapshot and the kind of its documents.
_LISTS = {
    "gatewayResponses": "gateway_response",
    "authorizers": "authorizer",
    "models": "model",
    "requestValidators": "request_validator",
}


def freeze(tx: Transaction, account: str, region: str, api_id: str) -> dict[str, Any]:
    """The snapshot of an API as it is now: {"api": RestApi, "resources": [Resource, …]} and a list for each of the
    nouns of `_LISTS`, of gateway responses those that were customised. Raises LookupError.
    """
    api = tx.get(Key(account, region, "rest_api", "", api_id))
    if api is None:
        raise LookupError(f"no REST API {api_id} in account {account}, Region {region}")
    resources = tx.list(account, region, "resource", api_id)
    frozen = {"api": api.body, "resources": sorted((each.body for each in resources), key=lambda body: body["path"])}
    return frozen | {
        member: [each.body for each in tx.list(account, region, kind, api_id)] for member, kind in _LISTS.items()
    }


def freeze_api(tx: Transaction, account: str, region: str, api_id: str) -> dict[str, Any]:
    """The snapshot of an HTTP or WebSocket API as it is now: {"api": Api, "routes": [Route, …], "integrations": […],
    "authorizers": […]}; of a WebSocket API also "models", "routeResponses" (each with `_routeId`) and
    "integrationResponses" (each with `_integrationId`). Raises LookupError.
    """
    api = tx.get(Key(account, region, "api", "", api_id))
    if api is None:
        raise LookupError(f"no HTTP or WebSocket API {api_id} in account {account}, Region {region}")

    def every(kind: str, parent: str = api_id) -> list[Body]:
        return [each.body for each in tx.list(account, region, kind, parent)]

    frozen: dict[str, Any] = {
        "api": api.body,
        "routes": sorted(every("route"), key=lambda route: str(route["RouteKey"])),
        "integrations": every("integration"),
        "authorizers": every("api_authorizer"),
    }
    if api.body["ProtocolType"] == "HTTP":
        return frozen
    return frozen | {
        "models": every("api_model"),
        "routeResponses": [each for route in frozen["routes"] for each in every("route_response", route["RouteId"])],
        "integrationResponses": [
            each
            for integration in frozen["integrations"]
            for each in every("integration_response", integration["IntegrationId"])
        ],
    }
