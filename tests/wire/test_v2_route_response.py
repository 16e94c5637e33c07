"""Route responses through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails


def test_route_responses(v2: Any, websocket_api: str) -> None:
    of = {"ApiId": websocket_api, "RouteId": v2.create_route(ApiId=websocket_api, RouteKey="join")["RouteId"]}
    made = v2.create_route_response(**of, RouteResponseKey="$default")
    at = of | {"RouteResponseId": made["RouteResponseId"]}
    assert v2.get_route_response(**at)["RouteResponseKey"] == "$default"
    assert v2.update_route_response(**at, ModelSelectionExpression="x")["ModelSelectionExpression"] == "x"
    assert len(v2.get_route_responses(**of)["Items"]) == 1
    fails(400, "Invalid model identifier specified: N", v2.update_route_response, **at, ResponseModels={"a": "N"})
    fails(400, "only $default is supported", v2.create_route_response, **of, RouteResponseKey="x")
    v2.delete_route_response(**at)
    expected = f"Invalid RouteResponse identifier specified {made['RouteResponseId']}"
    for operation in (v2.get_route_response, v2.update_route_response, v2.delete_route_response):
        fails(404, expected, operation, **at)
    fails(404, "Invalid Route identifier specified x", v2.get_route_responses, ApiId=websocket_api, RouteId="x")


def test_http_apis_have_none(v2: Any, http_api: str) -> None:
    of = {"ApiId": http_api, "RouteId": v2.create_route(ApiId=http_api, RouteKey="GET /")["RouteId"]}
    expected = "RouteResponses are currently not supported for this API protocol type."
    fails(400, expected, v2.create_route_response, **of, RouteResponseKey="$default")
