from __future__ import annotations

import pytest

from gatewright.openapi.base import Body
from tests.unit.openapi.support import document, method, problems, read

PET = {"Pet": {"type": "object"}}


def test_parameters_of_item_and_operation() -> None:
    item = {
        "parameters": [{"name": "q", "in": "query", "required": True}, {"$ref": "#/components/parameters/h"}],
        "get": {"parameters": [{"name": "q", "in": "query"}]},
    }
    shared = {"parameters": {"h": {"name": "H", "in": "header", "required": "true"}}}
    found = read(document({"/a/{b}/{c+}": item}, components=shared)).resources["/a/{b}/{c+}"]["GET"]
    assert found["requestParameters"] == {
        "method.request.path.b": True,
        "method.request.path.c": True,
        "method.request.querystring.q": False,
        "method.request.header.H": True,
    }


def test_bodies_of_swagger() -> None:
    reference = {"$ref": "#/definitions/Pet"}
    operation = {
        "consumes": ["application/json", "text/x"],
        "parameters": [{"in": "body", "name": "Pet", "schema": reference}],
        "responses": {"200": {"description": "", "schema": reference}},
    }
    found = method(operation, dialect="2.0", definitions=PET, produces=["text/y"])
    assert found["requestModels"] == {"application/json": "Pet", "text/x": "Pet"}
    assert found["methodResponses"] == {"200": {"statusCode": "200", "responseModels": {"text/y": "Pet"}}}


def test_bodies_of_openapi() -> None:
    content = {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/Pet"}}, "c/d": {}}}
    operation = {
        "requestBody": {"$ref": "#/components/requestBodies/pet"},
        "responses": {"201": {"$ref": "#/components/responses/pet"}},
    }
    shared = {
        "schemas": PET,
        "requestBodies": {"pet": content},
        "responses": {"pet": content | {"headers": {"H": {"$ref": "#/components/headers/h"}, "I": {}}}},
        "headers": {"h": {"required": True}},
    }
    found = method(operation, components=shared)
    assert found["requestModels"] == {"a/b": "Pet"}
    assert found["methodResponses"]["201"] == {
        "statusCode": "201",
        "responseParameters": {"method.response.header.H": True, "method.response.header.I": False},
        "responseModels": {"a/b": "Pet"},
    }


def test_any_method_names_and_validators() -> None:
    found = read(
        document(
            {
                "/a": {
                    "x-amazon-apigateway-any-method": {
                        "operationId": "do",
                        "x-amazon-apigateway-request-validator": "own",
                    },
                    "head": {},
                }
            }
        )
        | {"x-amazon-apigateway-request-validator": "all"}
    ).resources["/a"]
    assert found["ANY"]["operationName"] == "do"
    assert found["ANY"]["validator"] == "own"
    assert found["HEAD"]["validator"] == "all"


def test_path_items_are_referred_to() -> None:
    item: Body = {"pathItems": {"p": {"get": {}}}}
    tree = document({"/a": {"$ref": "#/components/pathItems/p"}}, dialect="3.1.0", components=item)
    assert list(read(tree).resources["/a"]) == ["GET"]


@pytest.mark.parametrize(
    ("item", "warning"),
    [
        ({"get": {"responses": {"default": {}}}}, "Unsupported response code 'default'"),
        ({"get": {"responses": {"4XX": {}}}}, "Unsupported response code '4XX'"),
        ({"get": {"parameters": [{"name": "c", "in": "cookie"}]}}, "Unsupported parameter 'c' in 'cookie'"),
        ({"trace": {}}, "Unsupported method 'TRACE'"),
        ({"get": {"x-amazon-apigateway-unheard": 1}}, "Unsupported extension 'x-amazon-apigateway-unheard'"),
        ({"x-amazon-apigateway-unheard": 1}, "Unsupported extension 'x-amazon-apigateway-unheard'"),
    ],
)
def test_warnings(item: Body, warning: str) -> None:
    (found,) = read(document({"/a": item})).warnings
    assert found.startswith(warning)
    assert found.endswith("Ignoring.")


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ([], "Unable to read '/paths/~1a': an object is expected, not a list"),
        ({"get": "x"}, "Unable to read '/paths/~1a/get': an object is expected, not text"),
        (
            {"get": {"parameters": [{"in": "query"}]}},
            "Unable to read '/paths/~1a/get/parameters/0': a parameter needs a name and 'in'",
        ),
        (
            {"get": {"parameters": [{"$ref": "#/no"}]}},
            "Unable to read '/paths/~1a/get/parameters/0': the reference '#/no' leads nowhere",
        ),
    ],
)
def test_problems(item: Body, problem: str) -> None:
    assert problems(document({"/a": item})) == (problem,)
