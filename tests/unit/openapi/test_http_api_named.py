"""Frozen HTTP APIs → definitions."""

from __future__ import annotations

from typing import Any

from gatewright.openapi import http_api_named
from gatewright.openapi.base import Body


def integration(id: str, **more: Any) -> Body:
    return {
        "IntegrationId": id,
        "IntegrationType": "HTTP_PROXY",
        "TimeoutInMillis": 30000,
        "Description": "AutoCreate from OpenAPI Import",
        "RequestParameters": {},
    } | more


def route(key: str, target: str | None = None, **more: Any) -> Body:
    aimed = {} if target is None else {"Target": f"integrations/{target}"}
    return {"RouteId": "r", "RouteKey": key, "AuthorizationType": "NONE", "ApiKeyRequired": False} | aimed | more


def snapshot(**more: Any) -> Body:
    api = {"ApiId": "a", "Name": "n", "CreatedDate": 0, "IpAddressType": "ipv4", "DisableExecuteApiEndpoint": False}
    return {"api": api | {"Tags": {}, "_x": 1}, "routes": [], "integrations": [], "authorizers": []} | more


def test_the_api_without_defaults() -> None:
    assert http_api_named.definition(snapshot()).api == {"Name": "n"}


def test_integrations_are_called_by_their_route_or_numbered() -> None:
    found = http_api_named.definition(
        snapshot(
            routes=[route("$default"), route("GET /a", "one"), route("GET /b", "two"), route("GET /c", "two")],
            integrations=[
                integration("spare", IntegrationUri="z"),
                integration("two", TimeoutInMillis=50),
                integration("one", ApiGatewayManaged=True),
                integration("other", IntegrationUri="y"),
            ],
        )
    )
    url = {"IntegrationType": "HTTP_PROXY"}
    assert found.integrations == {
        "GET /a": url,
        "integration1": url | {"TimeoutInMillis": 50},
        "integration2": url | {"IntegrationUri": "y"},
        "integration3": url | {"IntegrationUri": "z"},
    }
    assert [each.get("integration") for each in found.routes] == [None, "GET /a", "integration1", "integration1"]


def test_authorizers_of_one_name_are_told_apart() -> None:
    authorizers = [{"AuthorizerId": each, "Name": "x", "AuthorizerType": "REQUEST"} for each in ("1", "2")]
    guarded = route("GET /a", AuthorizationType="CUSTOM", AuthorizerId="2", AuthorizationScopes=[])
    found = http_api_named.definition(snapshot(authorizers=authorizers, routes=[guarded]))
    assert [each["Name"] for each in found.authorizers] == ["x", "x_"]
    assert found.routes == [{"RouteKey": "GET /a", "AuthorizationType": "CUSTOM", "authorizer": "x_"}]
