"""Every operation of the REST control plane through boto3 against a running server, accepted and refused."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.spoken import fails
from tests.wire.support import Server

LAMBDA = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:f/invocations"
)
STATUS_200 = {"application/json": '{"statusCode": 200}'}


class Spoken:
    """An SDK client by operation names."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __call__(self, operation: str, **params: Any) -> Any:
        return getattr(self._client, operation)(**params)

    def fails(self, status: int, message: str, operation: str, **params: Any) -> None:
        fails(status, message, getattr(self._client, operation), **params)


def replace(path: str, value: str) -> dict[str, Any]:
    return {"patchOperations": [{"op": "replace", "path": path, "value": value}]}


@pytest.fixture
def rest(live: Server) -> Spoken:
    return Spoken(live.client("apigateway"))


@pytest.fixture
def api(rest: Spoken) -> Iterator[dict[str, Any]]:
    """An API with a MOCK method at its root, taken away afterwards."""
    made = rest("create_rest_api", name="wire")
    at = {"restApiId": made["id"], "resourceId": made["rootResourceId"], "httpMethod": "GET"}
    rest("put_method", **at, authorizationType="NONE")
    rest("put_integration", **at, type="MOCK", requestTemplates=STATUS_200)
    rest("put_method_response", **at, statusCode="200")
    rest("put_integration_response", **at, statusCode="200", selectionPattern="")
    yield {"restApiId": made["id"]}
    rest("delete_rest_api", restApiId=made["id"])


def root_of(rest: Spoken, api: dict[str, Any]) -> str:
    root: str = rest("get_rest_api", **api)["rootResourceId"]
    return root


def test_apis(rest: Spoken, api: dict[str, Any]) -> None:
    assert api["restApiId"] in [each["id"] for each in rest("get_rest_apis", limit=500)["items"]]
    assert rest("update_rest_api", **api, **replace("/name", "renamed"))["name"] == "renamed"
    unknown = "Invalid API identifier specified 123456789012:nothing"
    rest.fails(404, unknown, "get_rest_api", restApiId="nothing")
    rest.fails(404, unknown, "update_rest_api", restApiId="nothing", **replace("/name", "x"))
    rest.fails(404, unknown, "delete_rest_api", restApiId="nothing")
    rest.fails(400, "Description cannot be an empty string", "create_rest_api", name="x", description="")
    rest.fails(400, "Invalid position parameter", "get_rest_apis", position="nonsense")


def test_resources(rest: Spoken, api: dict[str, Any]) -> None:
    root = root_of(rest, api)
    made = rest("create_resource", **api, parentId=root, pathPart="{proxy+}")["id"]
    at = api | {"resourceId": made}
    assert rest("get_resource", **at)["path"] == "/{proxy+}"
    assert [each["path"] for each in rest("get_resources", **api)["items"]] == ["/", "/{proxy+}"]
    assert rest("update_resource", **at, **replace("/pathPart", "pets"))["path"] == "/pets"
    rest.fails(409, "already has this name: pets", "create_resource", **api, parentId=root, pathPart="pets")
    rest.fails(400, "Must be one of: [/parentId, /pathPart]", "update_resource", **at, **replace("/path", "x"))
    rest("delete_resource", **at)
    rest.fails(404, "Invalid Resource identifier specified", "get_resource", **at)
    rest.fails(404, "Invalid Resource identifier specified", "delete_resource", **at)
    rest.fails(404, "Invalid API identifier specified", "get_resources", restApiId="nothing")


