"""REST APIs called over real sockets: made with boto3, served by a live server, in front of a real backend."""

from __future__ import annotations

import base64
import http.client
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.wire.support import Server, free_port

_ACCOUNT = "123456789012"
_PIXEL = b"\x89PNG\r\n\x1a\n\xff\x00"


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it saw; /status/N with that status, /silent never, /pixel an image, /cut half an answer."""

    protocol_version = "HTTP/1.1"
    hold = threading.Event()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        seen = {
            "method": self.command,
            "target": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": self.rfile.read(length).decode("latin-1"),
        }
        path = self.path.partition("?")[0]
        if path == "/silent":
            self.hold.wait(20)
        if path == "/cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.close_connection = True
            return
        body, kind = (_PIXEL, "image/png") if path == "/pixel" else (json.dumps(seen).encode(), "application/json")
        self.send_response(int(path.rpartition("/")[2]) if path.startswith("/status/") else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Backend", "yes")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:
        return None


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    """The URL of an echoing HTTP server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    _Echo.hold.set()
    server.shutdown()
    server.server_close()
    thread.join()


class Api:
    """A REST API under construction, and calls of its stage "v1"."""

    def __init__(self, server: Server, **members: Any) -> None:
        self.server = server
        self.client = server.client("apigateway")
        created = self.client.create_rest_api(name="wire", **members)
        self.id: str = created["id"]
        self._resources: dict[str, str] = {"/": created["rootResourceId"]}

    def method(
        self, path: str, verb: str, integration: Mapping[str, Any], responses: Mapping[str, Any] | None = None
    ) -> Api:
        """A method without authorization; `responses`: code → members of the integration response."""
        place = {"restApiId": self.id, "resourceId": self._resource(path), "httpMethod": verb}
        names = [part.strip("{}+") for part in path.split("/") if part.startswith("{")]
        parameters = {f"method.request.path.{name}": True for name in names}
        self.client.put_method(**place, authorizationType="NONE", requestParameters=parameters)
        self.client.put_integration(**place, **integration)
        for code, members in (responses or {}).items():
            headers = dict.fromkeys(members.get("responseParameters", {}), False)
            self.client.put_method_response(**place, statusCode=code, responseParameters=headers)
            self.client.put_integration_response(**place, statusCode=code, **members)
        return self

    def deploy(self, stage: str = "v1", **members: Any) -> Api:
        self.client.create_deployment(restApiId=self.id, stageName=stage, **members)
        return self

    def call(
        self,
        verb: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        host: str | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """One request; `target` begins with the stage. Header names come back in lower case."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            name = host or f"{self.id}.execute-api.us-east-1.amazonaws.com"
            connection.request(verb, target, body or None, {"Host": name} | dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def delete(self) -> None:
        self.client.delete_rest_api(restApiId=self.id)

    def _resource(self, path: str) -> str:
        if path not in self._resources:
            parent, _, part = path.rpartition("/")
            made = self.client.create_resource(restApiId=self.id, parentId=self._resource(parent or "/"), pathPart=part)
            self._resources[path] = made["id"]
        return self._resources[path]


_MOCK = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
_OK = {"200": {"responseTemplates": {"application/json": '{"ok": true}'}}}


@pytest.fixture
def api(live: Server) -> Iterator[Api]:
    made = Api(live, binaryMediaTypes=["image/png"])
    yield made
    made.delete()


def _proxy(uri: str, **members: Any) -> dict[str, Any]:
    return {"type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": uri} | members


def test_a_deployment_is_served_when_it_is_answered_and_gone_when_deleted(api: Api) -> None:
    api.method("/", "GET", _MOCK, _OK)
    assert api.call("GET", "/v1")[0] == 403
    api.deploy()
    for _ in range(8):  # whichever worker answers
        status, headers, body = api.call("GET", "/v1")
        assert (status, body, headers["content-type"]) == (200, b'{"ok": true}', "application/json")
        assert {"x-amzn-requestid", "x-amz-apigw-id", "date", "content-length"} <= headers.keys()
    api.method("/later", "GET", _MOCK, _OK)
    assert api.call("GET", "/v1/later")[0] == 403
    api.deploy()
    assert api.call("GET", "/v1/later")[0] == 200
    api.client.delete_stage(restApiId=api.id, stageName="v1")
    assert api.call("GET", "/v1")[::2] == (403, b'{"message":"Forbidden"}')


def test_every_form_of_the_url_leads_to_the_same_place(api: Api) -> None:
    api.method("/a", "GET", _MOCK, _OK).deploy()
    port = api.server.port
    for host in (
        f"{api.id}.execute-api.localhost:{port}",
        f"{api.id}-vpce-0abc.execute-api.us-east-1.amazonaws.com",
    ):
        assert api.call("GET", "/v1/a", host=host)[0] == 200
    local = f"127.0.0.1:{port}"
    for target in (f"/restapis/{api.id}/v1/_user_request_/a", f"/_aws/execute-api/{api.id}/v1/a"):
        assert api.call("GET", target, host=local)[0] == 200
    assert (
        api.call(
            "GET", "/v1/a", {"x-apigw-api-id": api.id}, host="vpce-0abc-xyz.execute-api.us-east-1.vpce.amazonaws.com"
        )[0]
        == 200
    )
    assert api.call("GET", "/v1/a", host=f"{api.id}.execute-api.eu-west-1.amazonaws.com")[0] == 403


def test_a_name_of_ones_own_leads_to_a_stage(own_server: Callable[..., Server], backend: str) -> None:
    server = own_server("--no-companions", env={"GATEWRIGHT_DOMAIN_ALIASES": "gw.test=named/v1"})
    api = Api(server, tags={"_custom_id_": "named"}, disableExecuteApiEndpoint=True)
    mapping = {"integration.request.path.rest": "method.request.path.rest"}
    api.method("/{rest+}", "ANY", _proxy(backend + "/{rest}", requestParameters=mapping)).deploy()
    for host in ("gw.test", f"GW.test:{server.port}"):
        status, _, body = api.call("GET", "/a/b?c=1", host=host)
        assert (status, json.loads(body)["target"]) == (200, "/a/b?c=1")
    assert api.call("GET", "/v1/a/b")[::2] == (403, b'{"message":"Forbidden"}')
    assert api.call("GET", "/a/b", host="other.test")[0] != 200


def test_http_proxy_end_to_end(api: Api, backend: str) -> None:
    mapping = {"integration.request.path.rest": "method.request.path.rest"}
    api.method("/{rest+}", "ANY", _proxy(backend + "/{rest}", requestParameters=mapping)).deploy()
    status, headers, body = api.call("POST", "/v1/a/b%20c/?x=1&y=2+3", {"X-Own": "1"}, b"hello")
    seen = json.loads(body)
    assert (status, headers["x-backend"]) == (200, "yes")
    assert (seen["method"], seen["target"], seen["body"]) == ("POST", "/a/b%20c?x=1&y=2+3", "hello")
    assert (seen["headers"]["x-own"], seen["headers"]["x-forwarded-for"]) == ("1", "127.0.0.1")
    assert seen["headers"]["x-amzn-apigateway-api-id"] == api.id
    assert seen["headers"]["host"] == backend.removeprefix("http://")
    assert "x-amzn-remapped-server" in headers
    assert api.call("GET", "/v1/status/418")[0] == 418
    _, alike, answer = api.call("GET", "/v1/a")
    status, headers, body = api.call("HEAD", "/v1/a")
    assert (status, body) == (200, b"")
    assert abs(int(headers["content-length"]) - len(answer)) < 10
    assert headers["content-type"] == alike["content-type"]


def test_backends_that_fail(api: Api, backend: str) -> None:
    api.method("/silent", "GET", _proxy(backend + "/silent", timeoutInMillis=60))
    api.method("/cut", "GET", _proxy(backend + "/cut"))
    api.method("/refused", "GET", _proxy(f"http://127.0.0.1:{free_port()}/"))
    api.method("/unknown", "GET", _proxy("http://no-such-host.invalid/"))
    api.deploy()
    error = b'{"message": "Internal server error"}'
    for path, status, body in (
        ("/v1/silent", 504, b'{"message": "Endpoint request timed out"}'),
        ("/v1/cut", 504, b'{"message": "Network error communicating with endpoint"}'),
        ("/v1/refused", 500, error),
        ("/v1/unknown", 500, error),
    ):
        got, headers, text = api.call("GET", path)
        assert (path, got, text) == (path, status, body)
        assert headers["x-amzn-errortype"] == "InternalServerErrorException"
        assert headers["x-amzn-requestid"] in api.server.output()


def test_mapped_http_and_stage_variables(api: Api, backend: str) -> None:
    mapping = {"integration.request.header.X-Ip": "context.identity.sourceIp"}
    uri = "http://${stageVariables.host}/status/404"
    integration = {"type": "HTTP", "integrationHttpMethod": "GET", "uri": uri, "requestParameters": mapping}
    parameters = {"method.response.header.X-From": "integration.response.header.X-Backend"}
    responses = {"404": {"selectionPattern": "4\\d{2}", "responseParameters": parameters}, "200": {}}
    api.method("/", "GET", integration, responses).deploy(variables={"host": backend.removeprefix("http://")})
    status, headers, body = api.call("GET", "/v1?dropped=1", {"X-Own": "1"})
    seen = json.loads(body)
    assert (status, headers["x-from"], seen["target"]) == (404, "yes", "/status/404")
    assert (seen["headers"]["x-ip"], seen["headers"]["user-agent"]) == ("127.0.0.1", f"AmazonAPIGateway_{api.id}")
    assert "x-own" not in seen["headers"]
    assert headers["x-amzn-trace-id"].startswith("Root=1-")


def test_binary_answers(api: Api, backend: str) -> None:
    api.method("/", "GET", _proxy(backend + "/pixel")).deploy()
    assert api.call("GET", "/v1", {"Accept": "image/png"})[2] == _PIXEL
    assert api.call("GET", "/v1", {"Accept": "text/html"})[2] == base64.b64encode(_PIXEL)


def test_a_body_over_10_mb_is_refused_and_the_server_goes_on(api: Api, backend: str) -> None:
    api.method("/", "POST", _proxy(backend + "/")).deploy()
    # A client that asks first is refused before it has sent a byte of the body.
    announced = {"Content-Length": str(10 * 1024 * 1024 + 1), "Expect": "100-continue"}
    status, headers, body = api.call("POST", "/v1", announced)
    assert (status, body) == (413, b'{"message":"HTTP content length exceeded 10485760 bytes"}')
    assert headers["x-amzn-errortype"] == "RequestTooLargeException"
    assert api.call("POST", "/v1", body=b"small")[0] == 200


_HANDLER = """
def handler(event, context):
    if event["path"] == "/crash":
        raise RuntimeError("secret")
    if event["path"] == "/odd":
        return "just a string"
    return {"statusCode": 201, "headers": {"X-Stage": event["requestContext"]["stage"]}, "body": event["body"]}
"""


@pytest.fixture
def function(live: Server) -> Iterator[str]:
    """The ARN of a small Python function without permissions."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", _HANDLER)
    client = live.client("lambda")
    made = client.create_function(
        FunctionName="wire-rest-invoke",
        Runtime="python3.11",
        Role=f"arn:aws:iam::{_ACCOUNT}:role/any",
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
    )
    yield made["FunctionArn"]
    client.delete_function(FunctionName="wire-rest-invoke")


