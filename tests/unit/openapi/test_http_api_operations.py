"""Operations → routes and their integrations."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.openapi.base import Body
from tests.unit.openapi.http_support import URL, one, operation, problems, read
from tests.unit.openapi.support import document

ANY = "x-amazon-apigateway-any-method"
INTEGRATIONS = "x-amazon-apigateway-integrations"
REFERENCE = {"$ref": f"#/components/{INTEGRATIONS}/shared"}


@pytest.mark.parametrize(
    ("path", "verb", "more", "key"),
    [
        ("/a/{id}", "get", {}, "GET /a/{id}"),
        ("/a/{proxy+}", ANY, {}, "ANY /a/{proxy+}"),
        ("/$default", ANY, {}, "$default"),
        ("/$default", ANY, {"isDefaultRoute": True}, "$default"),
        ("/other", ANY, {"isDefaultRoute": True}, "$default"),
        ("/$default", ANY, {"isDefaultRoute": False}, "ANY /$default"),
        ("/$default", "get", {}, "GET /$default"),
    ],
)
def test_keys(path: str, verb: str, more: Body, key: str) -> None:
    definition, route = one(operation(**more), path, verb)
    assert route == {"RouteKey": key, "AuthorizationType": "NONE", "integration": key}
    assert definition.integrations[key]["IntegrationUri"] == "https://example.com"


def test_integrations_that_routes_share() -> None:
    tree = document(
        {"/a": {"get": operation(REFERENCE)}, "/b": {"get": operation(REFERENCE), "post": {}}},
        components={INTEGRATIONS: {"shared": URL, "unused": URL}},
    )
    found = read(tree)
    assert [route.get("integration") for route in found.routes] == ["shared", "shared", None]
    assert list(found.integrations) == ["shared", "unused"]


@pytest.mark.parametrize(
    ("extension", "problem"),
    [
        (REFERENCE, f"the reference '#/components/{INTEGRATIONS}/shared' leads nowhere"),
        ([], "an object is expected, not a list"),
        ({"$ref": "other.yaml"}, "the reference 'other.yaml' leads out of the document, which is not supported"),
    ],
)
def test_integrations_that_are_none(extension: Any, problem: str) -> None:
    place = "/paths/~1a/get/x-amazon-apigateway-integration"
    assert problems(document({"/a": {"get": operation(extension)}})) == (f"Unable to read '{place}': {problem}",)


def test_what_has_no_meaning_is_told_in_awss_words() -> None:
    value = {
        "summary": "",
        "tags": [],
        "parameters": [],
        "responses": {},
        "requestBody": {},
        "x-amazon-apigateway-request-validator": "all",
        "x-other": 1,
    }
    found = read(document({"/pets": {"post": value, "parameters": [], "trace": {}, "summary": ""}}))
    assert found.info == [
        "paths./pets.post: key [requestBody] will be ignored by API Gateway",
        "paths./pets.post: key [responses] will be ignored by API Gateway",
        "paths./pets.post: key [parameters] will be ignored by API Gateway",
        "paths./pets.post: key [x-amazon-apigateway-request-validator] will be ignored by API Gateway",
        "paths./pets: key [parameters] will be ignored by API Gateway",
        "paths./pets: key [trace] will be ignored by API Gateway",
    ]
    assert found.warnings == []


def test_schemas_that_are_not_there() -> None:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/X"}}}
    junk = {"200": {"content": content}, "201": None, "202": {"content": [3]}, "203": {"content": {"a": {"schema": 1}}}}
    definition, _ = one({"responses": junk, "requestBody": {"content": content}}, "/x")
    assert definition.warnings == [
        "Parse issue: attribute paths.'/x'(get).requestBody.content.schema.#/components/schemas/X is missing",
        "Parse issue: attribute paths.'/x'(get).responses.200.content.schema.#/components/schemas/X is missing",
    ]
    definition, _ = one({"responses": junk}, "/x", components={"schemas": {"X": {}}})
    assert definition.warnings == []


def test_a_key_counts_once() -> None:
    found = read(document({"/a": {"get": operation()}, "a": {"get": operation({})}}))
    assert len(found.routes) == 1
    assert found.integrations["GET /a"]["IntegrationType"] == "HTTP_PROXY"
    assert found.warnings[1:] == ["More than one operation for route 'GET /a'. The first one is used."]


@pytest.mark.parametrize("inside", [(), ("get",), ("get", "responses", "200", "content")])
def test_references_do_not_multiply_a_document(inside: tuple[str, ...]) -> None:
    item: Body = {f"x-{at}": 0 for at in range(20_000)}
    for name in reversed(inside):
        item = {name: item}
    paths = {"/first": item} | {f"/{at}": {"$ref": "#/paths/~1first"} for at in range(20_000)}
    place = "/paths/~1first" + ("/get" if inside else "")
    assert problems(document(paths)) == (
        f"Unable to read '{place}': the document's paths have more than 1000000 values",
    )
