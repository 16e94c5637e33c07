from __future__ import annotations

from typing import Any

import pytest

from gatewright.portal import reference

ANY = "x-amazon-apigateway-any-method"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "pets", "version": "1", "termsOfService": "javascript:alert(1)", "x-secret": "no"},
    "servers": [{"url": "https://elsewhere.test"}],
    "paths": {
        "/dogs": {
            "get": {
                "operationId": "x",
                "security": [{"key": []}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Dog"}}}}
                },
            },
            "post": {"responses": {}, "externalDocs": {"url": "javascript:alert(1)"}},
            "parameters": [{"name": "a", "in": "query"}],
        },
        "/all": {"get": {"summary": "own"}, ANY: {"summary": "any"}},
    },
    "components": {
        "schemas": {
            "Dog": {
                "properties": {"owner": {"$ref": "#/components/schemas/Owner"}, "tail": {"$ref": "https://a.test"}}
            },
            "Owner": {"properties": {"dogs": {"items": {"$ref": "#/components/schemas/Dog"}}}},
            "Secret": {"type": "object"},
        },
        "securitySchemes": {"key": {"type": "apiKey"}, "other": {"type": "apiKey"}},
    },
}


def test_only_what_is_wanted_and_what_it_refers_to() -> None:
    made = reference.select(DOCUMENT, [("/dogs", "GET")], "https://api.test/prod")
    assert list(made["paths"]) == ["/dogs"]
    assert set(made["paths"]["/dogs"]) == {"get", "parameters"}
    assert "operationId" not in made["paths"]["/dogs"]["get"]
    assert set(made["components"]["schemas"]) == {"Dog", "Owner"}
    assert set(made["components"]["securitySchemes"]) == {"key"}
    assert made["info"] == {"title": "pets", "version": "1"}
    assert made["servers"] == [{"url": "https://api.test/prod"}]


def test_links_that_are_none_are_left_out() -> None:
    made = reference.select(DOCUMENT, [("/dogs", "POST"), ("/dogs", "GET")], "javascript:alert(1)")
    assert "servers" not in made
    assert made["paths"]["/dogs"]["post"]["externalDocs"] == {}
    assert made["components"]["schemas"]["Dog"]["properties"]["tail"] == {}


def test_any_stands_for_the_other_verbs() -> None:
    item = reference.select(DOCUMENT, [("/all", "ANY")], "https://a.test")["paths"]["/all"]
    assert set(item) == {"put", "post", "delete", "options", "head", "patch"}
    assert reference.operation(DOCUMENT, "/all", "ANY") == {"summary": "any"}


@pytest.mark.parametrize(("path", "method"), [("/dogs", "PUT"), ("/cats", "GET"), ("/dogs", "ANY"), ("/all", "PUT")])
def test_what_is_not_there(path: str, method: str) -> None:
    assert reference.operation(DOCUMENT, path, method) is None
    assert reference.select(DOCUMENT, [(path, method)], "https://a.test")["paths"] == {}


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://a.test/b?c", True),
        ("http://localhost:4566/_aws", True),
        ("javascript:alert(1)", False),
        ("https://a.test/ b", False),
        ('https://a.test/"', False),
        ("//a.test", False),
    ],
)
def test_links(text: str, link: bool) -> None:
    assert reference.is_link(text) is link
