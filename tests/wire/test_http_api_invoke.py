"""HTTP APIs, called: made with boto3, served by the edge workers, functions run by the function host."""

from __future__ import annotations

import http.client
import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.wire.http_api_support import Api, echo
from tests.wire.support import Server

_HANDLER = """
def handler(event, context):
    if event["version"] == "2.0":
        if event["rawPath"].endswith("/plain"):
            return {"key": event["routeKey"]}
        return {"statusCode": 201, "cookies": ["a=1", "b=2"], "body": event["requestContext"]["http"]["path"]}
    return {"statusCode": 200, "multiValueHeaders": {"x-seen": [event["resource"]]}, "body": event["path"]}
"""


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    with echo() as url:
        yield url


@pytest.fixture(scope="module")
def function(live: Server) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", _HANDLER)
    functions = live.client("lambda")
    name = f"http-api-{uuid.uuid4().hex[:8]}"
    arn = functions.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/any",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name, StatementId="all", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    return str(arn)


def test_a_proxy_with_routes_stages_and_variables(live: Server, backend: str) -> None:
    api = Api(live)
    api.route("GET /pets/{id}", api.integration(f"{backend}/animals/{{id}}"))
    api.route("ANY /files/{proxy+}", api.integration(f"{backend}/${{stageVariables.folder}}/{{proxy}}"))
    api.route("$default", api.integration(f"{backend}/rest"))
    api.stage(StageVariables={"folder": "main"})
    api.stage("beta", StageVariables={"folder": "test"})
    seen = api.seen("GET", "/pets/7?a=1&a=2")
    assert seen["line"] == "GET /animals/7?a=1&a=2"
    assert seen["headers"]["via"] == "HTTP/1.1 AmazonAPIGateway"
    assert seen["headers"]["forwarded"] == f"by=unknown;for=127.0.0.1;host={api.host};proto=http"
    assert "x-forwarded-for" not in seen["headers"]
    assert api.seen("PUT", "/files/a/b", b"text") | {"headers": 0} == {
        "line": "PUT /main/a/b",
        "headers": 0,
        "body": "text",
    }
    assert api.seen("GET", "/beta/files/a")["line"] == "GET /test/a"
    assert api.seen("POST", "/pets/7")["line"] == "POST /rest/pets/7"
    status, _, headers = api.call("GET", "/x")
    assert status == 200
    assert (len(headers["apigw-requestid"]), headers["x-amzn-requestid"]) == (16, None)
    path_form = f"/_aws/execute-api/{api.id}"
    assert json.loads(api.call("GET", f"{path_form}/$default/pets/7", host="localhost")[1])["line"] == "GET /animals/7"
    assert json.loads(api.call("GET", f"{path_form}/beta/files/a", host="localhost")[1])["line"] == "GET /test/a"


def test_not_found(live: Server, backend: str) -> None:
    api = Api(live)
    api.route("GET /pets", api.integration(backend))
    api.stage("v1")
    for path in ("/", "/pets", "/v1", "/v1/pets/", "/v2/pets"):
        status, body, headers = api.call("GET", path)
        assert (status, body, headers["content-type"]) == (404, b'{"message":"Not Found"}', "application/json")


def test_functions_of_both_formats(live: Server, function: str) -> None:
    api = Api(live)
    api.route("GET /two/{proxy+}", api.integration(function, "AWS_PROXY", PayloadFormatVersion="2.0"))
    api.route("GET /one", api.integration(function, "AWS_PROXY", PayloadFormatVersion="1.0"))
    missing = function + "-not-there"
    api.route("GET /none", api.integration(missing, "AWS_PROXY", PayloadFormatVersion="2.0"))
    api.stage("v1")
    status, body, headers = api.call("GET", "/v1/two/x")
    assert (status, body, headers.get_all("set-cookie")) == (201, b"/v1/two/x", ["a=1", "b=2"])
    status, body, headers = api.call("GET", "/v1/two/plain")
    assert (status, body, headers["content-type"]) == (200, b'{"key":"GET /two/{proxy+}"}', "application/json")
    status, body, headers = api.call("GET", "/v1/one")
    assert (status, body, headers["x-seen"]) == (200, b"/v1/one", "/one")
    assert api.call("GET", "/v1/none")[:2] == (500, b'{"message":"Internal Server Error"}')


