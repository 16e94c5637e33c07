"""The commands of the seed document's sections "Create API", "Resources and Methods", "Authorizers", "OpenAPI Import",
"HTTP API", "WebSocket API".

Typed into the real AWS CLI as they stand there, but for `create-rest-api --endpoint-types`, which the CLI does not have
("Unknown options", before anything is sent): the real way is `--endpoint-configuration types=REGIONAL`.
"""

from __future__ import annotations

import io
import json
import socket
import urllib.request
import zipfile
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from websockets.sync.client import connect

from tests.wire.support import Server

_HANDLER = """
import json

def handler(event, context):
    body = {"path": event["path"], "stage": event["requestContext"]["stage"], "method": event["httpMethod"]}
    return {"statusCode": 200, "body": json.dumps(body)}
"""


def _zip(folder: Path, handler: str) -> Path:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", handler)
    path = folder / "function.zip"
    path.write_bytes(archive.getvalue())
    return path


def _get(url: str, host: str) -> tuple[int, bytes]:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Host": host}), timeout=10) as answer:
        return answer.status, answer.read()


def _post(server: Server, host: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Of the method behind the user pool; who is let in, is in test_user_pools.py."""
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as line:
        line.request("POST", "/v1/orders", headers={"Host": host} | headers)
        answer = line.getresponse()
        return answer.status, answer.read()


def _create_function(server: Server, folder: Path, handler: str = _HANDLER, name: str = "my-function") -> str:
    created = server.aws(
        "lambda", "create-function", "--function-name", name, "--runtime", "python3.11",
        "--handler", "app.handler", "--zip-file", f"fileb://{_zip(folder, handler)}",
        "--role", "arn:aws:iam::123456789012:role/any",
    )  # fmt: skip
    return str(created["FunctionArn"])


def _create_api(server: Server) -> tuple[str, str]:
    server.aws(
        "apigateway", "create-rest-api", "--name", "my-api", "--description", "My REST API",
        "--endpoint-configuration", "types=REGIONAL",
    )  # fmt: skip
    api_id = server.aws("apigateway", "get-rest-apis", "--query", "items[0].id", "--output", "text")
    parent = server.aws(
        "apigateway", "get-resources", "--rest-api-id", api_id, "--query", "items[0].id", "--output", "text"
    )
    resource = server.aws(
        "apigateway", "create-resource", "--rest-api-id", api_id, "--parent-id", parent, "--path-part", "orders",
        "--query", "id", "--output", "text",
    )  # fmt: skip
    return api_id, resource


def _add_methods(server: Server, api_id: str, resource: str) -> None:
    where = ("--rest-api-id", api_id, "--resource-id", resource)
    server.aws("apigateway", "put-method", *where, "--http-method", "GET", "--authorization-type", "NONE")
    server.aws(
        "apigateway", "put-integration", *where, "--http-method", "GET", "--type", "AWS_PROXY",
        "--integration-http-method", "POST", "--uri",
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:123456789012:function:my-function/invocations",
    )  # fmt: skip
    authorizer = server.aws(
        "apigateway", "create-authorizer", "--rest-api-id", api_id, "--name", "CognitoAuthorizer", "--type",
        "COGNITO_USER_POOLS", "--provider-arns", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_xxxxx",
    )["id"]  # fmt: skip
    server.aws(
        "apigateway", "put-method", *where, "--http-method", "POST", "--authorization-type", "COGNITO_USER_POOLS",
        "--authorizer-id", authorizer,
    )  # fmt: skip
    server.aws(
        "apigateway", "put-integration", *where, "--http-method", "POST", "--type", "MOCK", "--request-templates",
        '{"application/json": "{\\"statusCode\\": 200}"}',
    )  # fmt: skip


def _deploy(server: Server, api_id: str) -> None:
    server.aws(
        "apigateway",
        "create-deployment",
        "--rest-api-id",
        api_id,
        "--stage-name",
        "v1",
        "--description",
        "Production v1",
    )


def _permit(server: Server, api_id: str) -> None:
    server.aws(
        "lambda", "add-permission", "--function-name", "my-function", "--statement-id", "apigateway", "--action",
        "lambda:InvokeFunction", "--principal", "apigateway.amazonaws.com", "--source-arn",
        f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/*/GET/orders",
    )  # fmt: skip


def test_the_seed_through_the_real_cli_survives_kill_9(own_server: Callable[..., Server], tmp_path: Path) -> None:
    server = own_server("--no-companions")
    assert _create_function(server, tmp_path) == "arn:aws:lambda:us-east-1:123456789012:function:my-function"
    api_id, resource = _create_api(server)
    _add_methods(server, api_id, resource)
    _permit(server, api_id)
    _deploy(server, api_id)

    host = f"{api_id}.execute-api.us-east-1.amazonaws.com"
    status, body = _get(f"{server.url}/v1/orders", host)
    assert (status, json.loads(body)) == (200, {"path": "/orders", "stage": "v1", "method": "GET"})
    assert _post(server, host, {}) == (401, b'{"message":"Unauthorized"}')
    assert _post(server, host, {"Authorization": "token"}) == (401, b'{"message":"Unauthorized"}')

    server.kill()
    server.start()
    assert _get(f"{server.url}/v1/orders", host) == (status, body)
    assert server.aws("apigateway", "get-rest-apis")["items"][0]["id"] == api_id

    assert server.stop() == 0
    server.start()
    for url in (f"/restapis/{api_id}/v1/_user_request_/orders", f"/_aws/execute-api/{api_id}/v1/orders"):
        assert _get(server.url + url, f"127.0.0.1:{server.port}") == (status, body)


_HTTP_HANDLER = """
def handler(event, context):
    return {"version": event["version"], "route": event["routeKey"], "path": event["rawPath"]}
"""


def test_the_seed_s_http_api_through_the_real_cli(own_server: Callable[..., Server], tmp_path: Path) -> None:
    """As it stands there, with what it leaves out: ids, the route's target, the permission.

    `update-route --default-route-settings` is none of the CLI's ("Unknown options", before anything is sent): the
    settings of a route are the stage's.
    """
    server = own_server("--no-companions")
    _create_function(server, tmp_path, _HTTP_HANDLER)
    server.aws("apigatewayv2", "create-api", "--name", "my-http-api", "--protocol-type", "HTTP")
    api_id = server.aws("apigatewayv2", "get-apis", "--query", "Items[0].ApiId", "--output", "text")
    where = ("--api-id", api_id)
    route = server.aws(
        "apigatewayv2", "create-route", *where, "--route-key", "GET /orders", "--query", "RouteId", "--output", "text"
    )
    integration = server.aws(
        "apigatewayv2", "create-integration", *where, "--integration-type", "AWS_PROXY", "--integration-uri",
        "arn:aws:lambda:us-east-1:123456789012:function:my-function", "--payload-format-version", "2.0",
        "--query", "IntegrationId", "--output", "text",
    )  # fmt: skip
    server.aws("apigatewayv2", "create-stage", *where, "--stage-name", "v1", "--auto-deploy")
    server.aws("apigatewayv2", "update-route", *where, "--route-id", route, "--target", f"integrations/{integration}")
    _permit(server, api_id)
    settings = '{"GET /orders": {"ThrottlingBurstLimit": 1000, "ThrottlingRateLimit": 500}}'
    stage = server.aws("apigatewayv2", "update-stage", *where, "--stage-name", "v1", "--route-settings", settings)
    assert stage["RouteSettings"]["GET /orders"] == {"ThrottlingBurstLimit": 1000, "ThrottlingRateLimit": 500.0}

    host = f"{api_id}.execute-api.us-east-1.amazonaws.com"
    status, body = _get(f"{server.url}/v1/orders", host)
    assert (status, json.loads(body)) == (200, {"version": "2.0", "route": "GET /orders", "path": "/v1/orders"})
    server.kill()
    server.start()
    assert _get(f"{server.url}/v1/orders", host) == (status, body)


_SPEC = {
    "openapi": "3.0.1",
    "info": {"title": "orders", "version": "1"},
    "paths": {
        "/orders": {
            "get": {
                "responses": {"200": {"description": "200 response"}},
                "x-amazon-apigateway-integration": {
                    "type": "mock",
                    "requestTemplates": {"application/json": '{"statusCode": 200}'},
                    "responses": {"default": {"statusCode": "200"}},
                },
            }
        }
    },
}


def test_openapi_import_of_the_seed(live: Server, tmp_path: Path) -> None:
    spec, exported = tmp_path / "openapi-spec.json", tmp_path / "exported.json"
    spec.write_text(json.dumps(_SPEC))
    api_id = live.aws("apigateway", "import-rest-api", "--body", f"file://{spec}", "--fail-on-warnings")["id"]
    _deploy(live, api_id)
    answer = live.aws(
        "apigateway", "get-export", "--rest-api-id", api_id, "--stage-name", "v1", "--export-type", "swagger",
        str(exported),
    )  # fmt: skip
    assert answer["contentType"] == "application/octet-stream"
    written = json.loads(exported.read_text())
    assert (written["swagger"], list(written["paths"])) == ("2.0", ["/orders"])
    live.aws("apigateway", "delete-rest-api", "--rest-api-id", api_id)


# As AWS's tutorials write it.
_WEBSOCKET_HANDLER = """
import json
import boto3

def handler(event, context):
    asked = event["requestContext"]
    if asked["eventType"] == "MESSAGE":
        client = boto3.client(
            "apigatewaymanagementapi", endpoint_url=f"https://{asked['domainName']}/{asked['stage']}"
        )
        answer = {"heard": json.loads(event["body"])["data"], "at": asked["domainName"]}
        client.post_to_connection(ConnectionId=asked["connectionId"], Data=json.dumps(answer).encode())
    return {"statusCode": 200}
"""


def test_the_seed_s_websocket_api_through_the_real_cli(own_server: Callable[..., Server], tmp_path: Path) -> None:
    """As it stands there, with what it leaves out: ids, the routes' targets, a stage, a deployment, the permission."""
    server = own_server("--no-companions")
    _create_function(server, tmp_path, _WEBSOCKET_HANDLER, "websocket-handler")
    server.aws(
        "apigatewayv2", "create-api", "--name", "my-websocket", "--protocol-type", "WEBSOCKET",
        "--route-selection-expression", "$request.body.action",
    )  # fmt: skip
    api_id = server.aws("apigatewayv2", "get-apis", "--query", "Items[0].ApiId", "--output", "text")
    where = ("--api-id", api_id)
    connecting = server.aws(
        "apigatewayv2", "create-route", *where, "--route-key", "$connect", "--authorization-type", "NONE"
    )
    routes = [
        connecting,
        server.aws("apigatewayv2", "create-route", *where, "--route-key", "$disconnect"),
        server.aws("apigatewayv2", "create-route", *where, "--route-key", "sendMessage"),
    ]
    function = "arn:aws:lambda:us-east-1:123456789012:function:websocket-handler"
    integration = server.aws(
        "apigatewayv2", "create-integration", *where, "--integration-type", "AWS_PROXY", "--integration-uri", function
    )
    assert (integration["IntegrationUri"], integration["TimeoutInMillis"]) == (function, 29_000)
    for route in routes:
        target = f"integrations/{integration['IntegrationId']}"
        server.aws("apigatewayv2", "update-route", *where, "--route-id", route["RouteId"], "--target", target)
    server.aws("apigatewayv2", "create-stage", *where, "--stage-name", "production", "--auto-deploy")
    server.aws(
        "lambda", "add-permission", "--function-name", "websocket-handler", "--statement-id", "api", "--action",
        "lambda:InvokeFunction", "--principal", "apigateway.amazonaws.com", "--source-arn",
        f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/*/*",
    )  # fmt: skip

    def answers() -> None:
        for host in (f"{api_id}.execute-api.us-east-1.amazonaws.com", f"{api_id}.execute-api.localhost"):
            line = socket.create_connection(("127.0.0.1", server.port))
            with connect(f"ws://{host}:{server.port}/production", sock=line) as client:
                client.send('{"action": "sendMessage", "data": "hello"}')
                assert json.loads(client.recv(timeout=30)) == {"heard": "hello", "at": host}
                client.send('{"action": "none"}')
                assert json.loads(client.recv(timeout=30))["message"] == "Forbidden"

    answers()
    server.kill()
    server.start()
    answers()
