from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.openapi import writer
from gatewright.openapi.base import Body, Definition
from tests.unit.openapi.support import read

PLACE = writer.Place("x.execute-api.us-east-1.amazonaws.com", "v1")
X = "x-amazon-apigateway-"


def definition(**method: Any) -> Definition:
    whole = {"httpMethod": "GET", "authorizationType": "NONE", "apiKeyRequired": False} | method
    return Definition(api={"name": "api", "version": "1", "description": "d"}, resources={"/a": {"GET": whole}})


def test_the_head_of_swagger() -> None:
    written = writer.write(definition(), "swagger", PLACE)
    del written["paths"]
    assert json.dumps(written) == json.dumps(
        {
            "swagger": "2.0",
            "info": {"description": "d", "version": "1", "title": "api"},
            "host": "x.execute-api.us-east-1.amazonaws.com",
            "basePath": "/v1",
            "schemes": ["https"],
        }
    )


def test_the_head_of_openapi() -> None:
    written = writer.write(definition(), "oas30", PLACE)
    assert written["openapi"] == "3.0.1"
    assert written["servers"] == [
        {
            "url": "https://x.execute-api.us-east-1.amazonaws.com/{basePath}",
            "variables": {"basePath": {"default": "v1"}},
        }
    ]
    assert written["components"] == {}


FULL: Body = {
    "authorizationType": "CUSTOM",
    "authorizer": "mine",
    "validator": "v",
    "methodIntegration": {"type": "MOCK"},
}


def full() -> Definition:
    made = definition(**FULL)
    made.authorizers = [{"name": "mine", "type": "TOKEN", "authType": "custom", "authorizerUri": "u"}]
    made.validators = [{"name": "v", "validateRequestBody": True}]
    made.gateway_responses = [{"responseType": "DEFAULT_4XX", "statusCode": "418"}]
    made.api["disableExecuteApiEndpoint"] = True
    return made


@pytest.mark.parametrize("dialect", writer.DIALECTS)
@pytest.mark.parametrize(
    ("extended", "inside"),
    [
        ((), ()),
        (("integrations",), ("integration",)),
        (("authorizers",), ("authorizer",)),
        (("integrations", "authorizers"), ("integration", "authorizer")),
        (("documentation",), ("documentation",)),
        (("postman",), ()),
        (
            ("apigateway",),
            (
                "integration", "authorizer", "documentation", "request-validator", "request-validators",
                "gateway-responses", "endpoint-configuration",
            ),
        ),
    ],
)  # fmt: skip
def test_extensions_asked_for(dialect: str, extended: tuple[str, ...], inside: tuple[str, ...]) -> None:
    version = {"version": "1", "parts": []}
    written = json.dumps(writer.write(full(), dialect, PLACE, set(extended), version))
    every = {
        "integration", "authorizer", "documentation", "request-validator", "request-validators", "gateway-responses",
        "endpoint-configuration",
    }  # fmt: skip
    assert {name for name in every if f'"{X}{name}"' in written} == set(inside)


def test_schemes_that_are_used() -> None:
    made = definition(apiKeyRequired=True, authorizationType="AWS_IAM")
    schemes = writer.write(made, "swagger", PLACE)["securityDefinitions"]
    assert schemes == {
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "sigv4": {"type": "apiKey", "name": "Authorization", "in": "header", X + "authtype": "awsSigv4"},
    }


def test_an_authorizer_called_like_a_scheme() -> None:
    made = definition(authorizationType="CUSTOM", authorizer="api_key", apiKeyRequired=True)
    made.authorizers = [{"name": "api_key", "type": "TOKEN", "authType": "custom"}]
    written = writer.write(made, "oas30", PLACE, {"apigateway"})
    assert sorted(written["components"]["securitySchemes"]) == ["api_key", "api_key_"]
    assert read(written).resources["/a"]["GET"] == made.resources["/a"]["GET"]


def test_documentation_fills_the_fields_of_openapi() -> None:
    made = definition(
        requestParameters={"method.request.querystring.q": False},
        methodResponses={"200": {"statusCode": "200"}},
    )
    made.models = [{"name": "M", "schema": {"type": "object"}}]

    def part(kind: str, said: Body, **location: str) -> Body:
        return {"location": {"type": kind} | location, "properties": json.dumps(said)}

    parts = [
        part("API", {"info": {"description": "told", "license": {"name": "l"}}, "tags": [{"name": "t"}]}),
        part("METHOD", {"summary": "s", "unheard": 1}, path="/a", method="GET"),
        part("QUERY_PARAMETER", {"description": "a query"}, name="q"),
        part("RESPONSE", {"description": "fine"}, statusCode="200"),
        part("MODEL", {"description": "a model"}, name="M"),
    ]
    version = {"version": "7", "createdDate": "2024-01-01T00:00:00Z", "parts": parts}
    written = writer.write(made, "swagger", PLACE, set(), version)
    assert written["info"] == {"description": "told", "license": {"name": "l"}, "version": "1", "title": "api"}
    assert written["tags"] == [{"name": "t"}]
    operation = written["paths"]["/a"]["get"]
    assert operation["summary"] == "s"
    assert "unheard" not in operation
    assert operation["parameters"][0]["description"] == "a query"
    assert operation["responses"]["200"]["description"] == "fine"
    assert written["definitions"]["M"] == {"type": "object", "description": "a model"}
    listed = writer.write(made, "swagger", PLACE, {"documentation"}, version)
    assert listed[X + "documentation"]["version"] == "7"
    assert len(listed[X + "documentation"]["documentationParts"]) == 5
    assert listed["info"]["description"] == "d"  # an import would take it for the API's own
    assert listed["paths"]["/a"]["get"]["summary"] == "s"
