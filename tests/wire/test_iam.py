"""AWS_IAM over the wire: signatures of real clients, keys with policies, requests that were changed."""

from __future__ import annotations

import http.client
import io
import json
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.wire.http_api_support import Api as HttpApi
from tests.wire.http_api_support import echo
from tests.wire.rest_support import Api
from tests.wire.support import Server
from tests.wire.test_credentials import command

ROOT = Credentials("test", "test")
WHO = json.dumps(
    {
        name: f"$context.identity.{name}"
        for name in ("accessKey", "accountId", "caller", "user", "userArn", "principalOrgId")
    }
)
FORBIDDEN = (403, b'{"message":"Forbidden"}')
MISMATCH = "The request signature we calculated does not match the signature you provided. "


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    with echo() as url:
        yield url


@pytest.fixture(scope="module")
def rest(live: Server, backend: str) -> Iterator[Api]:
    """ANY /who says who called, ANY /echo/{proxy+} what the backend saw."""
    api = Api(live)
    who = {
        "type": "MOCK",
        "requestTemplates": {"application/json": '{"statusCode": 200}'},
        "passthroughBehavior": "WHEN_NO_TEMPLATES",
    }
    api.method("/who", "ANY", who)
    place = {"restApiId": api.id, "resourceId": api.resource("/who"), "httpMethod": "ANY"}
    api.client.put_method_response(**place, statusCode="200")
    api.client.put_integration_response(**place, statusCode="200", responseTemplates={"application/json": WHO})
    parameters = {"integration.request.path.proxy": "method.request.path.proxy"}
    proxy = {"type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": f"{backend}/{{proxy}}"}
    api.method("/echo/{proxy+}", "ANY", proxy | {"requestParameters": parameters})
    for path in ("/who", "/echo/{proxy+}"):
        change = [{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}]
        api.client.update_method(
            restApiId=api.id, resourceId=api.resource(path), httpMethod="ANY", patchOperations=change
        )
    yield api.deploy()
    api.client.delete_rest_api(restApiId=api.id)


@pytest.fixture(scope="module")
def http_api(live: Server, backend: str) -> Iterator[HttpApi]:
    """ANY /{proxy+}: what the backend saw, with the caller's ARN in a header."""
    api = HttpApi(live)
    mapped = {"overwrite:header.x-caller": "$context.identity.userArn"}
    api.route(
        "ANY /{proxy+}",
        api.integration(f"{backend}/{{proxy}}", RequestParameters=mapped),
        AuthorizationType="AWS_IAM",
    )
    api.stage()
    yield api
    api.v2.delete_api(ApiId=api.id)


