from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.control.support import Control, refused

X = "x-amazon-apigateway-"
MOCK = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200"}},
}


def operation(**more: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "200 response"}}, X + "integration": MOCK} | more


def document(paths: Any = None, **more: Any) -> bytes:
    tree = {"openapi": "3.0.1", "info": {"title": "imported", "version": "1"}, "paths": paths or {}} | more
    return json.dumps(tree).encode()


def paths(plane: Control, api_id: str) -> dict[str, list[str]]:
    items = plane.rest.get_resources(restApiId=api_id, limit=500)["items"]
    return {each["path"]: sorted(each.get("resourceMethods", {})) for each in items}


def test_an_import_can_be_deployed(plane: Control) -> None:
    made = plane.rest.import_rest_api(body=document({"/a/{b}": {"get": operation()}}))
    assert paths(plane, made["id"]) == {"/": [], "/a": [], "/a/{b}": ["GET"]}
    plane.rest.create_deployment(restApiId=made["id"], stageName="v1")
    assert (made["id"], "v1") in [call[:2] for call in plane.published.calls]


def test_parameters_of_an_import(plane: Control) -> None:
    made = plane.rest.import_rest_api(body=document(), parameters={"endpointConfigurationTypes": "REGIONAL"})
    assert made["endpointConfiguration"] == {"types": ["REGIONAL"], "ipAddressType": "ipv4"}
    for parameters, message in (
        (
            {"endpointConfigurationTypes": "NOWHERE"},
            "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
        ),
        ({"endpointConfigurationTypes": "EDGE,REGIONAL"}, "Cannot create an api with multiple Endpoint Types."),
        ({"basepath": "keep"}, "Invalid basepath specified. Valid options are ignore,prepend,split"),
        ({"ignore": "me"}, "Invalid ignore specified. Valid options are documentation"),
        ({"other": "x"}, "Invalid parameter specified: other"),
    ):
        status, code, text = refused(plane.rest.import_rest_api, body=document(), parameters=parameters)
        assert (status, code) == (400, "BadRequestException")
        assert text.startswith(message)


def test_what_is_wrong_is_reported_together_and_nothing_is_made(plane: Control) -> None:
    no_response = operation(responses={})
    bad = operation(**{X + "integration": {"type": "http", "httpMethod": "GET", "uri": "nowhere"}})
    secured = operation(security=[{"a": []}])
    schemes = {"a": {"type": "apiKey", "in": "header", "name": "A", X + "authorizer": {"type": "token"}}}
    given = document(
        {
            "/a$": {"get": operation()},
            "/b": {"get": bad, "put": no_response | {X + "integration": MOCK}},
            "/c": {"get": secured},
        },
        components={"securitySchemes": schemes, "schemas": {"a-b": {"type": "object"}}},
    )
    status, code, message = refused(plane.rest.import_rest_api, body=given)
    assert (status, code) == (400, "BadRequestException")
    assert message.split("\n\t") == [
        "Errors found during import:",
        "Unable to create model for 'a-b': Model name must be alphanumeric: a-b",
        "Unable to create Authorizer 'a': Invalid Authorizer URI: . Authorizer URI should be a valid API Gateway ARN "
        "that represents a Lambda function invocation.",
        "Unable to create resource at path '/a$': Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path "
        "variable and curly braces at the beginning and the end.",
        "Unable to put integration on 'GET' for resource at path '/b': Invalid HTTP endpoint specified for URI",
        "Unable to put method 'GET' on resource at path '/c': Invalid authorizer ID specified. Setting the "
        "authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    ]
    assert plane.rest.get_rest_apis()["items"] == []


def test_the_place_of_what_cannot_be_read(plane: Control) -> None:
    given = document({"/a": {"get": {"parameters": [{"$ref": "other.yaml#/x"}]}}})
    message = refused(plane.rest.import_rest_api, body=given)[2]
    assert message == (
        "Errors found during import:\n\tUnable to read '/paths/~1a/get/parameters/0': the reference 'other.yaml#/x' "
        "leads out of the document, which is not supported"
    )


def test_a_long_list_of_errors_is_cut(plane: Control) -> None:
    message = refused(plane.rest.import_rest_api, body=document({f"/a{at}": 1 for at in range(150)}))[2]
    assert message.endswith("\n\tand 50 more")


def test_warnings(plane: Control) -> None:
    given = document({"/a": {"get": operation(), "trace": {}}})
    warning = "Unsupported method 'TRACE' of resource '/a'. Ignoring."
    assert plane.rest.import_rest_api(body=given)["warnings"] == [warning]
    status, code, message = refused(plane.rest.import_rest_api, body=given, failOnWarnings=True)
    assert (status, code, message) == (400, "BadRequestException", f"Warnings found during import:\n\t{warning}")
    assert len(plane.rest.get_rest_apis()["items"]) == 1


def test_warnings_beside_errors(plane: Control) -> None:
    documents: list[dict[str, Any]] = [{"/a$": {"trace": {}}}, {"/a": {"trace": {}, "get": 1}}]
    for broken in documents:
        message = refused(plane.rest.import_rest_api, body=document(broken))[2]
        path = next(iter(broken))
        assert message.startswith("Errors found during import:\n\tUnable to ")
        assert message.endswith(
            f"\nAdditionally, these warnings were found:\n\tUnsupported method 'TRACE' of resource '{path}'. Ignoring."
        )


def test_variables_of_aws(plane: Control) -> None:
    uri = (
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:${AWS::Partition}:lambda:"
    )
    uri += "${AWS::Region}:${AWS::AccountId}:function:f/invocations"
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}
    made = plane.rest.import_rest_api(body=document({"/": {"get": {X + "integration": integration}}}))
    at = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "GET"}
    assert plane.rest.get_integration(**at)["uri"] == (
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:111111111111:function:f/invocations"
    )


