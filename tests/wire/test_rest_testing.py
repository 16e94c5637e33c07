"""TestInvokeMethod, TestInvokeAuthorizer and the flushes through boto3: MOCK, HTTP and Lambda, undeployed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.wire.spoken import fails
from tests.wire.support import Server

_HANDLER = "import json\ndef handle(event, context):\n    return {'statusCode': 201, 'body': json.dumps(event)}\n"


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = json.dumps({"path": self.path, "body": body.decode(), "sent": self.headers.get("X-Sent")}).encode()
        self.send_response(202)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def backend() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def rest(live: Server) -> Any:
    return live.client("apigateway")


@pytest.fixture
def at(rest: Any) -> Iterator[dict[str, str]]:
    """POST /{id} of an API that is never deployed."""
    made = rest.create_rest_api(name="testing")
    resource = rest.create_resource(restApiId=made["id"], parentId=made["rootResourceId"], pathPart="{id}")["id"]
    at = {"restApiId": made["id"], "resourceId": resource, "httpMethod": "POST"}
    declared = {"method.request.path.id": True}
    rest.put_method(**at, authorizationType="AWS_IAM", requestParameters=declared)
    rest.put_method_response(**at, statusCode="200")
    yield at
    rest.delete_rest_api(restApiId=made["id"])


def test_a_mock(rest: Any, at: dict[str, str]) -> None:
    rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    rest.put_integration_response(**at, statusCode="200", responseTemplates={"application/json": '{"a": 1}'})
    answer = rest.test_invoke_method(**at, pathWithQueryString="/7?q=1", body="{}")
    assert (answer["status"], answer["body"], answer["headers"]) == (
        200,
        '{"a": 1}',
        {"Content-Type": "application/json"},
    )
    assert "Method request path: {id=7}" in answer["log"]
    assert answer["log"].endswith("Method completed with status: 200\n")


def test_an_http_backend(rest: Any, at: dict[str, str], backend: str) -> None:
    mapping = {"integration.request.path.id": "method.request.path.id"}
    rest.put_integration(
        **at,
        type="HTTP_PROXY",
        integrationHttpMethod="POST",
        uri=f"{backend}/${{stageVariables.at}}/{{id}}",
        requestParameters=mapping,
    )
    answer = rest.test_invoke_method(
        **at, pathWithQueryString="/7", body="sent", headers={"X-Sent": "yes"}, stageVariables={"at": "here"}
    )
    assert answer["status"] == 202
    assert json.loads(answer["body"]) == {"path": "/here/7", "body": "sent", "sent": "yes"}
    assert f"Sending request to {backend}/here/7" in answer["log"]
    assert "Received response. Status: 202, Integration latency: " in answer["log"]


def test_a_lambda_function(live: Server, rest: Any, at: dict[str, str]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", _HANDLER)
    functions = live.client("lambda")
    arn = functions.create_function(
        FunctionName="tested",
        Runtime="python3.11",
        Handler="app.handle",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]
    try:
        functions.add_permission(
            FunctionName="tested",
            StatementId="gateway",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
        rest.put_integration(**at, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
        answer = rest.test_invoke_method(**at, pathWithQueryString="/7?q=1", body="sent")
    finally:
        functions.delete_function(FunctionName="tested")
    assert answer["status"] == 201
    assert "X-Amzn-Trace-Id" in answer["headers"]
    event = json.loads(answer["body"])
    assert (event["path"], event["pathParameters"], event["body"]) == ("/7", {"id": "7"}, "sent")
    assert event["requestContext"]["stage"] == "test-invoke-stage"
    assert event["requestContext"]["identity"]["sourceIp"] == "test-invoke-source-ip"


def test_what_is_not_there(rest: Any, at: dict[str, str]) -> None:
    test = rest.test_invoke_method
    fails(404, "Invalid Resource identifier specified", test, **at | {"resourceId": "none"})
    fails(404, "Invalid Resource identifier specified", test, **at | {"restApiId": "none"})
    fails(404, "Invalid Method identifier specified", test, **at | {"httpMethod": "GET"})
    fails(400, "No integration defined for method", test, **at)


def test_an_authorizer_whose_function_is_not_there(rest: Any, at: dict[str, str]) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    api = at["restApiId"]
    made = rest.create_authorizer(
        restApiId=api, name="a", type="TOKEN", authorizerUri=uri, identitySource="method.request.header.Auth"
    )
    answer = rest.test_invoke_authorizer(restApiId=api, authorizerId=made["id"], headers={"Auth": "a"})
    assert answer["clientStatus"] == 500
    assert "Invalid permissions on Lambda function" in answer["log"]
    fails(404, "Invalid Authorizer identifier", rest.test_invoke_authorizer, restApiId=api, authorizerId="none")


def test_flushing_what_is_empty(rest: Any, at: dict[str, str]) -> None:
    api = at["restApiId"]
    rest.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    rest.create_deployment(restApiId=api, stageName="v1")
    for flush in (rest.flush_stage_cache, rest.flush_stage_authorizers_cache):
        assert flush(restApiId=api, stageName="v1")["ResponseMetadata"]["HTTPStatusCode"] == 202
        fails(404, "Invalid Stage identifier specified", flush, restApiId=api, stageName="v2")