def send(
    server: Server, verb: str, target: str, headers: Mapping[str, str], body: bytes = b""
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.putrequest(verb, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def sign(
    verb: str,
    host: str,
    target: str,
    body: bytes = b"",
    keys: Credentials = ROOT,
    headers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Headers that botocore has signed."""
    request = AWSRequest(verb, f"https://{host}{target}", headers={"Host": host, **(headers or {})}, data=body)
    SigV4Auth(keys, "execute-api", "us-east-1").add_auth(request)
    return dict(request.headers.items())


def presign(host: str, target: str, keys: Credentials = ROOT) -> str:
    """A target that botocore has signed."""
    request = AWSRequest("GET", f"https://{host}{target}", headers={"Host": host})
    SigV4QueryAuth(keys, "execute-api", "us-east-1", expires=60).add_auth(request)
    return str(request.url).removeprefix(f"https://{host}")


@pytest.mark.parametrize(
    ("verb", "target", "body"),
    [
        ("GET", "/v1/who", b""),
        ("POST", "/v1/echo/a%20b/%C3%A9?b=2&a=%2Bx%20y&a=1&empty=", b'{"a": 1}'),
        ("DELETE", "/v1/echo/$x~y/", b""),
        ("PUT", "/v1/echo/large", b"x" * 400_000),
    ],
)
def test_what_botocore_signs(live: Server, rest: Api, verb: str, target: str, body: bytes) -> None:
    headers = sign(verb, rest.host, target, body)
    status, answer, _ = send(live, verb, target, headers, body)
    assert status in (200, 501), answer  # the echo knows no DELETE
    changed = send(live, verb, target, headers, body + b" ")
    assert (changed[0], changed[2]["x-amzn-errortype"]) == (403, "InvalidSignatureException")
    assert json.loads(changed[1])["message"].startswith(MISMATCH)


def test_the_method_learns_who_signed(live: Server, rest: Api) -> None:
    status, answer, _ = send(live, "GET", "/v1/who", sign("GET", rest.host, "/v1/who"))
    root = json.loads(answer)
    assert status == 200
    account = root["accountId"]
    assert root == {
        "accessKey": "test",
        "accountId": account,
        "caller": account,
        "user": account,
        "userArn": f"arn:aws:iam::{account}:root",
        "principalOrgId": "",
    }


def test_signed_urls(live: Server, rest: Api, http_api: HttpApi) -> None:
    for host, target in ((rest.host, "/v1/who?a=1"), (http_api.host, "/any?a=%20b")):
        url = presign(host, target)
        assert send(live, "GET", url, {"Host": host})[0] == 200
        assert send(live, "GET", url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"), {"Host": host})[0] == 403
        assert send(live, "GET", f"{url}&more=1", {"Host": host})[0] == 403


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_what_curl_signs(live: Server, rest: Api, http_api: HttpApi) -> None:
    """Older ones sign queries only as long as they are sorted."""
    for host, target in ((rest.host, "/v1/echo/a?a=1&b=2"), (http_api.host, "/a/b")):
        words = ["curl", "-sS", "--aws-sigv4", "aws:amz:us-east-1:execute-api", "--user", "test:test"]
        words += ["--connect-to", f"{host}:80:127.0.0.1:{live.port}", "-d", '{"a": 1}', f"http://{host}{target}"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["body"] == '{"a": 1}'


@pytest.mark.parametrize(
    ("headers", "error", "beginning"),
    [
        ({}, "MissingAuthenticationTokenException", "Missing Authentication Token"),
        ({"Authorization": "Bearer x"}, "IncompleteSignatureException", "Authorization header requires 'Credential'"),
        (
            {"Authorization": "AWS4-ECDSA-P256-SHA256 Credential=a, SignedHeaders=b, Signature=c"},
            "InvalidSignatureException",
            "AWS4-ECDSA-P256-SHA256 (Signature Version 4A) is not supported",
        ),
    ],
)
def test_refusals(
    live: Server, rest: Api, http_api: HttpApi, headers: dict[str, str], error: str, beginning: str
) -> None:
    status, body, answered = send(live, "GET", "/v1/who", {"Host": rest.host, **headers})
    assert (status, answered["x-amzn-errortype"]) == (403, error)
    assert json.loads(body)["message"].startswith(beginning)
    assert send(live, "GET", "/who", {"Host": http_api.host, **headers})[:2] == FORBIDDEN


@pytest.mark.parametrize(("key", "secret"), [("AKIDNOBODY", "test"), ("test", "wrong"), ("test ", "test")])
def test_other_keys(live: Server, rest: Api, http_api: HttpApi, key: str, secret: str) -> None:
    keys = Credentials(key, secret)
    status, _, headers = send(live, "GET", "/v1/who", sign("GET", rest.host, "/v1/who", keys=keys))
    expected = "InvalidSignatureException" if key == "test" else "UnrecognizedClientException"
    assert (status, headers["x-amzn-errortype"]) == (403, expected)
    assert send(live, "GET", "/who", sign("GET", http_api.host, "/who", keys=keys))[:2] == FORBIDDEN


def test_a_signature_is_good_for_one_host_path_and_method(live: Server, rest: Api, http_api: HttpApi) -> None:
    headers = sign("GET", rest.host, "/v1/echo/a")
    assert send(live, "GET", "/v1/echo/a", headers)[0] == 200
    for verb, target, more in (
        ("GET", "/v1/echo/b", {}),
        ("GET", "/v1/echo//a", {}),
        ("GET", "/v1//echo/a", {}),
        ("GET", "/v1/echo/x/../a", {}),
        ("GET", "/v1/echo/a?x=1", {}),
        ("POST", "/v1/echo/a", {}),
        ("GET", "/v1/echo/a", {"X-HTTP-Method-Override": "POST"}),
        ("GET", "/v1/echo/a", {"x-apigw-api-id": rest.id}),
        ("GET", f"http://{rest.host}:80/v1/echo/a", {}),
    ):
        status, _, answered = send(live, verb, target, headers | more)
        assert (status, answered["x-amzn-errortype"]) == (403, "InvalidSignatureException"), (verb, target, more)
    elsewhere = headers | {"Host": http_api.host}
    assert send(live, "GET", "/v1/echo/a", elsewhere)[:2] == FORBIDDEN


def _policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Action": "execute-api:Invoke", **s} for s in statements]}
    )


def test_a_key_with_policies(live: Server, rest: Api, http_api: HttpApi) -> None:
    allowed = f"arn:aws:execute-api:us-east-1:*:{rest.id}/v1/GET/echo/*"
    policy = _policy(
        {"Effect": "Allow", "Resource": [allowed, f"arn:aws:execute-api:*:*:{http_api.id}/$default/GET/*"]},
        {
            "Effect": "Deny",
            "Resource": f"{allowed}/secret",
            "Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
        },
    )
    made = command(live.data, "create", "ada", "--policy", policy)["AccessKey"]
    keys = Credentials(made["AccessKeyId"], made["SecretAccessKey"])

    def called(verb: str, host: str, target: str) -> tuple[int, Any, str | None]:
        status, body, headers = send(live, verb, target, sign(verb, host, target, keys=keys))
        return status, json.loads(body), headers["x-amzn-errortype"]

    try:
        assert called("GET", rest.host, "/v1/echo/a")[0] == 200
        arn = f"arn:aws:iam::{_account(live, rest)}:user/ada"
        masked = f"arn:aws:execute-api:us-east-1:********{_account(live, rest)[-4:]}:{rest.id}/v1"
        refused = f"User: {arn} is not authorized to perform: execute-api:Invoke on resource: {masked}"
        unallowed = " because no identity-based policy allows the execute-api:Invoke action"
        assert called("POST", rest.host, "/v1/echo/a") == (
            403,
            {"Message": f"{refused}/POST/echo/a{unallowed}"},
            "AccessDeniedException",
        )
        status, body, error = called("GET", rest.host, "/v1/echo/a/secret")
        assert (status, error) == (403, "AccessDeniedException")
        assert body["Message"].startswith(f"{refused}/GET/echo/a/secret with an explicit deny")
        status, seen, _ = called("GET", http_api.host, "/a")
        assert (status, seen["headers"]["x-caller"]) == (200, arn)
        assert called("POST", http_api.host, "/a") == (403, {"message": "Forbidden"}, None)
    finally:
        command(live.data, "delete", made["AccessKeyId"])
    assert called("GET", rest.host, "/v1/echo/a")[2] == "UnrecognizedClientException"
    assert called("GET", http_api.host, "/a")[0] == 403


def _account(live: Server, rest: Api) -> str:
    return str(json.loads(send(live, "GET", "/v1/who", sign("GET", rest.host, "/v1/who"))[1])["accountId"])


def test_many_callers_at_once_are_not_taken_for_one_another(live: Server, rest: Api) -> None:
    accounts = [f"{number:012d}" for number in range(1, 9)]
    seen: dict[str, set[tuple[int, str | None]]] = {account: set() for account in accounts}

    def call(account: str) -> None:
        for _ in range(10):
            keys = Credentials(account, "test")
            status, _, headers = send(live, "GET", "/v1/who", sign("GET", rest.host, "/v1/who", keys=keys))
            seen[account].add((status, headers["x-amzn-errortype"]))

    threads = [threading.Thread(target=call, args=(account,)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    own = _account(live, rest)
    for account in accounts:
        assert seen[account] == ({(200, None)} if account == own else {(403, "AccessDeniedException")})


def test_a_function_is_called_as_the_caller(live: Server) -> None:
    functions, api = live.client("lambda"), Api(live)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("main.py", "def handler(event, context):\n    return {'statusCode': 200, 'body': 'called'}\n")
    name = f"as-caller-{api.id}"
    arn = functions.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role="arn:aws:iam::123456789012:role/f",
        Handler="main.handler",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"
    proxy = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri, "credentials": "arn:aws:iam::*:user/*"}
    api.method("/f", "GET", proxy)
    with pytest.raises(ClientError, match="need the authorization type AWS_IAM"):
        api.deploy()
    change = [{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}]
    place = {"restApiId": api.id, "resourceId": api.resource("/f"), "httpMethod": "GET"}
    api.client.update_method(**place, patchOperations=change)
    api.deploy()
    invoke = {"Effect": "Allow", "Resource": "*"}
    for policy, expected in (
        (_policy(invoke), 500),
        (_policy(invoke, {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}), 200),
    ):
        made = command(live.data, "create", "ada", "--policy", policy)["AccessKey"]
        keys = Credentials(made["AccessKeyId"], made["SecretAccessKey"])
        try:
            status, body, _ = send(live, "GET", "/v1/f", sign("GET", api.host, "/v1/f", keys=keys))
        finally:
            command(live.data, "delete", made["AccessKeyId"])
        assert status == expected, body
    api.client.delete_rest_api(restApiId=api.id)
    functions.delete_function(FunctionName=name)