def test_merging(plane: Control) -> None:
    first = document({"/a": {"get": operation(operationId="one"), "put": operation()}, "/b": {"get": operation()}})
    api_id = plane.rest.import_rest_api(body=first)["id"]
    plane.rest.update_rest_api(
        restApiId=api_id, patchOperations=[{"op": "replace", "path": "/description", "value": "kept"}]
    )
    second = document({"/a": {"get": operation(operationId="two"), "post": operation()}, "/c": {"get": operation()}})
    answer = plane.rest.put_rest_api(restApiId=api_id, body=second)
    assert (answer["id"], answer["description"], answer["tags"]) == (api_id, "kept", {})
    assert paths(plane, api_id) == {"/": [], "/a": ["GET", "POST", "PUT"], "/b": ["GET"], "/c": ["GET"]}
    found = {each["path"]: each["id"] for each in plane.rest.get_resources(restApiId=api_id)["items"]}
    method = plane.rest.get_method(restApiId=api_id, resourceId=found["/a"], httpMethod="GET")
    assert method["operationName"] == "two"


def test_overwriting(plane: Control) -> None:
    first = document(
        {"/a/{x}": {"get": operation()}, "/b": {"get": operation()}},
        **{X + "minimum-compression-size": 1, X + "gateway-responses": {"DEFAULT_4XX": {"statusCode": "418"}}},
    )
    api_id = plane.rest.import_rest_api(body=first)["id"]
    before = {each["path"]: each["id"] for each in plane.rest.get_resources(restApiId=api_id)["items"]}
    second = document({"/a/{y}": {"put": operation()}, "/b": {"put": operation()}})
    answer = plane.rest.put_rest_api(restApiId=api_id, body=second, mode="overwrite")
    assert "minimumCompressionSize" not in answer
    assert paths(plane, api_id) == {"/": [], "/a": [], "/a/{y}": ["PUT"], "/b": ["PUT"]}
    after = {each["path"]: each["id"] for each in plane.rest.get_resources(restApiId=api_id)["items"]}
    assert (after["/a"], after["/b"]) == (before["/a"], before["/b"])
    assert plane.rest.get_gateway_response(restApiId=api_id, responseType="DEFAULT_4XX")["defaultResponse"] is True


def test_authorizers_keep_their_ids(plane: Control) -> None:
    def given(ttl: int) -> bytes:
        extension = {
            "type": "cognito_user_pools",
            "providerARNs": ["arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_a"],
            "authorizerResultTtlInSeconds": ttl,
        }
        scheme = {"type": "apiKey", "in": "header", "name": "A", X + "authorizer": extension}
        paths = {"/": {"get": operation(security=[{"mine": []}])}}
        return document(paths, components={"securitySchemes": {"mine": scheme}})

    api_id = plane.rest.import_rest_api(body=given(1))["id"]
    (first,) = plane.rest.get_authorizers(restApiId=api_id)["items"]
    plane.rest.put_rest_api(restApiId=api_id, body=given(2))
    (second,) = plane.rest.get_authorizers(restApiId=api_id)["items"]
    assert second == first | {"authorizerResultTtlInSeconds": 2}


def test_an_unknown_api_and_a_bad_mode(plane: Control) -> None:
    status, code, message = refused(plane.rest.put_rest_api, restApiId="nothing", body=document())
    assert (status, code) == (404, "NotFoundException")
    assert message == "Invalid API identifier specified 111111111111:nothing"
    api_id, _ = plane.api()
    assert refused(plane.rest.put_rest_api, restApiId=api_id, body=document(), mode="other")[0] == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"swagger": "1.2"}'])
def test_what_is_no_document(plane: Control, body: bytes) -> None:
    assert refused(plane.rest.import_rest_api, body=body)[1:] == ("BadRequestException", "Invalid OpenAPI input.")


@pytest.mark.parametrize(
    ("extension", "value", "message"),
    [
        ("api-key-source", "NOWHERE", "Invalid API key source specified"),
        ("minimum-compression-size", -1, "Invalid minimum compression size, must be between 0 and 10485760"),
        ("security-policy", "TLS_9", "Invalid security policy specified"),
        ("endpoint-access-mode", "LAX", "Invalid endpoint access mode specified"),
        ("endpoint-configuration", {"ipAddressType": "ipv5"}, "ipAddressType must be either ipv4 or dualstack."),
        (
            "endpoint-configuration",
            {"types": ["LOCAL"]},
            "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
        ),
        (
            "endpoint-configuration",
            {"types": ["PRIVATE"], "ipAddressType": "ipv4"},
            "Only dualstack ipAddressType is supported for Private APIs.",
        ),
        ("policy", {"no": "policy"}, "Invalid policy document"),
    ],
)
def test_bad_values_of_the_api(plane: Control, extension: str, value: Any, message: str) -> None:
    given = document(**{X + extension: value})
    assert refused(plane.rest.import_rest_api, body=given)[2].startswith(message)
    api_id, _ = plane.api()
    assert refused(plane.rest.put_rest_api, restApiId=api_id, body=given)[2].startswith(message)
    assert plane.rest.get_rest_api(restApiId=api_id)["name"] == "api"