def test_quick_create(live: Server, backend: str, function: str) -> None:
    assert Api(live, Target=f"{backend}/base").seen("POST", "/a/b?c=d", b"x")["line"] == "POST /base/a/b?c=d"
    assert Api(live, Target=function, RouteKey="GET /plain").call("GET", "/plain")[1] == b'{"key":"GET /plain"}'


def test_parameter_mapping(live: Server, backend: str) -> None:
    api = Api(live)
    mapped = api.integration(
        backend,
        RequestParameters={
            "overwrite:path": "/v/${request.path.id}",
            "append:header.x-kind": "$request.body.kind",
            "remove:querystring.secret": "''",
            "overwrite:querystring.route": "$context.routeKey",
        },
        ResponseParameters={"404": {"overwrite:statuscode": "410", "append:header.x-was": "$response.body.line"}},
    )
    api.route("POST /{id}", mapped)
    api.stage()
    seen = api.seen("POST", "/7?secret=1&a=b", b'{"kind": "cat"}')
    assert (seen["line"], seen["headers"]["x-kind"]) == ("POST /v/7?a=b&route=POST%20%2F%7Bid%7D", "cat")
    status, _, headers = api.call("POST", "/missing", b"{}")
    assert (status, headers["x-was"]) == (410, "POST /v/missing?route=POST%20%2F%7Bid%7D")


def test_cors(live: Server, backend: str) -> None:
    origin = "https://shop.example.com"
    cors = {"AllowOrigins": [origin], "AllowMethods": ["GET"], "AllowHeaders": ["x-own"], "MaxAge": 60}
    api = Api(live, CorsConfiguration=cors)
    api.route("GET /pets", api.integration(backend))
    api.stage()
    preflight = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    status, body, headers = api.call("OPTIONS", "/pets", b"", preflight)
    assert (status, body) == (204, b"")
    assert headers["access-control-allow-origin"] == origin
    assert (headers["access-control-allow-methods"], headers["access-control-max-age"]) == ("GET", "60")
    headers = api.call("GET", "/pets", b"", {"Origin": origin})[2]
    assert headers.get_all("access-control-allow-origin") == [origin]
    assert api.call("GET", "/pets")[2]["access-control-allow-origin"] is None
    status, _, headers = api.call("GET", "/none", b"", {"Origin": origin})
    assert (status, headers["access-control-allow-origin"]) == (404, origin)
    api.v2.delete_cors_configuration(ApiId=api.id)
    assert api.call("GET", "/pets")[2]["access-control-allow-origin"] == "theirs"
    assert api.call("OPTIONS", "/pets", b"", preflight)[0] == 404


def test_a_protected_route_is_closed(live: Server, backend: str) -> None:
    api = Api(live)
    api.route("GET /signed", api.integration(backend), AuthorizationType="AWS_IAM")
    api.stage()
    assert api.call("GET", "/signed")[:2] == (403, b'{"message":"Forbidden"}')


def test_what_takes_too_long_or_is_too_large(live: Server, backend: str) -> None:
    api = Api(live)
    api.route("ANY /{proxy+}", api.integration(f"{backend}/{{proxy}}", TimeoutInMillis=50))
    api.stage()
    assert api.call("GET", "/slow")[:2] == (503, b'{"message":"Service Unavailable"}')
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=30)
    connection.putrequest("POST", "/a", skip_host=True)
    connection.putheader("Host", api.host)
    connection.putheader("Content-Length", str(10 * 1024 * 1024 + 1))
    connection.endheaders()  # the answer does not wait for the body
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (413, b'{"message":"Request Entity Too Large"}')
    connection.close()


def test_a_backend_that_is_not_there(live: Server) -> None:
    api = Api(live, Target="http://127.0.0.1:1/")
    assert api.call("GET", "/")[:2] == (500, b'{"message":"Internal Server Error"}')


