from __future__ import annotations

from tests.unit.control.support import Control, bad, refused, shown


def test_a_response(plane: Control) -> None:
    api_id = plane.websocket_api()
    of = {"ApiId": api_id, "RouteId": plane.v2.create_route(ApiId=api_id, RouteKey="x")["RouteId"]}
    name = "route.response.header.a"
    made = shown(
        plane.v2.create_route_response(**of, RouteResponseKey="$default", ResponseParameters={name: {"Required": True}})
    )
    assert made == {
        "ResponseParameters": {name: {"Required": True}},
        "RouteResponseId": made["RouteResponseId"],
        "RouteResponseKey": "$default",
    }
    again = refused(plane.v2.create_route_response, **of, RouteResponseKey="$default")
    assert again[:2] == (409, "ConflictException")
    at = of | {"RouteResponseId": made["RouteResponseId"]}
    expected = bad("Currently, only $default is supported as a RouteResponseKey.")
    assert refused(plane.v2.update_route_response, **at, RouteResponseKey="x") == expected
    wrong = {"x": {"Required": True}}
    expected = bad("Invalid response parameter specified: x")
    assert refused(plane.v2.update_route_response, **at, ResponseParameters=wrong) == expected
    plane.v2.delete_route(**of)
    with plane.store.transaction(write=False) as tx:
        assert tx.scan("route_response") == []


def test_http_apis_have_none(plane: Control) -> None:
    api_id = plane.http_api()
    of = {"ApiId": api_id, "RouteId": plane.v2.get_routes(ApiId=api_id)["Items"][0]["RouteId"]}
    expected = bad("RouteResponses are currently not supported for this API protocol type.")
    assert refused(plane.v2.create_route_response, **of, RouteResponseKey="$default") == expected
