"""The integration extension of HTTP APIs, both ways."""

from __future__ import annotations

import pytest

from gatewright.openapi import http_api_integrations as integrations
from gatewright.openapi.base import Body
from gatewright.openapi.source import Source

DEFAULTS = {"PayloadFormatVersion": "1.0", "ConnectionType": "INTERNET"}


def read(extension: Body) -> tuple[Body, Source]:
    source = Source({}, "3.0")
    return integrations.read(source, extension, "/x", "x"), source


@pytest.mark.parametrize(
    ("extension", "integration"),
    [
        ({}, {}),
        ({"type": "http_proxy", "httpMethod": "any", "uri": "https://a", "payloadFormatVersion": 1.0},
         {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "IntegrationUri": "https://a"}),
        ({"type": "AWS_PROXY", "payloadFormatVersion": "2.0", "credentials": "c", "integrationSubtype": "s"},
         {"IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0", "CredentialsArn": "c",
          "IntegrationSubtype": "s"}),
        ({"payloadFormatVersion": 1}, {"PayloadFormatVersion": "1"}),
        ({"timeoutInMillis": 30000}, {}),
        ({"timeoutInMillis": "50"}, {"TimeoutInMillis": 50}),
        ({"connectionType": "vpc_link", "connectionId": "v", "tlsConfig": {"serverNameToVerify": "a.b"}},
         {"ConnectionType": "VPC_LINK", "ConnectionId": "v", "TlsConfig": {"ServerNameToVerify": "a.b"}}),
        ({"requestParameters": {"append:header.a": "$request.path", "DelaySeconds": 5, "x": True}},
         {"RequestParameters": {"append:header.a": "$request.path", "DelaySeconds": "5", "x": "true"}}),
        ({"responseParameters": {"200": {"overwrite:statuscode": 204}}},
         {"ResponseParameters": {"200": {"overwrite:statuscode": "204"}}}),
    ],
)  # fmt: skip
def test_reading(extension: Body, integration: Body) -> None:
    found, source = read(extension)
    assert found == DEFAULTS | integration
    assert (source.problems, source.info) == ([], [])


def test_what_rest_apis_have_is_told() -> None:
    _, source = read({"type": "mock", "requestTemplates": {}, "responses": {}, "passthroughBehavior": "never"})
    assert source.info == [
        "x: key [requestTemplates] will be ignored by API Gateway",
        "x: key [responses] will be ignored by API Gateway",
        "x: key [passthroughBehavior] will be ignored by API Gateway",
    ]


@pytest.mark.parametrize(
    ("extension", "problem"),
    [
        ({"type": []}, "Unable to read '/x/type': text is expected, not a list"),
        ({"timeoutInMillis": "soon"}, "Unable to read '/x/timeoutInMillis': an integer is expected, not text"),
        ({"requestParameters": {"a/b": {}}},
         "Unable to read '/x/requestParameters/a~1b': text is expected, not an object"),
        ({"responseParameters": {"200": 3}},
         "Unable to read '/x/responseParameters/200': an object is expected, not a number"),
        ({"tlsConfig": "x"}, "Unable to read '/x/tlsConfig': an object is expected, not text"),
    ],
)  # fmt: skip
def test_what_is_wrong(extension: Body, problem: str) -> None:
    assert read(extension)[1].problems == [problem]


def test_writing() -> None:
    integration = DEFAULTS | {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationMethod": "ANY",
        "IntegrationUri": "https://a",
        "TlsConfig": {"ServerNameToVerify": "a.b"},
        "RequestParameters": {"append:header.a": "b"},
    }
    assert list(integrations.write(integration).items()) == [
        ("requestParameters", {"append:header.a": "b"}),
        ("payloadFormatVersion", "1.0"),
        ("type", "http_proxy"),
        ("httpMethod", "ANY"),
        ("uri", "https://a"),
        ("connectionType", "INTERNET"),
        ("tlsConfig", {"serverNameToVerify": "a.b"}),
    ]
