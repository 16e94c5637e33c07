"""Lambda authorizers of REST APIs over the wire: real functions decide, others see what they said."""

from __future__ import annotations

import io
import json
import threading
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest

from tests.wire.rest_support import Api
from tests.wire.support import Server

# The token says what the function is to do, so that each test gets what it wants.
_AUTHORIZER = """
import json
import time
import uuid

def handler(event, context):
    said = event.get("authorizationToken") or event["headers"].get("X-Say", "")
    words = said.split()
    if words[0] == "raise":
        raise Exception(" ".join(words[1:]))
    if words[0] == "sleep":
        time.sleep(float(words[1]))
    if words[0] == "null":
        return None
    arn = event["methodArn"] if "this" in words else event["methodArn"].split("/")[0] + "/*"
    statement = {"Action": "execute-api:Invoke", "Effect": "Deny" if words[0] == "deny" else "Allow", "Resource": arn}
    about = {"call": uuid.uuid4().hex, "event": json.dumps(event), "number": 7, "yes": True, "none": None}
    if words[0] == "map":
        about["map"] = {"a": "b"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "ada", "policyDocument": policy, "context": about}
"""
_TELL = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"])}
"""
# The seed's, as it stands; `validate` is what it leaves to its reader.
_SEED = """
def validate(token):
    return token == 'Bearer good'

def lambda_authorizer(event, context):
    token = event['headers']['Authorization']
    
    # Validate JWT
    if validate(token):
        return {
            'principalId': 'user-123',
            'policyDocument': {
                'Version': '2012-10-17',
                'Statement': [{
                    'Action': 'execute-api:Invoke',
                    'Effect': 'Allow',
                    'Resource': event['methodArn']
                }]
            }
        }
    else:
        return {'principalId': 'unauthorized', 'policyDocument': {'Version': '2012-10-17', 'Statement': [{'Action': 'execute-api:Invoke', 'Effect': 'Deny', 'Resource': '*'}]}}