def test_a_function_end_to_end(api: Api, function: str) -> None:
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    api.method("/{proxy+}", "ANY", {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri}).deploy()
    error = b'{"message": "Internal server error"}'
    assert api.call("POST", "/v1/x", body=b"hello")[::2] == (500, error)
    assert "aws lambda add-permission" in api.server.output()
    api.server.client("lambda").add_permission(
        FunctionName=function,
        StatementId="wire",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:{_ACCOUNT}:{api.id}/*/*/*",
    )
    status, headers, body = api.call("POST", "/v1/x", body=b"hello")
    assert (status, headers["x-stage"], body) == (201, "v1", b"hello")
    assert "Parent=" in headers["x-amzn-trace-id"]
    assert api.call("GET", "/v1/crash")[::2] == (502, error)
    assert api.call("GET", "/v1/odd")[::2] == (502, error)


def test_a_template_that_does_not_parse_is_said_at_deployment(api: Api) -> None:
    api.method("/x", "GET", _MOCK | {"requestTemplates": {"application/json": '{"statusCode": 200}\n#if('}}, _OK)
    wanted = r"GET /x: requestTemplates application/json: .*line 2, column \d+"
    with pytest.raises(api.client.exceptions.BadRequestException, match=wanted):
        api.deploy()


def test_lost_programs_are_published_again_from_the_store(own_server: Callable[..., Server]) -> None:
    server = own_server("--no-companions")
    api = Api(server).method("/", "GET", _MOCK, _OK).deploy()
    assert api.call("GET", "/v1")[0] == 200
    server.kill()
    programs = list((server.data / "programs").glob("*.json"))
    assert [file.name for file in programs] == [f"{api.id}@v1.json"]
    programs[0].unlink()
    server.start()
    assert api.call("GET", "/v1")[::2] == (200, b'{"ok": true}')
