"""HTTP and WebSocket APIs through boto3 against a running server, accepted and refused."""

from __future__ import annotations

from typing import Any

from tests.wire.spoken import fails

NO_API = "Invalid API identifier specified nothing"


def test_apis(v2: Any, http_api: str) -> None:
    made = v2.get_api(ApiId=http_api)
    assert made["ApiEndpoint"] == f"https://{http_api}.execute-api.us-east-1.amazonaws.com"
    assert http_api in [each["ApiId"] for page in v2.get_paginator("get_apis").paginate() for each in page["Items"]]
    after = v2.update_api(ApiId=http_api, Name="other", CorsConfiguration={"AllowOrigins": ["https://a.test"]})
    assert (after["Name"], after["CorsConfiguration"]) == ("other", {"AllowOrigins": ["https://a.test"]})
    v2.delete_cors_configuration(ApiId=http_api)
    assert "CorsConfiguration" not in v2.get_api(ApiId=http_api)


def test_quick_create(v2: Any) -> None:
    api_id = v2.create_api(Name="quick", ProtocolType="HTTP", Target="https://a.test/")["ApiId"]
    (route,) = v2.get_routes(ApiId=api_id)["Items"]
    assert (route["RouteKey"], route["ApiGatewayManaged"]) == ("$default", True)
    v2.delete_api(ApiId=api_id)


def test_what_is_refused(v2: Any, http_api: str) -> None:
    fails(400, "Invalid API name specified", v2.create_api, Name="", ProtocolType="HTTP")
    fails(400, "Must be one of [HTTP, WEBSOCKET]", v2.create_api, Name="x", ProtocolType="REST")
    fails(400, "Invalid nextToken parameter", v2.get_apis, NextToken="nonsense")
    fails(400, "Invalid API name specified", v2.create_api, Name="x" * 129, ProtocolType="HTTP")
    fails(400, "Invalid API name specified", v2.update_api, ApiId=http_api, Name="x" * 129)
    fails(400, "length less than or equal to 1024", v2.update_api, ApiId=http_api, Description="x" * 1025)
    credentials = {"AllowCredentials": True, "AllowOrigins": ["*"]}
    fails(400, "allow-credentials is not supported", v2.update_api, ApiId=http_api, CorsConfiguration=credentials)
    for operation in (v2.get_api, v2.update_api, v2.delete_api, v2.delete_cors_configuration):
        fails(404, NO_API, operation, ApiId="nothing")


def test_the_services_are_two_products(v2: Any, live: Any, http_api: str) -> None:
    rest = live.client("apigateway")
    fails(404, "Invalid API identifier specified", rest.get_rest_api, restApiId=http_api)
    rest_api = rest.create_rest_api(name="wire")["id"]
    fails(404, f"Invalid API identifier specified {rest_api}", v2.get_api, ApiId=rest_api)
    fails(404, f"Invalid API identifier specified {rest_api}", v2.get_routes, ApiId=rest_api)
    rest.delete_rest_api(restApiId=rest_api)
