"""Freezes an API: everything that a deployment keeps, read in the caller's transaction."""

from __future__ import annotations

from typing import Any

from gatewright.store.base import Key, Transaction


def freeze(tx: Transaction, account: str, region: str, api_id: str) -> dict[str, Any]:
    """The snapshot of an API as it is now: {"api": RestApi, "resources": [Resource, …], "gatewayResponses":
    [GatewayResponse, …]}, the latter only as far as they were customised. Raises LookupError.
    """
    api = tx.get(Key(account, region, "rest_api", "", api_id))
    if api is None:
        raise LookupError(f"no REST API {api_id} in account {account}, Region {region}")
    resources = tx.list(account, region, "resource", api_id)
    frozen = {"api": api.body, "resources": sorted((each.body for each in resources), key=lambda body: body["path"])}
    responses = tx.list(account, region, "gateway_response", api_id)
    return frozen | {"gatewayResponses": [each.body for each in responses]}
