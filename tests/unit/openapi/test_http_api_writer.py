"""Definitions → documents, in the shape of AWS's exports."""

from __future__ import annotations

from gatewright.openapi import http_api_writer
from gatewright.openapi.base import Body
from gatewright.openapi.http_api import HttpApi

SERVER = {"url": "https://x/{basePath}", "variables": {"basePath": {"default": "v1"}}}
URL = {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "https://a"}
SHARED = {"$ref": "#/components/x-amazon-apigateway-integrations/integration1"}


def route(key: str, **more: object) -> Body:
    return {"RouteKey": key, "AuthorizationType": "NONE"} | more


def definition() -> HttpApi:
    api = {
        "Name": "n",
        "Version": "1",
        "Description": "d",
        "DisableExecuteApiEndpoint": True,
        "Tags": {"a": "b", "c": ""},
        "CorsConfiguration": {"AllowOrigins": ["*"], "AllowMethods": ["GET"]},
    }
    authorizers = [{"Name": "jwt", "AuthorizerType": "JWT", "IdentitySource": ["$request.header.a"]}]
    routes = [
        route("$default", integration="integration1"),
        route("ANY /b/{proxy+}", integration="integration1", AuthorizationType="AWS_IAM"),
        route("GET /a/{id}", integration="GET /a/{id}", authorizer="jwt", AuthorizationScopes=["s"], OperationName="o"),
    ]
    return HttpApi(api, authorizers, {"GET /a/{id}": URL, "integration1": URL}, routes)


def test_with_extensions() -> None:
    written = http_api_writer.write(definition(), SERVER)
    url = {"type": "http_proxy", "uri": "https://a"}
    assert written == {
        "openapi": "3.0.1",
        "info": {"title": "n", "description": "d", "version": "1"},
        "servers": [SERVER | {"x-amazon-apigateway-endpoint-configuration": {"disableExecuteApiEndpoint": True}}],
        "tags": [{"name": "a", "x-amazon-apigateway-tag-value": "b"}, {"name": "c"}],
        "paths": {
            "/$default": {
                "x-amazon-apigateway-any-method": {
                    "isDefaultRoute": True,
                    "responses": {"default": {"description": "Default response for $default"}},
                    "x-amazon-apigateway-integration": SHARED,
                }
            },
            "/a/{id}": {
                "get": {
                    "operationId": "o",
                    "responses": {"default": {"description": "Default response for GET /a/{id}"}},
                    "security": [{"jwt": ["s"]}],
                    "x-amazon-apigateway-integration": url,
                },
                "parameters": [parameter("id")],
            },
            "/b/{proxy+}": {
                "x-amazon-apigateway-any-method": {
                    "responses": {"default": {"description": "Default response for ANY /b/{proxy+}"}},
                    "x-amazon-apigateway-auth": {"type": "AWS_IAM"},
                    "x-amazon-apigateway-integration": SHARED,
                },
                "parameters": [parameter("proxy+")],
            },
        },
        "components": {
            "securitySchemes": {
                "jwt": {
                    "type": "oauth2",
                    "flows": {},
                    "x-amazon-apigateway-authorizer": {
                        "identitySource": "$request.header.a",
                        "jwtConfiguration": {},
                        "type": "jwt",
                    },
                }
            },
            "x-amazon-apigateway-integrations": {"integration1": url},
        },
        "x-amazon-apigateway-cors": {"allowMethods": ["GET"], "allowOrigins": ["*"]},
        "x-amazon-apigateway-importexport-version": "1.0",
    }


def parameter(name: str) -> Body:
    about = f"Generated path parameter for {name}"
    return {"name": name, "in": "path", "description": about, "required": True, "schema": {"type": "string"}}


def test_without_extensions() -> None:
    """The key of ANY stays: without it the operation would be lost."""
    written = http_api_writer.write(definition(), SERVER, extended=False)
    assert str(written).count("x-amazon-apigateway") == str(written).count("x-amazon-apigateway-any-method") == 2
    assert written["servers"] == [SERVER]
    assert written["components"] == {"securitySchemes": {"jwt": {"type": "oauth2", "flows": {}}}}
    assert written["paths"]["/a/{id}"]["get"]["security"] == [{"jwt": ["s"]}]


def test_the_default_route_beside_a_path_of_that_name() -> None:
    api = {"Name": "n", "Version": "1"}
    written = http_api_writer.write(HttpApi(api, routes=[route("$default"), route("ANY /$default")]), SERVER)
    flags = {path: item["x-amazon-apigateway-any-method"]["isDefaultRoute"] for path, item in written["paths"].items()}
    assert flags == {"/$default": False, "/$default_": True}
    assert "components" not in written
