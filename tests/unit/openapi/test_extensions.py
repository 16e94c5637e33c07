from __future__ import annotations

from gatewright.openapi import extensions
from tests.unit.openapi.support import document, problems, read

X = "x-amazon-apigateway-"
POLICY = {"Version": "2012-10-17", "Statement": []}


def test_members_of_the_api_there_and_back() -> None:
    given = {
        X + "api-key-source": "AUTHORIZER",
        X + "security-policy": "SecurityPolicy_TLS13_1_3_2025_09",
        X + "endpoint-access-mode": "STRICT",
        X + "binary-media-types": ["image/png"],
        X + "minimum-compression-size": 0,
        X + "policy": POLICY,
        X + "endpoint-configuration": {"vpcEndpointIds": ["vpce-1"], "disableExecuteApiEndpoint": True},
    }
    api = read(document() | given).api
    assert api == {
        "name": "api",
        "version": "1",
        "apiKeySource": "AUTHORIZER",
        "securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09",
        "endpointAccessMode": "STRICT",
        "binaryMediaTypes": ["image/png"],
        "minimumCompressionSize": 0,
        "policy": '{"Version":"2012-10-17","Statement":[]}',
        "endpointConfiguration": {"vpcEndpointIds": ["vpce-1"]},
        "disableExecuteApiEndpoint": True,
    }
    assert extensions.write_api(api) == given


def test_the_endpoint_of_a_server() -> None:
    server = {"url": "/", X + "endpoint-configuration": {"disableExecuteApiEndpoint": True}}
    assert read(document(servers=[server])).api["disableExecuteApiEndpoint"] is True


def test_of_several_servers_the_first_counts() -> None:
    servers = [{"url": "/"}, {"url": "/", X + "endpoint-configuration": {"disableExecuteApiEndpoint": True}}]
    found = read(document(servers=servers))
    assert "disableExecuteApiEndpoint" not in found.api
    assert found.warnings == [
        "More than one server provided. Ignoring all but the first for defining endpoint configuration"
    ]


def test_validators_and_gateway_responses_there_and_back() -> None:
    flags = {"validateRequestBody": True, "validateRequestParameters": False}
    response = {
        "statusCode": "418",
        "responseParameters": {"gatewayresponse.header.a": "'b'"},
        "responseTemplates": {"application/json": "{}"},
    }
    given = {X + "request-validators": {"v": flags}, X + "gateway-responses": {"DEFAULT_4XX": response}}
    found = read(document() | given)
    assert found.validators == [{"name": "v"} | flags]
    assert found.gateway_responses == [{"responseType": "DEFAULT_4XX"} | response]
    assert extensions.write_validators(found.validators) == {"v": flags}
    assert extensions.write_gateway_responses(found.gateway_responses) == {"DEFAULT_4XX": response}


def test_extensions_of_http_apis() -> None:
    silent = {X + "importexport-version": "1.0", X + "tag-value": "x"}
    found = read(document() | silent | {X + "cors": {}, X + "unheard": 1})
    assert found.warnings == [
        "Unsupported extension 'x-amazon-apigateway-cors' at '/'. Ignoring.",
        "Unsupported extension 'x-amazon-apigateway-unheard' at '/'. Ignoring.",
    ]


def test_problems() -> None:
    tree = document() | {X + "minimum-compression-size": "big", X + "gateway-responses": {"A": {"statusCode": "x"}}}
    del tree["info"]["title"]
    assert problems(tree) == (
        "Unable to read '/info': title is missing",
        "Unable to read '/x-amazon-apigateway-minimum-compression-size': an integer is expected, not text",
        "Unable to read '/x-amazon-apigateway-gateway-responses/A/statusCode': 'x' is no status code",
    )
