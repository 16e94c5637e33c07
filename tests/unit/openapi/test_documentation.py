from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.openapi import documentation
from gatewright.openapi.base import Body
from tests.unit.openapi.support import document, problems, read

EXTENSION = documentation.EXTENSION


def part(kind: str, properties: Any, **location: str) -> Body:
    return {"location": {"type": kind} | location, "properties": json.dumps(properties, separators=(",", ":"))}


def test_parts_of_the_extension() -> None:
    listed = [
        {"location": {"type": "API"}, "properties": {"description": "d"}},
        {"location": {"type": "METHOD", "method": "GET"}, "properties": '{"summary": "s"}'},
        {"location": {"type": "RESPONSE"}, "properties": {"description": "old"}},
        {"location": {"type": "RESPONSE", "path": "/"}, "properties": {"description": "new"}},
    ]
    tree = document({"/": {"get": {"summary": "not read"}}}) | {EXTENSION: {"documentationParts": listed}}
    assert read(tree).documentation == [
        part("API", {"description": "d"}),
        {"location": {"type": "METHOD", "path": "/", "method": "GET"}, "properties": '{"summary": "s"}'},
        part("RESPONSE", {"description": "new"}, path="/", method="*", statusCode="*"),
    ]


def test_parts_of_descriptions() -> None:
    operation = {
        "summary": "s",
        "tags": ["t"],
        "parameters": [{"name": "q", "in": "query", "description": "a query"}],
        "requestBody": {"description": "a body"},
        "responses": {
            "200": {"description": "fine", "headers": {"H": {"description": "a header"}}},
            "400": {"description": "400 response"},
        },
    }
    scheme = {"type": "apiKey", "in": "header", "name": "A", "description": "who", "x-amazon-apigateway-authorizer": {}}
    tree = document(
        {"/a": {"description": "a resource", "get": operation}},
        tags=[{"name": "t"}],
        components={"securitySchemes": {"mine": scheme}},
    )
    tree["info"] |= {"license": {"name": "l"}}
    at = {"path": "/a", "method": "GET"}
    assert read(tree).documentation == [
        part("AUTHORIZER", {"description": "who"}, name="mine"),
        part("API", {"info": {"license": {"name": "l"}}, "tags": [{"name": "t"}]}),
        part("RESOURCE", {"description": "a resource"}, path="/a"),
        part("METHOD", {"summary": "s", "tags": ["t"]}, **at),
        part("QUERY_PARAMETER", {"description": "a query"}, **at, name="q"),
        part("REQUEST_BODY", {"description": "a body"}, **at),
        part("RESPONSE", {"description": "fine"}, **at, statusCode="200"),
        part("RESPONSE_HEADER", {"description": "a header"}, **at, statusCode="200", name="H"),
    ]


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        ({"type": "THING"}, "/type': 'THING' is none of API"),
        ({"type": "MODEL"}, "': Invalid documentation location: 'name' is required for type 'MODEL'"),
        ({"type": "API", "path": "/"}, "': Invalid documentation location: 'path' is not valid for type 'API'"),
    ],
)
def test_bad_locations(location: Body, problem: str) -> None:
    tree = document() | {EXTENSION: {"documentationParts": [{"location": location, "properties": {}}]}}
    assert f"/{EXTENSION}/documentationParts/0/location{problem}" in problems(tree)[0]


def test_the_nearest_part_counts() -> None:
    index = documentation.Index(
        [
            part("METHOD", {"summary": "all"}, path="/", method="*"),
            part("METHOD", {"summary": "gets", "other": 1}, path="/a", method="GET"),
            part("RESPONSE", {"description": "any"}, path="/a", method="*", statusCode="*"),
            part("RESPONSE", {"description": "ok"}, path="/a", method="*", statusCode="200"),
            part("MODEL", ["no object"], name="M"),
        ]
    )
    assert index.method("/a", "GET") == {"summary": "gets"}
    assert index.method("/a/b", "GET") == {}
    found = [index.find("RESPONSE", ("description",), "/a/b", "GET", code) for code in ("200", "404")]
    assert found == [{"description": "ok"}, {"description": "any"}]
    assert index.find("RESPONSE", ("description",), "/c", "GET", "200") == {}
    assert index.find("MODEL", ("description",), name="M") == {}


def test_the_extension_lists_the_parts_of_a_version() -> None:
    version = {"version": "1", "createdDate": "2024-01-01T00:00:00Z", "parts": [part("API", {"a": 1})]}
    assert documentation.extension(version) == {
        "version": "1",
        "createdDate": "2024-01-01T00:00:00Z",
        "documentationParts": [{"location": {"type": "API"}, "properties": {"a": 1}}],
    }


def test_properties_that_are_no_object() -> None:
    values: list[Any] = [2.0, []]
    given = [{"location": {"type": "API"}, "properties": value} for value in values]
    assert len(problems(document() | {EXTENSION: {"documentationParts": given}})) == 2
    text = {"location": {"type": "API"}, "properties": "2.0"}  # kept as it is: whoever stores it refuses it
    assert read(document() | {EXTENSION: {"documentationParts": [text]}}).documentation == [text]
    assert documentation.extension({"version": "1", "parts": [text]})["documentationParts"] == [text]
