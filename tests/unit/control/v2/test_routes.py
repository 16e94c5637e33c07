"""Routes: literals and shapes of the v2 control-plane facts, section 5."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, missing, refused, shown

TARGET = "Unexpected or malformed target in route. Correct format should be integrations/<integration_id>."


def test_defaults(plane: Control) -> None:
    api_id = plane.http_api()
    made = shown(plane.v2.create_route(ApiId=api_id, RouteKey="GET /x"))
    route_id = made.pop("RouteId")
    assert made == {"ApiKeyRequired": False, "AuthorizationType": "NONE", "RouteKey": "GET /x"}
    assert shown(plane.v2.get_route(ApiId=api_id, RouteId=route_id)) == made | {"RouteId": route_id}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"RouteKey": "GET /orders"},
            (409, "ConflictException", "Route with key GET /orders already exists for this API"),
        ),
        ({"Target": "x"}, bad(TARGET)),
        ({"Target": "integrations/"}, bad(TARGET)),
        ({"Target": "integrations/none"}, missing("Invalid Integration identifier specified none")),
        ({"ApiKeyRequired": True}, bad("ApiKeyRequired is not currently supported for HTTP APIs.")),
        ({"RequestModels": {"a": "b"}}, bad("RequestModels is not currently supported for HTTP APIs.")),
        (
            {"RequestParameters": {"route.request.header.a": {"Required": True}}},
            bad("RequestParameters is not currently supported for HTTP APIs."),
        ),
    ],
)
def test_what_http_apis_refuse(plane: Control, given: dict[str, Any], expected: tuple[int, str, str]) -> None:
    assert refused(plane.v2.create_route, ApiId=plane.http_api(), **{"RouteKey": "GET /x"} | given) == expected


def test_updates(plane: Control) -> None:
    api_id = plane.http_api()
    route = plane.v2.get_routes(ApiId=api_id)["Items"][0]
    at = {"ApiId": api_id, "RouteId": route["RouteId"]}
    assert plane.v2.update_route(**at, RouteKey="POST /orders")["Target"] == route["Target"]
    assert "Target" not in plane.v2.update_route(**at, Target="")
    plane.v2.create_route(ApiId=api_id, RouteKey="GET /x")
    assert refused(plane.v2.update_route, **at, RouteKey="GET /x")[0] == 409
    plane.v2.delete_route(**at)
    expected = missing(f"Invalid Route identifier specified {route['RouteId']}")
    assert refused(plane.v2.get_route, **at) == refused(plane.v2.delete_route, **at) == expected


def test_request_parameters_are_merged_and_deleted_one_by_one(plane: Control) -> None:
    api_id = plane.websocket_api()
    name, other = "route.request.querystring.a", "route.request.header.b"
    route_id = plane.v2.create_route(
        ApiId=api_id, RouteKey="$connect", ApiKeyRequired=True, RequestParameters={name: {"Required": True}}
    )["RouteId"]
    at = {"ApiId": api_id, "RouteId": route_id}
    after = plane.v2.update_route(**at, RequestParameters={other: {"Required": False}})
    assert after["RequestParameters"] == {name: {"Required": True}, other: {"Required": False}}
    plane.v2.delete_route_request_parameter(**at, RequestParameterKey=name)
    assert plane.v2.get_route(**at)["RequestParameters"] == {other: {"Required": False}}
    assert refused(plane.v2.delete_route_request_parameter, **at, RequestParameterKey=name)[0] == 404
    bad_name = {"x": {"Required": True}}
    assert refused(plane.v2.update_route, **at, RequestParameters=bad_name) == bad(
        "Invalid request parameter specified: x"
    )


def test_three_hundred(plane: Control) -> None:
    api_id = plane.http_api()
    with plane.store.transaction() as tx:
        key = tx.scan("route")[0].key
        for number in range(299):
            body = {"RouteId": f"r{number}", "RouteKey": f"GET /{number}", "AuthorizationType": "NONE"}
            tx.insert(type(key)(key.account, key.region, "route", key.parent, f"r{number}"), body)
    expected = (
        "Maximum number of Routes for this API has been reached.  Please contact AWS if you need additional Routes."
    )
    assert refused(plane.v2.create_route, ApiId=api_id, RouteKey="GET /x") == (
        429,
        "TooManyRequestsException",
        expected,
    )
