from __future__ import annotations

from typing import Any

from gatewright.deploy.http_api import compile_http_api
from gatewright.deploy.http_api_document import assemble, unsupported
from tests.plays.http_api import http_document, proxy, route

_SNAPSHOT: dict[str, Any] = {
    "api": {"ApiId": "a", "Name": "n", "ProtocolType": "HTTP", "_internal": 1},
    "routes": [{"RouteId": "r", "RouteKey": "GET /", "Target": "integrations/i", "AuthorizationType": "NONE"}],
    "integrations": [{"IntegrationId": "i", **proxy("http://h.test"), "Description": "d"}],
    "authorizers": [],
}
_STAGE = {"StageName": "$default", "StageVariables": {"a": "b"}, "AutoDeploy": True}


def test_only_what_the_data_plane_reads() -> None:
    document = assemble("123456789012", "us-east-1", _SNAPSHOT, _STAGE, "d1")
    assert document == {
        "format": 1,
        "type": "HTTP",
        "account": "123456789012",
        "region": "us-east-1",
        "api": {"ApiId": "a", "Name": "n"},
        "stage": {"StageName": "$default", "StageVariables": {"a": "b"}},
        "deployment": "d1",
        "routes": [{"RouteKey": "GET /", "Target": "integrations/i", "AuthorizationType": "NONE"}],
        "integrations": [{"IntegrationId": "i", **proxy("http://h.test")}],
    }
    assert compile_http_api(document).routes[0].problem is None


def test_limits_of_routes() -> None:
    stage = _STAGE | {
        "DefaultRouteSettings": {"DetailedMetricsEnabled": False, "ThrottlingBurstLimit": 0},
        "RouteSettings": {"GET /": {"DetailedMetricsEnabled": True}},
    }
    document = assemble("123456789012", "us-east-1", _SNAPSHOT, stage, "d1")
    assert document["stage"] == {
        "StageName": "$default",
        "StageVariables": {"a": "b"},
        "DefaultRouteSettings": {"DetailedMetricsEnabled": False, "ThrottlingBurstLimit": 0},
        "RouteSettings": {"GET /": {"DetailedMetricsEnabled": True}},
    }


def test_the_authorizers_that_routes_name() -> None:
    authorizer = {"AuthorizerId": "a1", "AuthorizerType": "REQUEST", "IdentitySource": ["$request.header.x"]}
    unused = {"AuthorizerId": "a2", "AuthorizerType": "REQUEST", "Name": "unused"}
    routes = [each | {"AuthorizationType": "CUSTOM", "AuthorizerId": "a1"} for each in _SNAPSHOT["routes"]]
    snapshot = _SNAPSHOT | {"routes": routes, "authorizers": [authorizer | {"Name": "n"}, unused]}
    document = assemble("123456789012", "us-east-1", snapshot, _STAGE, "d1")
    assert document["authorizers"] == [authorizer]
    assert document["routes"][0]["AuthorizerId"] == "a1"


def test_what_is_asked_for_in_vain_is_told() -> None:
    document = http_document(route("GET /a", AuthorizationType="OTHER"), route("GET /b", AuthorizationType="AWS_IAM"))
    assert list(unsupported(document)) == ["GET /a: authorizationType OTHER is not supported yet, calls are refused"]
