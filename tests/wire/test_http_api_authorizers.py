"""Lambda authorizers of HTTP APIs over the wire: real functions decide, others see what they said."""

from __future__ import annotations

import io
import json
import threading
import uuid
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from tests.wire.http_api_support import Api
from tests.wire.support import Server

# What the authorizer is told by its header decides: so each test makes it say what it wants.
_AUTHORIZER = """
import json
import uuid

def handler(event, context):
    said = event["headers"].get("x-say") or "yes"
    if said == "fail":
        raise Exception("boom")
    if said == "unauthorized":
        raise Exception("Unauthorized")
    about = {"call": uuid.uuid4().hex, "event": json.dumps(event), "user": "ada", "admin": True}
    if event["version"] == "2.0" and not event["headers"].get("x-policy"):
        allowed = {"yes": True, "no": False}.get(said, said)
        return {"isAuthorized": allowed, "context": about | {"roles": ["a", {"b": 1}]}}
    effect, arn = {"yes": "Allow", "no": "Deny"}.get(said, said), event.get("routeArn") or event["methodArn"]
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "user|1", "policyDocument": policy, "context": about}
"""
_TELL = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event["requestContext"]["authorizer"])}
"""


def _function(server: Server, code: str) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.writestr("app.py", code)
    made = server.client("lambda").create_function(
        FunctionName=f"authorizer-{uuid.uuid4().hex[:8]}",
        Runtime="python3.11",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/any",
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


class Guarded(Api):
    """An API whose routes GET /a/{id} and GET /b ask one authorizer."""

    def __init__(self, server: Server, decides: str, tells: str, payload: str = "2.0", **members: Any) -> None:
        super().__init__(server)
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{decides}/invocations"
        given = {"IdentitySource": ["$request.header.Authorization"], "AuthorizerResultTtlInSeconds": 300} | members
        self.authorizer = self.v2.create_authorizer(
            ApiId=self.id,
            Name="a",
            AuthorizerType="REQUEST",
            AuthorizerUri=uri,
            AuthorizerPayloadFormatVersion=payload,
            **given,
        )["AuthorizerId"]
        self.arn = f"arn:aws:execute-api:us-east-1:{decides.split(':')[4]}:{self.id}"
        target = self.integration(tells, "AWS_PROXY", PayloadFormatVersion=payload)
        for key in ("GET /a/{id}", "GET /b"):
            self.route(key, target, AuthorizationType="CUSTOM", AuthorizerId=self.authorizer)
        _permit(server, tells, f"{self.arn}/*")
        self.stage(StageVariables={"color": "red"})

    def told(self, path: str, headers: Mapping[str, str]) -> Any:
        """What the route's function knows of the caller."""
        status, body, _ = self.call("GET", path, headers=headers)
        assert status == 200, (status, body)
        return json.loads(body)

    def refused(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any, str | None]:
        status, body, answered = self.call("GET", path, headers=headers)
        assert answered["content-type"] == "application/json"
        return status, json.loads(body)["message"], answered["www-authenticate"]


FORBIDDEN = (403, "Forbidden", None)
UNAUTHORIZED = (401, "Unauthorized", None)
BROKEN = (500, "Internal Server Error", None)


@pytest.fixture(scope="module")
def decides(live: Server) -> str:
    return _function(live, _AUTHORIZER)


@pytest.fixture(scope="module")
def tells(live: Server) -> str:
    return _function(live, _TELL)


def _permitted(live: Server, decides: str, tells: str, payload: str = "2.0", **members: Any) -> Guarded:
    api = Guarded(live, decides, tells, payload, **members)
    _permit(live, decides, f"{api.arn}/authorizers/{api.authorizer}")
    return api


@pytest.fixture(scope="module")
def simple(live: Server, decides: str, tells: str) -> Guarded:
    return _permitted(live, decides, tells, EnableSimpleResponses=True)


@pytest.fixture(scope="module")
def policies(live: Server, decides: str, tells: str) -> Guarded:
    return _permitted(live, decides, tells, "1.0")


def _token(**more: str) -> dict[str, str]:
    return {"Authorization": uuid.uuid4().hex, **{name.replace("_", "-"): value for name, value in more.items()}}


def test_format_2_field_by_field(simple: Guarded) -> None:
    token = _token(Cookie="a=1; b=2")
    told = simple.told("/a/7%207?p=1&p=2&q=x", token)
    assert told.keys() == {"lambda"}
    assert told["lambda"] | {"user": "ada", "admin": True, "roles": ["a", {"b": 1}]} == told["lambda"]
    event = json.loads(told["lambda"]["event"])
    context, headers = event.pop("requestContext"), event.pop("headers")
    assert event == {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": f"{simple.arn}/$default/GET/a/7%207",
        "identitySource": [token["Authorization"]],
        "routeKey": "GET /a/{id}",
        "rawPath": "/a/7 7",
        "rawQueryString": "p=1&p=2&q=x",
        "cookies": ["a=1", "b=2"],
        "queryStringParameters": {"p": "1,2", "q": "x"},
        "pathParameters": {"id": "7 7"},
        "stageVariables": {"color": "red"},
    }
    assert headers["authorization"] == token["Authorization"]
    assert headers["host"] == simple.host
    http = context.pop("http")
    assert (http["method"], http["path"], http["sourceIp"]) == ("GET", "/a/7 7", "127.0.0.1")
    assert set(context) == {
        *("accountId", "apiId", "domainName", "domainPrefix"),
        *("requestId", "routeKey", "stage", "time", "timeEpoch"),
    }


