"""Documents of HTTP APIs as a whole: the API itself, paths, dialects."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.openapi import http_api_reader
from gatewright.openapi.base import Body, DocumentError
from tests.unit.openapi import support
from tests.unit.openapi.http_support import operation, problems, read

ENDPOINT = "x-amazon-apigateway-endpoint-configuration"


def document(**more: Any) -> Body:
    return support.document() | more


INFO = {"Name": "api", "Version": "1"}


@pytest.mark.parametrize(
    ("more", "api"),
    [
        ({}, {}),
        ({"info": {"title": "x", "version": 2, "description": "y"}}, {"Name": "x", "Version": "2", "Description": "y"}),
        ({"servers": [{"url": "https://x", ENDPOINT: {"disableExecuteApiEndpoint": True}}]},
         {"DisableExecuteApiEndpoint": True}),
        ({"servers": [{"url": "https://x", ENDPOINT: {"disableExecuteApiEndpoint": "false"}}]}, {}),
        ({ENDPOINT: {"ipAddressType": "dualstack"}}, {"IpAddressType": "dualstack"}),
        ({"tags": [{"name": "Owner", "x-amazon-apigateway-tag-value": "Admin"}, {"name": "Prod", "description": "z"}]},
         {"Tags": {"Owner": "Admin", "Prod": ""}}),
        ({"x-amazon-apigateway-cors": {"allowOrigins": ["*"], "maxAge": "5", "allowCredentials": False}},
         {"CorsConfiguration": {"AllowOrigins": ["*"], "MaxAge": 5, "AllowCredentials": False}}),
        ({"x-amazon-apigateway-importexport-version": 1.0}, {}),
    ],
)  # fmt: skip
def test_the_api(more: dict[str, Any], api: Body) -> None:
    assert read(document(**more)).api == INFO | api


@pytest.mark.parametrize(
    ("tree", "problem"),
    [
        (support.document(dialect="2.0"),
         "Unable to read '/swagger': an HTTP API is defined by OpenAPI 3, not by Swagger 2.0"),
        ({"openapi": "3.0.1", "info": {}}, "Unable to read '/info': title is missing"),
        (document(**{"x-amazon-apigateway-importexport-version": "2.0"}),
         "Unable to read '/x-amazon-apigateway-importexport-version': the only version is 1.0, not '2.0'"),
        (document(**{"x-amazon-apigateway-cors": {"allowOrigins": "*"}}),
         "Unable to read '/x-amazon-apigateway-cors/allowOrigins': a list is expected, not text"),
        (document(paths={"/a": []}), "Unable to read '/paths/~1a': an object is expected, not a list"),
        (document(tags=[3]), "Unable to read '/tags/0': an object is expected, not a number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tree: Body, problem: str) -> None:
    assert problems(tree) == (problem,)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"openapi: 4.0.0", b"\xff"])
def test_what_is_no_document(body: bytes) -> None:
    with pytest.raises(DocumentError) as error:
        http_api_reader.read(body, {})
    assert not error.value.problems


def test_what_has_no_meaning_is_told() -> None:
    found = read(
        document(
            **{
                "components": {"schemas": {}, "securitySchemes": {}, "responses": {}},
                "x-amazon-apigateway-policy": {},
                "x-amazon-apigateway-cors": {"allowOrigin": "*"},
                "x-other": 1,
                "webhooks": {},
            }
        )
    )
    assert found.info == [
        "x-amazon-apigateway-cors: key [allowOrigin] will be ignored by API Gateway",
        "components: key [schemas] will be ignored by API Gateway",
        "components: key [responses] will be ignored by API Gateway",
        "key [x-amazon-apigateway-policy] will be ignored by API Gateway",
        "key [webhooks] will be ignored by API Gateway",
    ]


@pytest.mark.parametrize(
    ("base", "keys"),
    [
        ("ignore", ["GET /", "GET /a", "GET /b/", "$default"]),
        ("prepend", ["GET /x/y", "GET /x/y/a", "GET /x/y/b/", "$default"]),
        ("split", ["GET /y", "GET /y/a", "GET /y/b/", "$default"]),
    ],
)
def test_base_paths(base: str, keys: list[str]) -> None:
    servers = [{"url": "https://h/{one}/y/", "variables": {"one": {"default": "x"}}}]
    paths: Body = {path: {"get": operation()} for path in ("/", "/a", "/b/")}
    paths["/$default"] = {"x-amazon-apigateway-any-method": operation()}
    found = read(document(paths=paths, servers=servers), base=base)
    assert [route["RouteKey"] for route in found.routes] == keys


def test_a_path_without_a_slash_is_warned_of() -> None:
    found = read(document(paths={"$default": {"x-amazon-apigateway-any-method": operation()}, "x-y": 1}))
    assert [route["RouteKey"] for route in found.routes] == ["$default"]
    assert found.warnings == ["Parse issue: attribute paths. Resource $default should start with /"]


def test_openapi_3_1_and_variables() -> None:
    body = b"openapi: 3.1.0\ninfo: {title: 'in ${AWS::Region}', version: 2026-01-01}"
    assert http_api_reader.read(body, {"AWS::Region": "eu-west-1"}).api == {
        "Name": "in eu-west-1",
        "Version": "2026-01-01",
    }