def test_methods(rest: Spoken, api: dict[str, Any]) -> None:
    at = api | {"resourceId": root_of(rest, api), "httpMethod": "GET"}
    assert rest("get_method", **at)["methodIntegration"]["type"] == "MOCK"
    assert rest("update_method", **at, **replace("/apiKeyRequired", "true"))["apiKeyRequired"] is True
    rest.fails(409, "Method already exists", "put_method", **at, authorizationType="NONE")
    rest.fails(400, "Invalid patch path /httpMethod", "update_method", **at, **replace("/httpMethod", "PUT"))
    post = at | {"httpMethod": "POST"}
    wanted = post | {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": "authorizer-xxxxx"}
    rest.fails(400, "requires a valid authorizer", "put_method", **wanted)
    for operation in ("get_method", "delete_method"):
        rest.fails(404, "Invalid Method identifier specified", operation, **post)
    rest("delete_method", **at)


def test_method_responses(rest: Spoken, api: dict[str, Any]) -> None:
    at = api | {"resourceId": root_of(rest, api), "httpMethod": "GET", "statusCode": "200"}
    header = "/responseParameters/method.response.header.X"
    added = {"patchOperations": [{"op": "add", "path": header, "value": "true"}]}
    assert rest("update_method_response", **at, **added)["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert rest("get_method_response", **at)["responseParameters"] == {"method.response.header.X": True}
    rest.fails(409, "Response already exists", "put_method_response", **at)
    rest.fails(404, "Invalid parameter name specified", "update_method_response", **at, **replace(header + "2", "true"))
    lost = at | {"statusCode": "404"}
    for operation in ("get_method_response", "delete_method_response"):
        rest.fails(404, "Invalid Response status code specified", operation, **lost)
    rest("delete_method_response", **at)


def test_integrations(rest: Spoken, api: dict[str, Any]) -> None:
    at = api | {"resourceId": root_of(rest, api), "httpMethod": "GET"}
    assert rest("get_integration", **at)["timeoutInMillis"] == 29000
    assert rest("update_integration", **at, **replace("/timeoutInMillis", "50"))["timeoutInMillis"] == 50
    rest.fails(400, "between 50 ms and 29000 ms", "update_integration", **at, **replace("/timeoutInMillis", "49"))
    http = at | {"type": "HTTP", "uri": "nowhere", "integrationHttpMethod": "GET"}
    rest.fails(400, "Invalid HTTP endpoint specified for URI", "put_integration", **http)
    rest("delete_integration", **at)
    for operation in ("get_integration", "delete_integration"):
        rest.fails(404, "Invalid Integration identifier specified", operation, **at)


def test_integration_responses(rest: Spoken, api: dict[str, Any]) -> None:
    at = api | {"resourceId": root_of(rest, api), "httpMethod": "GET", "statusCode": "200"}
    assert rest("get_integration_response", **at)["selectionPattern"] == ""
    changed = rest("update_integration_response", **at, **replace("/selectionPattern", "2.."))
    assert changed["selectionPattern"] == "2.."
    rest.fails(400, "Invalid patch path /x", "update_integration_response", **at, **replace("/x", "y"))
    mapped = at | {"responseParameters": {"method.response.header.X": "'1'"}}
    rest.fails(400, "Invalid mapping expression parameter specified", "put_integration_response", **mapped)
    rest("delete_integration_response", **at)
    for operation in ("get_integration_response", "delete_integration_response"):
        rest.fails(404, "Invalid Response status code specified", operation, **at)


def test_deployments_and_stages(rest: Spoken, api: dict[str, Any], live: Server) -> None:
    first = rest("create_deployment", **api, description="one")["id"]
    at, stage = api | {"deploymentId": first}, api | {"stageName": "prod"}
    assert rest("get_deployment", **at, embed=["apisummary"])["apiSummary"]["/"]["GET"]["apiKeyRequired"] is False
    assert [each["id"] for each in rest("get_deployments", **api)["items"]] == [first]
    assert rest("update_deployment", **at, **replace("/description", "1"))["description"] == "1"

    assert rest("create_stage", **at, stageName="prod", variables={"a": "b"})["variables"] == {"a": "b"}
    with urllib.request.urlopen(f"{live.url}/_aws/execute-api/{api['restApiId']}/prod/") as answer:
        assert answer.status == 200  # served once CreateStage has answered
    limited = rest("update_stage", **stage, **replace("/*/*/throttling/rateLimit", "5"))
    assert limited["methodSettings"]["*/*"]["throttlingRateLimit"] == 5.0
    assert rest("get_stage", **stage)["deploymentId"] == first
    assert [each["stageName"] for each in rest("get_stages", **api)["item"]] == ["prod"]

    in_use = "Active stages pointing to this deployment must be moved or deleted"
    rest.fails(400, in_use, "delete_deployment", **at)
    rest.fails(409, "Stage already exists", "create_stage", **at, stageName="prod")
    rest.fails(400, "Invalid method setting path: /x.", "update_stage", **stage, **replace("/x", "y"))
    rest.fails(400, "Stage name only allows", "create_deployment", **api, stageName="$default")
    rest.fails(400, "Invalid patch path  '/id'", "update_deployment", **at, **replace("/id", "y"))
    rest.fails(404, "Invalid API identifier specified", "get_deployments", restApiId="nothing")
    rest.fails(404, "Invalid API identifier specified", "get_stages", restApiId="nothing")

    rest("delete_stage", **stage)
    rest("delete_deployment", **at)
    rest.fails(404, "Invalid Stage identifier specified", "get_stage", **stage)
    rest.fails(404, "Invalid Stage identifier specified", "delete_stage", **stage)
    rest.fails(404, "Invalid Deployment identifier specified", "get_deployment", **at)


def test_authorizers(rest: Spoken, api: dict[str, Any]) -> None:
    sound = api | {"name": "a", "type": "TOKEN", "authorizerUri": LAMBDA}
    sound["identitySource"] = "method.request.header.Authorization"
    made = rest("create_authorizer", **sound)
    assert len(made["id"]) == 6
    at = api | {"authorizerId": made["id"]}
    assert rest("get_authorizer", **at)["authType"] == "custom"
    assert len(rest("get_authorizers", **api)["items"]) == 1
    assert rest("update_authorizer", **at, **replace("/name", "b"))["name"] == "b"
    rest.fails(400, "Invalid Authorizer URI: x.", "create_authorizer", **sound | {"authorizerUri": "x"})
    rest.fails(400, "Invalid Authorizer URI: x.", "update_authorizer", **at, **replace("/authorizerUri", "x"))
    rest("delete_authorizer", **at)
    for operation in ("get_authorizer", "delete_authorizer"):
        rest.fails(404, "Invalid Authorizer identifier specified", operation, **at)
    rest.fails(404, "Invalid API identifier specified", "get_authorizers", restApiId="nothing")


def test_account_and_tags(rest: Spoken, api: dict[str, Any]) -> None:
    role = "arn:aws:iam::123456789012:role/logs"
    assert rest("update_account", **replace("/cloudwatchRoleArn", role))["cloudwatchRoleArn"] == role
    assert rest("get_account")["throttleSettings"]["burstLimit"] == 5000
    rest("update_account", **replace("/cloudwatchRoleArn", ""))
    rest.fails(400, "The role ARN does not have required", "update_account", **replace("/cloudwatchRoleArn", "x"))
    arn = f"arn:aws:apigateway:us-east-1::/restapis/{api['restApiId']}"
    rest("tag_resource", resourceArn=arn, tags={"a": "b", "c": "d"})
    rest("untag_resource", resourceArn=arn, tagKeys=["a"])
    assert rest("get_tags", resourceArn=arn)["tags"] == {"c": "d"}
    lost = arn + "x"
    rest.fails(404, "Invalid API identifier specified", "get_tags", resourceArn=lost)
    rest.fails(404, "Invalid API identifier specified", "tag_resource", resourceArn=lost, tags={"a": "b"})
    rest.fails(404, "Invalid API identifier specified", "untag_resource", resourceArn=lost, tagKeys=["a"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/restapis", b"{", 400, "SerializationException"),
        ("POST", "/restapis", b'{"name": true}', 400, "SerializationException"),
        ("POST", "/restapis", b"{}", 400, "ValidationException"),
        ("GET", "/restapis/x/planets", b"", 404, "UnknownOperationException"),
        ("GET", "/v2/planets", b"", 404, "UnknownOperationException"),
        ("POST", "/v2/apis", b"{", 400, "BadRequestException"),
    ],
)
def test_bad_requests(live: Server, method: str, path: str, body: bytes, status: int, code: str) -> None:
    """Raw, because no SDK sends these; the server goes on."""
    request = urllib.request.Request(f"{live.url}{path}", data=body or None, method=method)
    request.add_header("Content-Type", "application/json")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request)
    with refusal.value as answer:
        assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (status, code)
        assert json.loads(answer.read())


def test_answers_name_their_request_and_no_server(live: Server) -> None:
    with urllib.request.urlopen(f"{live.url}/restapis") as answer:
        assert answer.headers["x-amzn-RequestId"]
        assert answer.headers["Content-Type"] == "application/json"
        assert "Server" not in answer.headers


def test_a_body_that_is_too_large(live: Server) -> None:
    request = urllib.request.Request(f"{live.url}/restapis", data=b"x" * (13 * 1024 * 1024), method="POST")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request)
    with refusal.value as answer:
        assert answer.status == 413