"""  # noqa: E501, W293 - to the letter

_BROKEN = (500, "AuthorizerConfigurationException", {"message": None})
_DENIED = (
    403,
    "AccessDeniedException",
    {"Message": "User is not authorized to access this resource with an explicit deny"},
)
_NOT_ALLOWED = (403, "AccessDeniedException", {"Message": "User is not authorized to access this resource"})
_UNAUTHORIZED = (401, "UnauthorizedException", {"message": "Unauthorized"})


def _function(server: Server, code: str, handler: str = "handler", timeout: int = 20) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", code)
    made = server.client("lambda").create_function(
        FunctionName=f"guard-{uuid.uuid4().hex[:8]}",
        Runtime="python3.11",
        Handler=f"app.{handler}",
        Role="arn:aws:iam::123456789012:role/any",
        Timeout=timeout,
        Code={"ZipFile": archive.getvalue()},
    )
    return str(made["FunctionArn"])


def _permit(server: Server, arn: str, source: str) -> None:
    server.client("lambda").add_permission(
        FunctionName=arn,
        StatementId=uuid.uuid4().hex,
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=source,
    )


def _uri(arn: str) -> str:
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"


Answer = tuple[int, str | None, Any]


def _line(server: Server) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", server.port, timeout=40)


def _call(line: HTTPConnection, host: str, path: str, say: str | None, verb: str = "GET", **headers: str) -> Answer:
    sent = {} if say is None else {"Authorization": say}
    line.request(verb, f"/v1{path}", headers={"Host": host, **sent, **headers})
    answer = line.getresponse()
    body = answer.read()
    return answer.status, answer.headers["x-amzn-ErrorType"], json.loads(body)


class Guarded(Api):
    """An API whose methods GET /a/{id}, POST /a/{id} and GET /b ask one authorizer."""

    def __init__(self, server: Server, decides: str, tells: str, *, permitted: bool = True, **members: Any) -> None:
        super().__init__(server)
        self._line = _line(server)
        given = {"type": "TOKEN", "identitySource": "method.request.header.Authorization"} | members
        self.authorizer: str = self.client.create_authorizer(
            restApiId=self.id, name="guard", **{"authorizerUri": _uri(decides)} | given
        )["id"]
        self.arn = f"arn:aws:execute-api:us-east-1:{tells.split(':')[4]}:{self.id}"
        if permitted:
            _permit(server, decides, f"{self.arn}/authorizers/{self.authorizer}")
        proxy = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": _uri(tells)}
        for path, verb in (("/a/{id}", "GET"), ("/a/{id}", "POST"), ("/b", "GET")):
            self.method(path, verb, proxy)
            patches = [
                {"op": "replace", "path": "/authorizationType", "value": "CUSTOM"},
                {"op": "replace", "path": "/authorizerId", "value": self.authorizer},
            ]
            place = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": verb}
            self.client.update_method(**place, patchOperations=patches)
        _permit(server, tells, f"{self.arn}/*")
        self.deploy()

    def call(self, path: str, say: str | None = "allow", verb: str = "GET", **headers: str) -> Answer:
        """Status, error type and body of a call; `say` is the token. Always over one connection, to one worker."""
        return _call(self._line, self.host, path, say, verb, **headers)

    def elsewhere(self, path: str, say: str) -> dict[str, Any]:
        """What the backend sees of a call over a connection of its own, to any worker."""
        with closing(_line(self.server)) as line:
            status, _, body = _call(line, self.host, path, say)
        assert status == 200, body
        seen: dict[str, Any] = body
        return seen

    def close(self) -> None:
        self._line.close()
        self.client.delete_rest_api(restApiId=self.id)

    def said(self, path: str, say: str = "allow", verb: str = "GET", **headers: str) -> dict[str, Any]:
        """What the backend sees of an authorizer that allows."""
        status, _, body = self.call(path, say, verb, **headers)
        assert status == 200, body
        seen: dict[str, Any] = body
        return seen


@pytest.fixture(scope="module")
def decides(live: Server) -> Iterator[str]:
    arn = _function(live, _AUTHORIZER)
    yield arn
    live.client("lambda").delete_function(FunctionName=arn)


@pytest.fixture(scope="module")
def tells(live: Server) -> Iterator[str]:
    arn = _function(live, _TELL)
    yield arn
    live.client("lambda").delete_function(FunctionName=arn)


@pytest.fixture(scope="module")
def tokens(live: Server, decides: str, tells: str) -> Iterator[Guarded]:
    """Shared: a token authorizer that keeps results."""
    api = Guarded(live, decides, tells)
    yield api
    api.close()


@pytest.fixture(scope="module")
def requests(live: Server, decides: str, tells: str) -> Iterator[Guarded]:
    """Shared: a request authorizer that keeps results."""
    sources = "method.request.header.X-Say,method.request.querystring.tenant,context.httpMethod"
    api = Guarded(live, decides, tells, type="REQUEST", identitySource=sources)
    yield api
    api.close()


def test_a_token_and_what_the_backend_sees(tokens: Guarded) -> None:
    seen = tokens.said("/a/1%202?q=1", "allow everything")
    event = json.loads(seen.pop("event"))
    assert event == {
        "type": "TOKEN",
        "methodArn": f"{tokens.arn}/v1/GET/a/1%202",
        "authorizationToken": "allow everything",
    }
    call, latency = seen.pop("call"), seen.pop("integrationLatency")
    assert seen == {"principalId": "ada", "number": "7", "yes": "true", "none": None}
    assert latency > 0
    again = tokens.said("/b", "allow everything")
    assert (again["call"], again["integrationLatency"]) == (call, 0)
    assert tokens.said("/b", "allow something")["call"] != call


def test_a_request(requests: Guarded) -> None:
    headers = {"X-Say": "allow", "X-More": "b"}
    seen = requests.said("/a/7?tenant=x&q=1&q=2", **headers)
    event = json.loads(seen["event"])
    assert {name: event[name] for name in ("type", "methodArn", "resource", "path", "httpMethod")} == {
        "type": "REQUEST",
        "methodArn": f"{requests.arn}/v1/GET/a/7",
        "resource": "/a/{id}",
        "path": "/a/7",
        "httpMethod": "GET",
    }
    assert event["headers"]["X-More"] == "b"
    assert event["multiValueQueryStringParameters"] == {"tenant": ["x"], "q": ["1", "2"]}
    assert (event["pathParameters"], event["stageVariables"]) == ({"id": "7"}, {})
    assert event["requestContext"]["stage"] == "v1"
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert "body" not in event
    assert requests.said("/b?tenant=x", **headers)["call"] == seen["call"]
    assert requests.said("/b?tenant=y", **headers)["call"] != seen["call"]
    assert requests.said("/a/7?tenant=x", verb="POST", **headers)["call"] != seen["call"]  # context.httpMethod


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/b", {"X-Say": "allow"}), ("/b?tenant=", {"X-Say": "allow"}), ("/b?tenant=x", {})],
)
def test_a_request_without_a_source(requests: Guarded, path: str, headers: dict[str, str]) -> None:
    assert requests.call(path, None, **headers) == _UNAUTHORIZED


@pytest.mark.parametrize(
    ("say", "answer"),
    [
        (None, _UNAUTHORIZED),
        ("raise Unauthorized", _UNAUTHORIZED),
        ("raise unauthorized", _BROKEN),
        ("raise Unauthorized user", _BROKEN),
        ("null", _BROKEN),
        ("map", _BROKEN),
        ("deny", _DENIED),
    ],
)
def test_who_is_refused(tokens: Guarded, say: str | None, answer: Answer) -> None:
    assert tokens.call("/b", say) == answer
    assert tokens.call("/b", say) == answer


def test_a_kept_policy_opens_only_what_it_names(tokens: Guarded) -> None:
    assert tokens.call("/a/1", "allow this")[0] == 200
    assert tokens.call("/a/2", "allow this") == _NOT_ALLOWED
    assert tokens.call("/a/1", "allow this", "POST") == _NOT_ALLOWED
    assert tokens.call("/b", "allow this") == _NOT_ALLOWED
    assert tokens.call("/a/1", "allow this")[0] == 200


def test_a_function_that_nobody_may_call(live: Server, decides: str, tells: str) -> None:
    api = Guarded(live, decides, tells, permitted=False)
    assert api.call("/b") == _BROKEN
    _permit(live, decides, f"{api.arn}/authorizers/other1")
    assert api.call("/b") == _BROKEN
    _permit(live, decides, f"{api.arn}/authorizers/{api.authorizer}")
    assert api.call("/b")[0] == 200
    api.close()


def test_the_expression_of_tokens(live: Server, decides: str, tells: str) -> None:
    api = Guarded(live, decides, tells, identityValidationExpression="allow [a-z]+", authorizerResultTtlInSeconds=0)
    assert api.call("/b", "allow") == _UNAUTHORIZED
    first, second = (api.said("/b", "allow me")["call"] for _ in range(2))
    assert first != second  # nothing is kept
    api.close()


def test_stage_variables_name_the_function(live: Server, decides: str, tells: str) -> None:
    name = decides.rpartition(":")[2]
    uri = _uri(decides.replace(name, "${stageVariables.guard}"))
    api = Guarded(live, decides, tells, authorizerUri=uri)
    assert api.call("/b") == _BROKEN
    patches = [{"op": "replace", "path": "/variables/guard", "value": name}]
    api.client.update_stage(restApiId=api.id, stageName="v1", patchOperations=patches)
    assert api.call("/b")[0] == 200
    api.close()


def test_flushing_and_deploying_forget(tokens: Guarded) -> None:
    """Both workers ask anew from the moment on at which the call returns."""
    calls = {tokens.elsewhere("/b", "allow flush")["call"] for _ in range(20)}
    tokens.client.flush_stage_authorizers_cache(restApiId=tokens.id, stageName="v1")
    fresh = {tokens.elsewhere("/b", "allow flush")["call"] for _ in range(20)}
    tokens.deploy()
    last = {tokens.elsewhere("/b", "allow flush")["call"] for _ in range(20)}
    assert not calls & fresh
    assert not fresh & last


def test_equal_requests_share_a_call_and_hinder_no_others(tokens: Guarded) -> None:
    seen: list[str] = []
    threads = [
        threading.Thread(target=lambda: seen.append(tokens.elsewhere("/b", "sleep 1.5")["call"])) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    assert tokens.call("/b", "allow meanwhile")[0] == 200
    waited = len(seen)
    for thread in threads:
        thread.join()
    assert waited == 0
    assert (len(seen), len(set(seen)) <= 2) == (12, True)  # one call in each worker at most


def test_the_seed_s_authorizer_as_it_stands(live: Server, tells: str) -> None:
    decides = _function(live, _SEED, "lambda_authorizer")
    api = Guarded(live, decides, tells, type="REQUEST", identitySource="method.request.header.Authorization")
    assert api.said("/b", "Bearer good")["principalId"] == "user-123"
    assert api.call("/b", "Bearer bad") == _DENIED
    assert api.call("/b", None) == _UNAUTHORIZED
    assert api.call("/a/1", "Bearer good") == _NOT_ALLOWED  # its policy names one method, and is kept
    api.close()
    live.client("lambda").delete_function(FunctionName=decides)


def test_trying_an_authorizer(tokens: Guarded) -> None:
    test, place = tokens.client.test_invoke_authorizer, {"restApiId": tokens.id, "authorizerId": tokens.authorizer}
    answer = test(**place, headers={"Authorization": "deny it"}, pathWithQueryString="/x?y=z")
    assert (answer["clientStatus"], answer["principalId"]) == (200, "ada")
    assert json.loads(answer["policy"])["Statement"][0]["Effect"] == "Deny"
    assert answer["authorization"]["number"] == ["7"]
    event = json.loads(answer["authorization"]["event"][0])
    assert event["methodArn"] == f"{tokens.arn}/ESTestInvoke-stage/GET/x"
    assert "Incoming identity: **** it\n" in answer["log"]
    calls = {test(**place, headers={"Authorization": "allow"})["authorization"]["call"][0] for _ in range(2)}
    assert len(calls) == 2  # never from the cache
    assert test(**place)["clientStatus"] == 401
    failed = test(**place, headers={"Authorization": "raise no"})
    assert failed["clientStatus"] == 500
    assert failed["log"].endswith("AuthorizerConfigurationException\n")