def test_format_1_field_by_field(policies: Guarded) -> None:
    token = _token()
    told = policies.told("/a/7?p=1&p=2", token)
    event = json.loads(told.pop("event"))
    assert told.pop("call")
    assert told == {"principalId": "user|1", "user": "ada", "admin": True}
    context, headers = event.pop("requestContext"), event.pop("headers")
    assert event.pop("multiValueHeaders") == {name: [value] for name, value in headers.items()}
    assert event == {
        "version": "1.0",
        "type": "REQUEST",
        "methodArn": f"{policies.arn}/$default/GET/a/7",
        "identitySource": token["Authorization"],
        "authorizationToken": token["Authorization"],
        "resource": "/a/{id}",
        "path": "/a/7",
        "httpMethod": "GET",
        "queryStringParameters": {"p": "2"},
        "multiValueQueryStringParameters": {"p": ["1", "2"]},
        "pathParameters": {"id": "7"},
        "stageVariables": {"color": "red"},
    }
    assert (context["resourcePath"], context["stage"], context["apiId"]) == ("/a/{id}", "$default", policies.id)
    assert context["identity"]["sourceIp"] == "127.0.0.1"


def test_refusals(simple: Guarded, policies: Guarded) -> None:
    for api in (simple, policies):
        assert api.refused("/b") == UNAUTHORIZED
        assert api.refused("/b", {"Authorization": ""}) == UNAUTHORIZED
        assert api.refused("/b", _token(x_say="no")) == FORBIDDEN
        assert api.refused("/b", _token(x_say="fail")) == BROKEN
        assert api.refused("/b", _token(x_say="unauthorized")) == UNAUTHORIZED
        assert api.refused("/b", _token(x_say="maybe")) == BROKEN
    assert simple.refused("/b", _token(x_policy="1")) == BROKEN


def test_results_are_kept_and_reset(simple: Guarded) -> None:
    """On each of the two workers: the function says which call it was."""
    token = _token()
    first = simple.told("/b", token)["lambda"]["call"]
    seen = {simple.told(path, token)["lambda"]["call"] for path in ("/b", "/a/1", "/b") * 8}
    assert len(seen | {first}) <= 2  # each worker has asked once
    simple.v2.reset_authorizers_cache(ApiId=simple.id, StageName="$default")
    again = {simple.told("/b", token)["lambda"]["call"] for _ in range(24)}
    assert len(again) <= 2
    assert not again & (seen | {first})


def test_a_kept_policy_is_asked_for_each_route(policies: Guarded) -> None:
    """Once a worker has kept a policy for one route, the other route is refused there: whichever it asked for first."""
    token = _token()
    for _ in range(16):
        assert policies.call("GET", "/b", headers=token)[0] == 200
    assert {policies.refused("/a/1", token) for _ in range(8)} == {FORBIDDEN}


def test_who_may_not_call_the_authorizer(live: Server, tells: str) -> None:
    decides = _function(live, _AUTHORIZER)
    api = Guarded(live, decides, tells, EnableSimpleResponses=True)
    assert api.refused("/b", _token()) == BROKEN
    _permit(live, decides, f"{api.arn}/authorizers/another")
    assert api.refused("/b", _token()) == BROKEN
    _permit(live, decides, f"{api.arn}/authorizers/{api.authorizer}")
    assert api.told("/b", _token())["lambda"]["user"] == "ada"


def test_equal_requests_at_once(simple: Guarded) -> None:
    token, seen = _token(), []

    def ask() -> None:
        seen.append(simple.told("/b", token)["lambda"]["call"])

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 16
    assert len(set(seen)) <= 2


def test_mapped_and_changed(live: Server, decides: str, tells: str) -> None:
    """Without a time to keep results every request asks; a parameter mapping reads what was said."""
    api = _permitted(live, decides, tells, EnableSimpleResponses=True, AuthorizerResultTtlInSeconds=0)
    token = _token()
    calls = [api.told("/b", token)["lambda"]["call"] for _ in range(3)]
    assert len(set(calls)) == 3
    api.v2.update_authorizer(ApiId=api.id, AuthorizerId=api.authorizer, EnableSimpleResponses=False)
    assert api.refused("/b", token) == BROKEN
