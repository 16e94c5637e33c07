"""`gatewright explain` of real requests to a running node: the command finds out why, and says what to do."""

from __future__ import annotations

import http.client
import io
import json
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator

import pytest

from tests.plays.signing import signed
from tests.unit.identity.issuer import running, sign
from tests.wire.rest_support import Api
from tests.wire.support import Server, free_port

DENY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"},
        {
            "Sid": "NotThisOne",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": "execute-api:/v1/GET/denied",
        },
    ],
}
MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}


class Node:
    """One node for all tests of this file, with an API that fails in many ways."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.rest = server.client("apigateway")
        self.functions = server.client("lambda")

    def ask(self, path: str, verb: str = "GET", **headers: str) -> tuple[int, dict[str, str]]:
        """Status and headers (lower-case) of a request to a path, or to an API's path."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            connection.request(verb, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            answer.read()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    def explain(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gatewright", "explain", *words, "--data-dir", str(self.server.data)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def why(self, path: str, status: int, verb: str = "GET", **headers: str) -> str:
        """Send a request that is answered so, and ask as its answer tells to."""
        answered, found = self.ask(path, verb, **headers)
        assert answered == status
        command = found["x-gatewright-explain"].split(" ")
        assert command[:2] == ["gatewright", "explain"]
        assert command[2] in (found.get("x-amzn-requestid"), found.get("apigw-requestid"))
        said = self.explain(command[2])
        assert said.returncode == 0, said.stderr
        return " ".join(said.stdout.split())

    def function(self, name: str, body: str) -> str:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("app.py", f"def handler(event, context):\n    {body}\n")
        made = self.functions.create_function(
            FunctionName=name,
            Runtime=f"python3.{sys.version_info.minor}",
            Role="arn:aws:iam::123456789012:role/x",
            Handler="app.handler",
            Code={"ZipFile": packed.getvalue()},
        )
        return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{made['FunctionArn']}/invocations"


