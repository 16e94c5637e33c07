"""Integrations through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails

PROXY = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "PayloadFormatVersion": "1.0"}


def test_integrations(v2: Any, http_api: str) -> None:
    made = v2.create_integration(ApiId=http_api, IntegrationUri="https://a.test", **PROXY)
    at = {"ApiId": http_api, "IntegrationId": made["IntegrationId"]}
    assert (made["TimeoutInMillis"], made["ConnectionType"]) == (30000, "INTERNET")
    assert v2.update_integration(**at, TimeoutInMillis=50)["TimeoutInMillis"] == 50
    assert v2.get_integration(**at)["TimeoutInMillis"] == 50
    assert len(v2.get_integrations(ApiId=http_api)["Items"]) == 1
    fails(400, "Timeout should be between 50 ms and 30000 ms", v2.update_integration, **at, TimeoutInMillis=30001)
    fails(400, "Invalid HTTP endpoint specified for URI", v2.create_integration, ApiId=http_api, **PROXY)
    route = v2.create_route(ApiId=http_api, RouteKey="GET /", Target=f"integrations/{made['IntegrationId']}")
    fails(409, "is referenced in route: GET /", v2.delete_integration, **at)
    v2.delete_route(ApiId=http_api, RouteId=route["RouteId"])
    v2.delete_integration(**at)
    expected = f"Invalid Integration identifier specified {made['IntegrationId']}"
    for operation in (v2.get_integration, v2.update_integration, v2.delete_integration):
        fails(404, expected, operation, **at)
    fails(404, "Invalid API identifier specified nothing", v2.get_integrations, ApiId="nothing")
