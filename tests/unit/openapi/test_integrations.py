from __future__ import annotations

from typing import Any

import pytest

from gatewright.openapi import integrations
from gatewright.openapi.base import Body
from tests.unit.openapi.support import INTEGRATION, document, method, problems, read


def integration(**members: Any) -> Body:
    found: Body = method({INTEGRATION: members})["methodIntegration"]
    return found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": "http_proxy", "httpMethod": "get"}, {"type": "HTTP_PROXY", "httpMethod": "GET"}),
        ({"type": "mock", "passthroughBehavior": "never"}, {"type": "MOCK", "passthroughBehavior": "NEVER"}),
        ({"type": "http", "connectionType": "vpc_link", "connectionId": "x"}, {
            "type": "HTTP", "connectionType": "VPC_LINK", "connectionId": "x"}),
        ({"timeoutInMillis": "1000"}, {"timeoutInMillis": 1000}),
        ({"cacheKeyParameters": ["a"], "cacheNamespace": "n"}, {"cacheKeyParameters": ["a"], "cacheNamespace": "n"}),
        ({"tlsConfig": {"insecureSkipVerification": True}}, {"tlsConfig": {"insecureSkipVerification": True}}),
        ({"payloadFormatVersion": 1.0}, {}),
        ({"responseTransferMode": "stream"}, {"responseTransferMode": "STREAM"}),
        ({"contentHandling": "convert_to_text"}, {"contentHandling": "CONVERT_TO_TEXT"}),
        ({"responses": {"4\\d\\d": {"statusCode": 400}}}, {
            "integrationResponses": {"400": {"statusCode": "400", "selectionPattern": "4\\d\\d"}}}),
    ],
)  # fmt: skip
def test_members(given: Body, expected: Body) -> None:
    assert integration(**given) == expected


def test_what_is_no_text_is_left_out_with_a_warning() -> None:
    given = {
        "type": "mock",
        "requestParameters": {"integration.request.header.a": True, "integration.request.header.b": "'b'"},
    }
    found = read(document({"/a": {"get": {INTEGRATION: given}}}))
    assert found.resources["/a"]["GET"]["methodIntegration"]["requestParameters"] == {
        "integration.request.header.b": "'b'"
    }
    assert found.warnings == [
        "Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.a' "
        "of resource '/a' and method 'GET' but got 'true'"
    ]  # recorded


def test_one_response_for_a_status() -> None:
    given = {"type": "mock", "responses": {"default": {"statusCode": "200"}, "a": {"statusCode": "200"}}}
    assert "More than one integration response" in read(document({"/a": {"get": {INTEGRATION: given}}})).warnings[0]


@pytest.mark.parametrize(
    ("given", "place", "reason"),
    [
        ({"responses": {"default": {}}}, "/responses/default", "statusCode is missing"),
        ({"responses": {"default": {"statusCode": "2xx"}}}, "/responses/default/statusCode", "'2xx' is no status code"),
        ({"responses": {"": {"statusCode": "200"}}}, "/responses/", "a selection pattern must not be empty"),
        ({"responses": []}, "/responses", "an object is expected, not a list"),
        ({"type": {}}, "/type", "text is expected, not an object"),
    ],
)
def test_problems(given: Body, place: str, reason: str) -> None:
    (found,) = problems(document({"/a": {"get": {INTEGRATION: given}}}))
    assert found.startswith(f"Unable to read '/paths/~1a/get/{INTEGRATION}{place}': {reason}")


def test_a_shared_integration_is_referred_to() -> None:
    shared = {"x-amazon-apigateway-integrations": {"mine": {"type": "mock"}}}
    target = {"$ref": "#/components/x-amazon-apigateway-integrations/mine"}
    assert method({INTEGRATION: target}, components=shared)["methodIntegration"] == {"type": "MOCK"}


def test_writing_leaves_out_defaults() -> None:
    written = integrations.write(
        {
            "type": "HTTP",
            "httpMethod": "POST",
            "connectionType": "INTERNET",
            "cacheKeyParameters": [],
            "timeoutInMillis": 29000,
            "passthroughBehavior": "WHEN_NO_MATCH",
            "requestTemplates": {"a/b": None},
            "integrationResponses": {
                "200": {"statusCode": "200"},
                "400": {"statusCode": "400", "selectionPattern": "x"},
            },
        }
    )
    assert written == {
        "type": "http",
        "httpMethod": "POST",
        "passthroughBehavior": "when_no_match",
        "requestTemplates": {"a/b": ""},
        "responses": {"default": {"statusCode": "200"}, "x": {"statusCode": "400"}},
    }