@pytest.fixture(scope="module")
def silent() -> Iterator[int]:
    """A port that takes connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    taken.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield int(listener.getsockname()[1])
        for each in taken:
            each.close()


@pytest.fixture(scope="module")
def node(live: Server) -> Node:
    return Node(live)


@pytest.fixture(scope="module")
def api(node: Node, silent: int) -> Iterator[Api]:
    made = Api(node.server, policy=json.dumps(DENY))
    made.method("/ok", "GET", MOCK).method("/denied", "GET", MOCK)
    for path, members in (("/keyed", {"apiKeyRequired": True}), ("/iam", {"authorizationType": "AWS_IAM"})):
        place = {"restApiId": made.id, "resourceId": made.resource(path), "httpMethod": "GET"}
        node.rest.put_method(**place, **({"authorizationType": "NONE"} | members))
        node.rest.put_integration(**place, **MOCK)
    templates = {"application/json": '{\n"statusCode": $util.parseJson("no")}'}
    made.method("/template", "GET", MOCK | {"requestTemplates": templates})
    slow = {
        "type": "HTTP_PROXY",
        "integrationHttpMethod": "GET",
        "uri": f"http://127.0.0.1:{silent}/",
        "timeoutInMillis": 50,
    }
    made.method("/slow", "GET", slow)
    for name, body in (("explained", "return {'statusCode': 200}"), ("malformed", "return {'body': {}}")):
        proxy = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": node.function(name, body)}
        made.method(f"/{name}", "GET", proxy)
    source = f"arn:aws:execute-api:us-east-1:123456789012:{made.id}/*"
    node.functions.add_permission(
        FunctionName="malformed",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=source,
    )
    for method in ("/ok", "/keyed"):
        place = {"restApiId": made.id, "resourceId": made.resource(method), "httpMethod": "GET"}
        node.rest.put_method_response(**place, statusCode="200")
        node.rest.put_integration_response(**place, statusCode="200")
    made.deploy()
    yield made
    node.rest.delete_rest_api(restApiId=made.id)
    for name in ("explained", "malformed"):
        node.functions.delete_function(FunctionName=name)


def path(api: Api, below: str) -> str:
    return f"/_aws/execute-api/{api.id}/v1{below}"


def test_a_key_that_is_missing(node: Node, api: Api) -> None:
    said = node.why(path(api, "/keyed"), 403)
    assert "✗ api key 403 INVALID_API_KEY" in said
    assert "the request carries no header x-api-key" in said


def test_a_policy_that_denies(node: Node, api: Api) -> None:
    said = node.why(path(api, "/denied"), 403)
    assert 'The API\'s resource policy denies it: the statement "NotThisOne" has Effect Deny' in said
    assert f'| "Resource": "arn:aws:execute-api:us-east-1:123456789012:{api.id}/v1/GET/denied"' in said


def test_a_permission_that_is_missing_and_the_command_that_gives_it(node: Node, api: Api) -> None:
    said = node.why(path(api, "/explained"), 500)
    assert "API Gateway may not invoke arn:aws:lambda:us-east-1:123456789012:function:explained" in said
    _, found = node.ask(path(api, "/explained"))
    fix = json.loads(node.explain(found["x-amzn-requestid"], "--json").stdout)["fix"][0]["command"]
    given = dict(zip(fix.split(" ")[3::2], fix.split(" ")[4::2], strict=True))
    node.functions.add_permission(
        FunctionName=given["--function-name"],
        StatementId=given["--statement-id"],
        Action=given["--action"],
        Principal=given["--principal"],
        SourceArn=given["--source-arn"].strip("'"),
    )
    assert node.ask(path(api, "/explained"))[0] == 200


def test_a_quota_that_is_used_up(node: Node, api: Api) -> None:
    key = node.rest.create_api_key(name="explained", enabled=True)
    plan = node.rest.create_usage_plan(
        name="explained",
        apiStages=[{"apiId": api.id, "stage": "v1"}],
        quota={"limit": 1, "period": "MONTH"},
    )
    node.rest.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    assert node.ask(path(api, "/keyed"), x_api_key=key["value"])[0] == 200
    said = node.why(path(api, "/keyed"), 429, x_api_key=key["value"])
    assert (
        f"explained ({key['id']}) has used up the 1 requests that its usage plan {plan['id']} gives it per month"
        in said
    )
    assert key["value"] not in said
    node.rest.delete_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"])
    said = node.why(path(api, "/keyed"), 403, x_api_key=key["value"])
    assert f"The key explained ({key['id']}) ends like it, and is in no usage plan" in said
    disable = [{"op": "replace", "path": "/enabled", "value": "false"}]
    node.rest.update_api_key(apiKey=key["id"], patchOperations=disable)
    said = node.why(path(api, "/keyed"), 403, x_api_key=key["value"])
    assert f"The key explained ({key['id']}) ends like it, and is disabled." in said
    node.rest.update_usage_plan(
        usagePlanId=plan["id"], patchOperations=[{"op": "remove", "path": "/apiStages", "value": f"{api.id}:v1"}]
    )
    node.rest.delete_usage_plan(usagePlanId=plan["id"])
    node.rest.delete_api_key(apiKey=key["id"])


def test_a_template_that_fails(node: Node, api: Api) -> None:
    said = node.why(path(api, "/template"), 500)
    assert "The request template fails at line 2, column 15" in said
    assert "test-invoke-method" in said


def test_a_function_that_returns_something_else(node: Node, api: Api) -> None:
    said = node.why(path(api, "/malformed"), 502)
    assert "returned something that is no proxy response: body is no string" in said
    assert '| {"body": {}}' in said


def test_a_backend_that_does_not_answer(node: Node, api: Api) -> None:
    assert "did not answer within 0.05 s, the integration's timeout" in node.why(path(api, "/slow"), 504)


def test_routes_that_are_not_there(node: Node, api: Api) -> None:
    assert "GET /ok is there: the path is right, the method is not." in node.why(path(api, "/ok"), 403, "POST")
    api.method("/later", "GET", MOCK)
    said = node.why(path(api, "/later"), 403)
    assert "The API has the method GET /later, but it was not deployed to the stage" in said
    assert f"gatewright diff {api.id} 'v1'" in said
    said = node.why(path(api, "/ok"), 403, "OPTIONS", Origin="https://a.test", Access_Control_Request_Method="GET")
    assert "This is a browser's CORS preflight." in said
    assert f"aws apigateway put-method --rest-api-id {api.id}" in said
    said = node.why(f"/_aws/execute-api/{api.id}/v9/ok", 403)
    assert f"API {api.id} has no stage 'v9'" in said
    said = node.why("/_aws/execute-api/abcdefghij/v1/ok", 403)
    assert "No deployed API has the id abcdefghij" in said


def test_a_signature_over_something_else(node: Node, api: Api) -> None:
    host = f"{api.id}.execute-api.us-east-1.amazonaws.com"
    lines = signed("GET", "/v1/iam?a=1", host=host, key="test", secret="test", now=time.time())
    said = node.why("/v1/iam?a=2", 403, **{name.replace("-", "_"): value for name, value in lines})
    assert "The signature does not match" in said
    assert "| GET | /v1/iam | a=2" in said


@pytest.fixture
def http_api_with_jwt(node: Node) -> Iterator[tuple[str, str]]:
    """An API whose route GET /pets wants a token, and one that has expired."""
    v2 = node.server.client("apigatewayv2")
    made = v2.create_api(Name="explained", ProtocolType="HTTP")["ApiId"]
    with running() as issuer:
        authorizer = v2.create_authorizer(
            ApiId=made,
            Name="jwt",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": issuer.url, "Audience": ["client"]},
        )["AuthorizerId"]
        integration = v2.create_integration(
            ApiId=made,
            IntegrationType="HTTP_PROXY",
            IntegrationMethod="GET",
            IntegrationUri="http://127.0.0.1:1/",
            PayloadFormatVersion="1.0",
        )["IntegrationId"]
        route = {"RouteKey": "GET /pets", "Target": f"integrations/{integration}", "AuthorizationType": "JWT"}
        v2.create_route(ApiId=made, AuthorizerId=authorizer, **route)
        v2.create_stage(ApiId=made, StageName="$default", AutoDeploy=True)
        yield made, sign({"iss": issuer.url, "aud": "client", "exp": 1_000_000_000, "sub": "ada"})
    v2.delete_api(ApiId=made)


def test_a_token_that_has_expired(node: Node, http_api_with_jwt: tuple[str, str]) -> None:
    made, token = http_api_with_jwt
    said = node.why(f"/_aws/execute-api/{made}/pets", 401, Authorization=f"Bearer {token}")
    assert "The token has expired: exp is 1000000000 (2001-09-09 01:46:40 UTC)" in said
    assert '"sub": "ada"' in said
    assert token.rsplit(".", 1)[1] not in said
    preflight = {"Origin": "https://a.test", "Access_Control_Request_Method": "GET"}
    said = node.why(f"/_aws/execute-api/{made}/pets", 404, "OPTIONS", **preflight)
    command = f"aws apigatewayv2 update-api --api-id {made} --cors-configuration 'AllowOrigins=https://a.test,"
    assert said.count(command) == 1


def test_lists_and_the_last_one(node: Node, api: Api) -> None:
    _, found = node.ask(path(api, "/denied"))
    said = node.explain("--list", "--api", api.id, "--status", "403", "--limit", "1")
    assert found["x-amzn-requestid"] in said.stdout
    assert said.stdout.endswith("ACCESS_DENIED\n")
    assert "NotThisOne" in node.explain("--last", "--api", "wire", "--status", "4xx").stdout
    connection = http.client.HTTPConnection("127.0.0.1", node.server.port, timeout=20)
    connection.request("GET", f"/_gatewright/explain/{found['x-amz-apigw-id']}", headers={"Host": "localhost"})
    answer = json.load(connection.getresponse())
    assert answer["explanation"]["request_id"] == found["x-amzn-requestid"]
    assert answer["workers"] == 2
    connection.request("GET", "/_gatewright/explain", headers={"Host": "evil.test"})
    assert connection.getresponse().status == 403
    connection.close()
    unknown = node.explain("00000000-0000-0000-0000-000000000000")
    assert unknown.returncode == 1
    assert "requests are kept, since" in unknown.stderr


def test_production_tells_only_its_operator_and_only_if_that_is_wished(own_server: Callable[..., Server]) -> None:
    control = free_port()
    secret = {"GATEWRIGHT_ACCESS_KEY_ID": "AKIDADMIN", "GATEWRIGHT_SECRET_ACCESS_KEY": "0123456789abcdef"}
    flags = ("--profile", "production", "--control-port", str(control), "--explain", "10")
    server = own_server(*flags, env=secret, ready_port=control)
    status, found = Node(server).ask("/v1/x", Host="abcdefghij.execute-api.us-east-1.amazonaws.com")
    assert status == 403
    assert "x-gatewright-explain" not in found
    said = Node(server).explain(found["x-amzn-requestid"])
    assert "No deployed API has the id abcdefghij" in said.stdout
    for port in (control, server.port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/_gatewright/explain", headers={"Host": "localhost"})
        assert connection.getresponse().status in (403, 404)
        connection.close()
