"""Integrations: literals of the v2 control-plane facts, section 6."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.control.support import Control, bad, missing, refused

FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:f"
INVOCATIONS = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
PROXY = {"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION, "PayloadFormatVersion": "2.0"}
URL = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationUri": "http://a.test/",
    "IntegrationMethod": "GET",
    "PayloadFormatVersion": "1.0",
}
ONLY = (
    "Currently, an API with a protocol type of HTTP may only be associated with proxy integrations "
    "(AWS_PROXY, HTTP_PROXY)"
)
LINKED = URL | {"ConnectionType": "VPC_LINK"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"IntegrationType": "MOCK"}, ONLY),
        (PROXY | {"IntegrationType": "AWS"}, ONLY),
        (PROXY | {"PayloadFormatVersion": "3.0"}, "Unsupported PayloadFormatVersion: 3.0"),
        (
            PROXY | {"PayloadFormatVersion": ""},
            "PayloadFormatVersion is a required parameter for integrations of HTTP APIs",
        ),
        (PROXY | {"TimeoutInMillis": 30001}, "Timeout should be between 50 ms and 30000 ms"),
        (PROXY | {"TimeoutInMillis": 49}, "Timeout should be between 50 ms and 30000 ms"),
        (PROXY | {"IntegrationUri": "x"}, "Invalid lambda function ARN specified: x"),
        (PROXY | {"ConnectionType": "VPC_LINK"}, "ConnectionType VPC_LINK is only supported for HTTP_PROXY"),
        (PROXY | {"CredentialsArn": "x"}, "Invalid ARN specified in the request"),
        (PROXY | {"TlsConfig": {"ServerNameToVerify": "x"}}, "TlsConfig is only supported for private integrations"),
        (PROXY | {"RequestTemplates": {"a": "b"}}, "RequestTemplates is not currently supported for HTTP APIs."),
        (PROXY | {"PassthroughBehavior": "NEVER"}, "PassthroughBehavior is not currently supported for HTTP APIs."),
        (
            URL | {"PayloadFormatVersion": "2.0"},
            "PayloadFormatVersion 2.0 is not supported for integration of type HTTP_PROXY",
        ),
        (URL | {"PayloadFormatVersion": "x"}, "Unsupported PayloadFormatVersion: x"),
        (
            URL | {"IntegrationMethod": ""},
            "HttpMethod parameter method must be specified for integrationType HTTPPROXY",
        ),
        (URL | {"IntegrationMethod": "get"}, "Invalid HTTP method specified: get"),
        (URL | {"IntegrationUri": "ftp://x"}, "Invalid HTTP endpoint specified for URI"),
        (URL | {"ConnectionId": "x"}, "ConnectionId is only supported for ConnectionType VPC_LINK"),
        (LINKED, "ConnectionId must be set to vpcLinkId for ConnectionType VPC_LINK"),
    ],
)
def test_what_http_apis_refuse(plane: Control, given: dict[str, Any], message: str) -> None:
    assert refused(plane.v2.create_integration, ApiId=plane.http_api(), **given) == bad(message)


def test_an_empty_name_takes_the_tls_configuration_away(plane: Control) -> None:
    link = plane.v2.create_vpc_link(Name="x", SubnetIds=["subnet-1"])["VpcLinkId"]
    listener = "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/a/1/2"
    given = LINKED | {"ConnectionId": link, "IntegrationUri": listener, "TlsConfig": {"ServerNameToVerify": "a.test"}}
    api_id = plane.http_api()
    made = plane.v2.create_integration(ApiId=api_id, **given)
    assert made["TlsConfig"] == {"ServerNameToVerify": "a.test"}
    at = {"ApiId": api_id, "IntegrationId": made["IntegrationId"]}
    assert "TlsConfig" not in plane.v2.update_integration(**at, TlsConfig={"ServerNameToVerify": ""})


def test_a_link_must_exist(plane: Control) -> None:
    expected = missing("Invalid VpcLink identifier specified none")
    assert refused(plane.v2.create_integration, ApiId=plane.http_api(), **LINKED, ConnectionId="none") == expected


@pytest.mark.parametrize(
    "given",
    [
        PROXY | {"IntegrationUri": INVOCATIONS},
        PROXY | {"IntegrationUri": FUNCTION + ":${stageVariables.alias}"},
        PROXY | {"IntegrationUri": FUNCTION + ":$LATEST"},
        PROXY | {"PayloadFormatVersion": "1.0", "CredentialsArn": "arn:aws:iam::*:user/*"},
        URL | {"IntegrationUri": "https://${stageVariables.host}/x", "IntegrationMethod": "ANY"},
    ],
)
def test_what_http_apis_take(plane: Control, given: dict[str, Any]) -> None:
    assert plane.v2.create_integration(ApiId=plane.http_api(), **given)["IntegrationUri"] == given["IntegrationUri"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"IntegrationType": "MOCK", "PayloadFormatVersion": "2.0"}, "Unsupported PayloadFormatVersion: 2.0"),
        ({"IntegrationType": "MOCK", "TimeoutInMillis": 29001}, "Timeout should be between 50 ms and 29000 ms"),
        (
            {"IntegrationType": "MOCK", "IntegrationSubtype": "x"},
            "IntegrationSubtype is not supported for WEBSOCKET protocolType",
        ),
        (
            {"IntegrationType": "HTTP", "IntegrationUri": "http://a.test"},
            "HttpMethod parameter method must be specified for integrationType HTTPPROXY",
        ),
        ({"IntegrationType": "AWS", "IntegrationUri": "x"}, "Invalid ARN specified in the request"),
    ],
)
def test_what_websocket_apis_refuse(plane: Control, given: dict[str, Any], message: str) -> None:
    assert refused(plane.v2.create_integration, ApiId=plane.websocket_api(), **given) == bad(message)


def test_defaults_of_websocket_apis(plane: Control) -> None:
    api_id = plane.websocket_api()
    made = plane.v2.create_integration(ApiId=api_id, IntegrationType="MOCK")
    assert (made["TimeoutInMillis"], made["PayloadFormatVersion"]) == (29000, "1.0")
    assert (made["PassthroughBehavior"], made["ConnectionType"]) == ("WHEN_NO_MATCH", "INTERNET")
    assert made["IntegrationResponseSelectionExpression"] == "${integration.response.statuscode}"
    made = plane.v2.create_integration(ApiId=api_id, IntegrationType="AWS_PROXY", IntegrationUri=INVOCATIONS)
    assert "PassthroughBehavior" not in made
