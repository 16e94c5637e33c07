"""Routes through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails


def test_routes(v2: Any, http_api: str) -> None:
    made = v2.create_route(ApiId=http_api, RouteKey="GET /orders")
    at = {"ApiId": http_api, "RouteId": made["RouteId"]}
    assert (made["ApiKeyRequired"], made["AuthorizationType"]) == (False, "NONE")
    assert v2.get_route(**at)["RouteKey"] == "GET /orders"
    assert v2.update_route(**at, RouteKey="POST /orders")["RouteKey"] == "POST /orders"
    assert [each["RouteId"] for each in v2.get_routes(ApiId=http_api)["Items"]] == [made["RouteId"]]
    fails(409, "Route with key POST /orders already exists", v2.create_route, ApiId=http_api, RouteKey="POST /orders")
    fails(400, "is not formatted properly for HTTP protocol", v2.update_route, **at, RouteKey="nonsense")
    v2.delete_route(**at)
    for operation in (v2.get_route, v2.update_route, v2.delete_route):
        fails(404, f"Invalid Route identifier specified {made['RouteId']}", operation, **at)
    fails(404, "Invalid API identifier specified nothing", v2.get_routes, ApiId="nothing")


def test_request_parameters(v2: Any, websocket_api: str) -> None:
    name = "route.request.querystring.q"
    made = v2.create_route(ApiId=websocket_api, RouteKey="$connect", RequestParameters={name: {"Required": True}})
    at = {"ApiId": websocket_api, "RouteId": made["RouteId"], "RequestParameterKey": name}
    v2.delete_route_request_parameter(**at)
    assert not v2.get_route(ApiId=websocket_api, RouteId=made["RouteId"]).get("RequestParameters")
    fails(404, "Invalid request parameter specified", v2.delete_route_request_parameter, **at)
