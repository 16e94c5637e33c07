from __future__ import annotations

from typing import Any

from gatewright.openapi.base import Body, Definition
from gatewright.openapi.documentation import Index
from gatewright.openapi.written_operations import Operations

PETS = {"application/json": "Pets"}


def operation(*, swagger: bool, **method: Any) -> Body:
    whole = {"httpMethod": "POST", "authorizationType": "NONE", "apiKeyRequired": False} | method
    operations = Operations(Definition(), Index(()), swagger=swagger, wanted=set())
    found: Body = operations.item("/a", {"POST": whole})["post"]
    return found


def test_swagger() -> None:
    assert operation(
        swagger=True,
        operationName="do",
        requestParameters={"method.request.querystring.q": False, "method.request.path.p": True},
        requestModels=PETS,
        methodResponses={
            "200": {
                "statusCode": "200",
                "responseModels": PETS,
                "responseParameters": {"method.response.header.A-B": False},
            }
        },
    ) == {
        "operationId": "do",
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "parameters": [
            {"name": "q", "in": "query", "required": False, "type": "string"},
            {"name": "p", "in": "path", "required": True, "type": "string"},
            {"in": "body", "name": "Pets", "required": True, "schema": {"$ref": "#/definitions/Pets"}},
        ],
        "responses": {
            "200": {
                "description": "200 response",
                "schema": {"$ref": "#/definitions/Pets"},
                "headers": {"A-B": {"type": "string"}},
            }
        },
    }


def test_openapi() -> None:
    pets = {"schema": {"$ref": "#/components/schemas/Pets"}}
    assert operation(
        swagger=False,
        requestParameters={"method.request.header.q": False, "method.request.path.p": True},
        requestModels=PETS,
        methodResponses={
            "200": {"statusCode": "200", "responseParameters": {"method.response.header.A": True}},
            "400": {"statusCode": "400", "responseModels": {"a/b": "Pets"}},
        },
    ) == {
        "parameters": [
            {"name": "q", "in": "header", "schema": {"type": "string"}},
            {"name": "p", "in": "path", "required": True, "schema": {"type": "string"}},
        ],
        "requestBody": {"content": {"application/json": pets}, "required": True},
        "responses": {
            "200": {
                "description": "200 response",
                "headers": {"A": {"required": True, "schema": {"type": "string"}}},
                "content": {},
            },
            "400": {"description": "400 response", "content": {"a/b": pets}},
        },
    }


def test_types_of_templates_where_there_are_no_models() -> None:
    """Recorded: the example API's root page."""
    integration = {
        "type": "MOCK",
        "requestTemplates": {"application/json": "{}"},
        "integrationResponses": {"200": {"statusCode": "200", "responseTemplates": {"text/html": ""}}},
    }
    found = operation(swagger=True, methodIntegration=integration)
    assert (found["consumes"], found["produces"]) == (["application/json"], ["text/html"])
