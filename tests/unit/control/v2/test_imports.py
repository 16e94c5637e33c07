"""ImportApi and ReimportApi."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.control.support import Control, bad, missing, refused, shown

URL = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com", "payloadFormatVersion": "1.0"}
SERVERS = [{"url": "https://x/{basePath}", "variables": {"basePath": {"default": "a/b"}}}]
FOUND = "Errors found during import:\n\t"


def document(paths: Any = None, **more: Any) -> str:
    paths = {"/x": {"get": {"x-amazon-apigateway-integration": URL}}} if paths is None else paths
    return json.dumps({"openapi": "3.0.1", "info": {"title": "api", "version": "1"}, "paths": paths} | more)


def keys(plane: Control, api_id: str) -> list[str]:
    return sorted(route["RouteKey"] for route in plane.v2.get_routes(ApiId=api_id)["Items"])


def test_an_import_is_an_api(plane: Control) -> None:
    cors = {"x-amazon-apigateway-cors": {"allowOrigins": ["*"]}, "components": {"schemas": {}}}
    made = shown(plane.v2.import_api(Body=document(**cors)))
    assert made.pop("ImportInfo") == ["components: key [schemas] will be ignored by API Gateway"]
    assert made == shown(plane.v2.get_api(ApiId=made["ApiId"]))
    assert (made["Name"], made["Version"], made["ProtocolType"]) == ("api", "1", "HTTP")
    assert made["CorsConfiguration"] == {"AllowOrigins": ["*"]}
    (route,) = plane.v2.get_routes(ApiId=made["ApiId"])["Items"]
    (integration,) = plane.v2.get_integrations(ApiId=made["ApiId"])["Items"]
    assert route["Target"] == f"integrations/{integration['IntegrationId']}"
    assert integration["Description"] == "AutoCreate from OpenAPI Import"
    assert plane.v2.get_stages(ApiId=made["ApiId"])["Items"] == []


@pytest.mark.parametrize(("base", "key"), [("ignore", "GET /x"), ("prepend", "GET /a/b/x"), ("split", "GET /b/x")])
def test_base_paths(plane: Control, base: str, key: str) -> None:
    api_id = plane.v2.import_api(Body=document(servers=SERVERS), Basepath=base)["ApiId"]
    assert keys(plane, api_id) == [key]


def test_what_is_wrong(plane: Control) -> None:
    for operation, at in ((plane.v2.import_api, {}), (plane.v2.reimport_api, {"ApiId": plane.http_api()})):
        assert refused(operation, **at, Body="{") == bad("Invalid OpenAPI input.")
        assert refused(operation, **at, Body=document(), Basepath="x") == bad(
            "Invalid basepath specified. Valid options are ignore,prepend,split"
        )
        assert refused(operation, **at, Body=document(info={})) == bad(
            f"{FOUND}Unable to read '/info': title is missing"
        )
        assert refused(operation, **at, Body=document(info={"title": "x" * 129})) == bad(
            f"{FOUND}Unable to create API: Invalid API name specified"
        )
        credentials = {"allowCredentials": True, "allowOrigins": ["*"]}
        assert refused(operation, **at, Body=document(**{"x-amazon-apigateway-cors": credentials})) == bad(
            f"{FOUND}Unable to create API: allow-credentials is not supported if 'allow-origin' is *"
        )


def test_warnings_can_be_errors(plane: Control) -> None:
    broken = document({"/x": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}})
    warning = (
        "Unable to create integration for resource at path 'GET /x': Currently, an API with a protocol type of HTTP "
        "may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY). Ignoring."
    )
    assert plane.v2.import_api(Body=broken)["Warnings"] == [warning]
    before = len(plane.v2.get_apis()["Items"])
    expected = bad(f"Warnings found during import:\n\t{warning}")
    assert refused(plane.v2.import_api, Body=broken, FailOnWarnings=True) == expected
    assert len(plane.v2.get_apis()["Items"]) == before
    api_id = plane.http_api()
    assert refused(plane.v2.reimport_api, ApiId=api_id, Body=broken, FailOnWarnings=True) == expected
    assert keys(plane, api_id) == ["GET /orders"]


def test_a_reimport_replaces_and_keeps(plane: Control) -> None:
    scheme = {
        "type": "jwt",
        "jwtConfiguration": {"audience": ["a"], "issuer": "https://issuer.example"},
    }
    guarded = {"securitySchemes": {"t": {"type": "oauth2", "x-amazon-apigateway-authorizer": scheme}}}
    tagged = {"tags": [{"name": "a"}], "x-amazon-apigateway-cors": {"maxAge": 1}, "components": guarded}
    api_id = plane.v2.import_api(Body=document(**tagged))["ApiId"]
    plane.v2.create_stage(ApiId=api_id, StageName="dev", AutoDeploy=True, StageVariables={"a": "b"})
    plane.v2.create_stage(ApiId=api_id, StageName="other")
    before = plane.v2.get_stage(ApiId=api_id, StageName="dev")
    deployments = len(plane.v2.get_deployments(ApiId=api_id)["Items"])
    y = {"x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": URL}}
    after = shown(plane.v2.reimport_api(ApiId=api_id, Body=document({"/y": y, "/z": y}, info={"title": "new"})))
    assert after == shown(plane.v2.get_api(ApiId=api_id))
    assert (after["Name"], after["Tags"]) == ("new", {"a": ""})
    assert not {"Version", "CorsConfiguration"} & after.keys()
    assert keys(plane, api_id) == ["ANY /y", "ANY /z"]
    assert len(plane.v2.get_integrations(ApiId=api_id)["Items"]) == 2
    assert plane.v2.get_authorizers(ApiId=api_id)["Items"] == []
    stage = plane.v2.get_stage(ApiId=api_id, StageName="dev")
    assert stage["DeploymentId"] != before["DeploymentId"]
    assert stage["StageVariables"] == {"a": "b"}
    assert len(plane.v2.get_deployments(ApiId=api_id)["Items"]) == deployments + 1, "one for the whole document"
    assert "DeploymentId" not in plane.v2.get_stage(ApiId=api_id, StageName="other")


def test_only_http_apis(plane: Control) -> None:
    expected = bad("Import is not supported for WEBSOCKET protocolType")
    assert refused(plane.v2.reimport_api, ApiId=plane.websocket_api(), Body=document()) == expected
    expected = missing("Invalid API identifier specified nothing")
    assert refused(plane.v2.reimport_api, ApiId="nothing", Body=document()) == expected
    rest_api, _ = plane.api()
    expected = missing(f"Invalid API identifier specified {rest_api}")
    assert refused(plane.v2.reimport_api, ApiId=rest_api, Body=document()) == expected


def test_a_pet_store_as_aws_answered_it(plane: Control) -> None:
    """What a client reported of ImportApi in 2020: the same lines, in whatever order AWS has."""
    integration = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com", "payloadFormatVersion": 1}
    operation = {"summary": "", "tags": ["pets"], "responses": {}, "x-amazon-apigateway-integration": integration}
    body = document(
        {
            "/pets": {"get": operation | {"parameters": []}, "post": operation | {"requestBody": {}}},
            "/pets/{petId}": {"get": operation | {"parameters": []}},
        },
        components={"schemas": {}},
    )
    made = plane.v2.import_api(Body=body)
    assert sorted(made["ImportInfo"]) == sorted(
        [
            "components: key [schemas] will be ignored by API Gateway",
            "paths./pets.post: key [requestBody] will be ignored by API Gateway",
            "paths./pets.post: key [responses] will be ignored by API Gateway",
            "paths./pets.get: key [responses] will be ignored by API Gateway",
            "paths./pets.get: key [parameters] will be ignored by API Gateway",
            "paths./pets/{petId}.get: key [responses] will be ignored by API Gateway",
            "paths./pets/{petId}.get: key [parameters] will be ignored by API Gateway",
        ]
    )
    failed = "Unable to create integration for resource at path '{}': Unsupported PayloadFormatVersion: 1. Ignoring."
    assert made["Warnings"] == [failed.format(key) for key in ("GET /pets", "POST /pets", "GET /pets/{petId}")]