def test_private_integrations(own_server: Callable[..., Server], backend: str) -> None:
    listener = (
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/inner/1234567890123456/6543210987654321"
    )
    env = {"GATEWRIGHT_VPC_LINK_TARGETS": f"{listener}={backend}"}
    api = Api(own_server("--no-companions", env=env))
    link = api.v2.create_vpc_link(Name="inner", SubnetIds=["subnet-1"])["VpcLinkId"]
    private = {"ConnectionType": "VPC_LINK", "ConnectionId": link}
    api.route("ANY /{proxy+}", api.integration(listener, **private))
    stripped = api.integration(listener, **private, RequestParameters={"overwrite:path": "$request.path"})
    api.route("GET /stripped/{proxy+}", stripped)
    api.stage()
    api.stage("prod")
    assert api.seen("POST", "/pets/7?a=b", b"x")["line"] == "POST /pets/7?a=b"
    assert api.seen("GET", "/prod/pets/7")["line"] == "GET /prod/pets/7"
    assert api.seen("GET", "/prod/stripped/7")["line"] == "GET /stripped/7"


def test_a_change_is_served_when_it_is_deployed(live: Server, backend: str) -> None:
    api = Api(live)
    target = api.integration(f"{backend}/one")
    api.route("GET /a", target)
    api.v2.create_stage(ApiId=api.id, StageName="v1")
    deployed = api.v2.create_deployment(ApiId=api.id, StageName="v1")["DeploymentId"]
    assert api.seen("GET", "/v1/a")["line"] == "GET /one"
    integration = target.partition("/")[2]
    api.v2.update_integration(ApiId=api.id, IntegrationId=integration, IntegrationUri=f"{backend}/two")
    assert api.seen("GET", "/v1/a")["line"] == "GET /one"
    api.v2.create_deployment(ApiId=api.id, StageName="v1")
    assert api.seen("GET", "/v1/a")["line"] == "GET /two"
    api.v2.update_stage(ApiId=api.id, StageName="v1", DeploymentId=deployed)
    assert api.seen("GET", "/v1/a")["line"] == "GET /one"


def test_domain_names_lead_to_both_products(live: Server, backend: str) -> None:
    api = Api(live)
    api.route("ANY /pets/{proxy+}", api.integration(f"{backend}/{{proxy}}"))
    api.route("GET /own", api.integration(backend, RequestParameters={"append:header.x": "$context.path"}))
    api.stage()
    api.stage("v1")
    name = f"{uuid.uuid4().hex[:8]}.example.com"
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    configuration = {"CertificateArn": certificate, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    api.v2.create_domain_name(DomainName=name, DomainNameConfigurations=[configuration])
    api.v2.create_api_mapping(DomainName=name, ApiId=api.id, Stage="$default")
    api.v2.create_api_mapping(DomainName=name, ApiId=api.id, Stage="v1", ApiMappingKey="shop/v1")

    def seen(path: str) -> Any:
        return json.loads(api.call("GET", path, host=name)[1])

    assert seen("/pets/a")["line"] == "GET /a"
    assert seen("/shop/v1/pets/b")["line"] == "GET /b"
    assert seen("/shop/v1/own")["headers"]["x"] == "/v1/own"
    assert api.call("GET", "/none", host=name)[0] == 404


def test_an_alias_for_the_default_stage(own_server: Callable[..., Server], backend: str) -> None:
    api = Api(own_server("--no-companions"), Target=backend)
    server = api.server
    server.stop()
    server.env["GATEWRIGHT_DOMAIN_ALIASES"] = f"pets.test={api.id}/$default"
    server.start()
    status, body, _ = api.call("GET", "/a/b?c=d", host="pets.test")
    assert (status, json.loads(body)["line"]) == (200, "GET /a/b?c=d")


def test_the_products_do_not_mix(live: Server) -> None:
    api = Api(live)
    rest = live.client("apigateway")
    with pytest.raises(ClientError, match="NotFoundException"):
        rest.get_rest_api(restApiId=api.id)
    other = rest.create_rest_api(name="rest")["id"]
    with pytest.raises(ClientError, match="NotFoundException"):
        api.v2.get_api(ApiId=other)
