"""APIs: literals and shapes of the v2 control-plane facts, section 3."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.control.v2 import apis
from tests.unit.control.support import Control, bad, missing, refused, shown

WEBSOCKET = {"Name": "x", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.action"}
HTTP = {"Name": "x", "ProtocolType": "HTTP"}


def test_defaults_of_an_http_api(plane: Control) -> None:
    made = shown(plane.v2.create_api(**HTTP, Tags={"a": "b"}))
    api_id, created = made.pop("ApiId"), made.pop("CreatedDate")
    assert created.timestamp() == int(plane.clock.now())
    assert made == {
        "ApiEndpoint": f"https://{api_id}.execute-api.us-east-1.amazonaws.com",
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "DisableExecuteApiEndpoint": False,
        "IpAddressType": "ipv4",
        "Name": "x",
        "ProtocolType": "HTTP",
        "RouteSelectionExpression": "$request.method $request.path",
        "Tags": {"a": "b"},
    }
    assert len(api_id) == 10


def test_a_websocket_api(plane: Control) -> None:
    made = plane.v2.create_api(**WEBSOCKET, DisableSchemaValidation=True)
    assert made["ApiEndpoint"] == f"wss://{made['ApiId']}.execute-api.us-east-1.amazonaws.com"
    assert (made["RouteSelectionExpression"], made["DisableSchemaValidation"]) == ("$request.body.action", True)


def test_endpoints_in_china(plane: Control) -> None:
    made = plane.client("apigatewayv2", region="cn-north-1").create_api(**HTTP)
    assert made["ApiEndpoint"].endswith(".execute-api.cn-north-1.amazonaws.com.cn")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Name": ""}, "Invalid API name specified"),
        ({"Name": "x" * 129}, "Invalid API name specified"),
        ({"ProtocolType": "REST"}, "Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]"),
        (
            {"RouteSelectionExpression": "$request.body.x"},
            'Route selection expression is currently limited to "${request.method} ${request.path}"',
        ),
        (WEBSOCKET | {"RouteSelectionExpression": ""}, "Invalid routeSelectionExpression"),
        (
            WEBSOCKET | {"CorsConfiguration": {"AllowOrigins": ["*"]}},
            "Cors is not supported for WEBSOCKET protocolType",
        ),
        ({"ApiKeySelectionExpression": "x"}, "Invalid apiKeySelectionExpression"),
        ({"DisableSchemaValidation": True}, "DisableSchemaValidation is not supported for HTTP protocolType"),
        ({"Tags": {"aws:x": "y"}}, "Invalid tag key: aws:x"),
    ],
)
def test_what_is_refused(plane: Control, given: dict[str, Any], message: str) -> None:
    assert refused(plane.v2.create_api, **HTTP | given) == bad(message)


def test_an_update_changes_what_it_names(plane: Control) -> None:
    api_id = plane.v2.create_api(**HTTP, Description="d", Version="1", CorsConfiguration={"MaxAge": 1})["ApiId"]
    after = plane.v2.update_api(ApiId=api_id, Name="y", Description="", CorsConfiguration={"AllowOrigins": ["*"]})
    assert (after["Name"], after["Version"], after["CorsConfiguration"]) == ("y", "1", {"AllowOrigins": ["*"]})
    assert "Description" not in after
    assert shown(plane.v2.get_api(ApiId=api_id)) == shown(after)
    assert refused(plane.v2.update_api, ApiId=api_id, Name="") == bad("Invalid API name specified")


def test_the_two_services_do_not_see_each_others_apis(plane: Control) -> None:
    http, (rest, _) = plane.http_api(), plane.api()
    assert refused(plane.v2.get_api, ApiId=rest) == missing(f"Invalid API identifier specified {rest}")
    assert refused(plane.rest.get_rest_api, restApiId=http)[0] == 404
    assert refused(plane.v2.delete_api, ApiId=rest)[0] == refused(plane.rest.delete_rest_api, restApiId=http)[0] == 404
    assert [each["ApiId"] for each in plane.v2.get_apis()["Items"]] == [http]
    assert [each["id"] for each in plane.rest.get_rest_apis()["items"]] == [rest]


def test_ids_are_unique_over_both_services(plane: Control) -> None:
    plane.api(tags={"_custom_id_": "taken"})
    assert refused(plane.v2.create_api, **HTTP, Tags={"_custom_id_": "taken"})[:2] == (409, "ConflictException")
    assert plane.v2.create_api(**HTTP, Tags={"_custom_id_": "free"})["ApiId"] == "free"


def test_deleting_takes_everything_along(plane: Control) -> None:
    api_id = plane.http_api()
    plane.v2.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True)
    plane.published.calls.clear()
    plane.v2.delete_api(ApiId=api_id)
    assert [call[:2] for call in plane.published.calls] == [(api_id, "dev")]
    with plane.store.transaction(write=False) as tx:
        kinds = ("api", "route", "integration", "api_stage", "api_deployment", "snapshot")
        assert not [each for kind in kinds for each in tx.scan(kind)]


def test_pages(plane: Control) -> None:
    made = [plane.v2.create_api(**HTTP)["ApiId"] for _ in range(3)]
    first = plane.v2.get_apis(MaxResults="2")
    rest = plane.v2.get_apis(MaxResults="2", NextToken=first["NextToken"])
    assert sorted(each["ApiId"] for each in first["Items"] + rest["Items"]) == sorted(made)
    assert "NextToken" not in rest
    assert refused(plane.v2.get_apis, NextToken="nonsense") == bad("Invalid nextToken parameter specified")


@pytest.mark.parametrize("expression", ["$request.body.action", "${request.body.a}/b", "\\$default", "always"])
def test_route_selection_expressions(expression: str) -> None:
    apis.check(apis.defaults("WEBSOCKET") | WEBSOCKET | {"Name": "chat", "RouteSelectionExpression": expression})
