"""AWS_IAM of HTTP APIs: what the function learns, and that everything else is just forbidden."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.clock import FakeClock
from gatewright.deploy.base import CompileError
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.gateway import Gateway
from gatewright.program.records import CALLER
from gatewright.telemetry.counters import Counters
from tests.plays.http_api import HttpConversation, HttpPlay, function, http_document, route
from tests.plays.signing import (
    FOREIGN_KEY,
    HOST,
    NOW,
    SECRET,
    SESSION,
    SESSION_KEY,
    TOKEN,
    USER_KEY,
    Keys,
    Pairs,
    allow,
    deny,
    presigned,
    signed,
    user,
)
from tests.plays.stage import ACCOUNT, API, FUNCTION, FUNCTION_HOST, FakeUpstream

ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"


def play(keys: Keys | None = None, payload: str = "2.0", **members: Any) -> HttpPlay:
    guarded = {"AuthorizationType": "AWS_IAM"}
    return HttpPlay(route("ANY /things/{proxy+}", function(payload), **guarded), keys=keys or Keys(), **members)


def send(headers: Pairs, keys: Keys | None = None, url: str = "/things/7") -> HttpConversation:
    return play(keys).client("GET", url, headers)


def test_the_function_learns_who_signed() -> None:
    url = "/things/7?b=2&a=1"
    call = play().client("POST", url, signed("POST", url, body=b"{}", key=SESSION_KEY, token=TOKEN), b"{}")
    assert call.event["requestContext"]["authorizer"] == {
        "iam": {
            "accessKey": SESSION_KEY,
            "accountId": ACCOUNT,
            "callerId": "AROAEXAMPLE:ada",
            "cognitoIdentity": None,
            "principalOrgId": "o-example",
            "userArn": SESSION.arn,
            "userId": "AROAEXAMPLE:ada",
        }
    }
    call.function_returns("done").got(200)


def test_the_function_learns_who_signed_in_the_first_form() -> None:
    call = play(payload="1.0").client("GET", "/things/7", signed("GET", "/things/7"))
    identity = call.event["requestContext"]["identity"]
    assert {name: identity[name] for name in ("accessKey", "accountId", "caller", "user", "userArn")} == {
        "accessKey": USER_KEY,
        "accountId": ACCOUNT,
        "caller": "AIDAEXAMPLE",
        "user": "AIDAEXAMPLE",
        "userArn": f"arn:aws:iam::{ACCOUNT}:user/ada",
    }


def test_a_signed_url_will_do() -> None:
    call = send([("Host", HOST)], url=presigned("GET", "/things/7?a=1"))
    assert call.event["requestContext"]["authorizer"]["iam"]["accessKey"] == USER_KEY


@pytest.mark.parametrize(
    ("stage", "url", "arn"),
    [
        ("$default", "/things/7?a=b", f"{ARN}/$default/GET/things/7"),
        ("v1", "/v1/things/7", f"{ARN}/v1/GET/things/7"),
        ("v1", "/v1/%74hings/a%20b", f"{ARN}/v1/GET/things/a%20b"),
    ],
)
def test_what_policies_are_asked(stage: str, url: str, arn: str) -> None:
    rule = allow()
    keys = Keys({USER_KEY: Holder(SECRET, user(), policies=(rule,))})
    play(keys, stage=stage).client("GET", url, signed("GET", url)).function_returns("ok").got(200)
    query = rule.asked[0]
    assert (query.action, query.resource, query.principal) == ("execute-api:Invoke", arn, user())
    assert query.context("aws:sourceip") == ("203.0.113.7",)


@pytest.mark.parametrize(
    ("headers", "log"),
    [
        ([("Host", HOST)], ""),
        ([("Host", HOST), ("Authorization", "Bearer x")], "IncompleteSignatureException"),
        ([("Host", HOST), ("Authorization", "AWS4-ECDSA-P256-SHA256 Credential=a")], "(Signature Version 4A) is not"),
        (signed("GET", "/things/7", secret="other"), "InvalidSignatureException"),
        (signed("POST", "/things/7"), "InvalidSignatureException"),
        (signed("GET", "/things/8"), "InvalidSignatureException"),
        (signed("GET", "/things/7", region="eu-west-1"), "valid region, not"),
        (signed("GET", "/things/7", service="lambda"), "correct service"),
        (signed("GET", "/things/7", now=NOW - 301), "Signature expired"),
        (signed("GET", "/things/7", now=NOW + 301), "Signature not yet current"),
        (signed("GET", "/things/7", key="AKIDNOBODY"), "UnrecognizedClientException"),
        (signed("GET", "/things/7", key=SESSION_KEY), "UnrecognizedClientException"),
        (signed("GET", "/things/7", key=FOREIGN_KEY), "is of another account than the API"),
        ([*signed("GET", "/things/7"), ("x-apigw-api-id", API)], "must be a \\'SignedHeader\\'"),
    ],
)
def test_everything_else_is_forbidden(headers: Pairs, log: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    call = send(headers)
    call.failed(403, "Forbidden")
    assert call.sent is None
    assert "www-authenticate" not in call.lowered
    assert log in caplog.text or log.replace("\\'", "'") in caplog.text


@pytest.mark.parametrize("policies", [(), (deny(),), (allow(), deny()), (allow(f"{ARN}/$default/POST"),)])
def test_what_the_callers_policies_do_not_allow(policies: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    call = send(signed("GET", "/things/7"), Keys({USER_KEY: Holder(SECRET, user(), policies=policies)}))
    call.failed(403, "Forbidden")
    assert f"is not authorized to perform: execute-api:Invoke on {ARN}/$default/GET/things/7" in caplog.text


@pytest.mark.parametrize("url", ["/things/%2e%2e/admin", "/things/..%2Fadmin", "/things/a/%2E/b", "/things/a%5c..%5cb"])
def test_encoded_dot_segments_are_forbidden(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    call = play().client("GET", url, signed("GET", url))
    call.failed(403, "Forbidden")
    assert "The path has dot segments" in caplog.text


def test_a_session_that_is_over_is_forbidden() -> None:
    keys = Keys({SESSION_KEY: Holder(SECRET, SESSION, token=TOKEN, expires=NOW - 1, policies=(allow(),))})
    send(signed("GET", "/things/7", key=SESSION_KEY, token=TOKEN), keys).failed(403, "Forbidden")


def test_a_preflight_that_selects_the_route_must_be_signed() -> None:
    cors = {"CorsConfiguration": {"AllowOrigins": ["https://a.test"], "AllowMethods": ["GET"]}}
    guarded = play(api=cors)
    asking = [("Origin", "https://a.test"), ("Access-Control-Request-Method", "GET")]
    guarded.client("OPTIONS", "/things/7", [("Host", HOST), *asking]).failed(403, "Forbidden")
    guarded.client("OPTIONS", "/things/7", signed("OPTIONS", "/things/7", asking)).got(204)


def test_a_key_may_have_to_be_asked_for() -> None:
    async def run(headers: Pairs) -> HttpConversation:
        stage = play(Keys(slow=True))
        call = stage.client("GET", "/things/7", headers)
        while call.request.answer is None and not stage.upstream.sent:
            await asyncio.sleep(0.001)
        call.sent = stage.upstream.sent[-1] if stage.upstream.sent else None
        return call

    good = asyncio.run(run(signed("GET", "/things/7")))
    assert good.event["requestContext"]["authorizer"]["iam"]["accessKey"] == USER_KEY
    asyncio.run(run(signed("GET", "/things/7", secret="other"))).failed(403, "Forbidden")


def test_a_function_is_called_as_the_caller_if_the_caller_may_invoke_it() -> None:
    called = route("GET /f", function(CredentialsArn=CALLER), AuthorizationType="AWS_IAM")
    host = OneEndpoint(Endpoint(FUNCTION_HOST, function=FUNCTION))
    for policies, status in (((allow("arn:aws:"),), 200), ((allow(),), 500)):
        keys = Keys({USER_KEY: Holder(SECRET, user(), policies=policies)})
        call = HttpPlay(called, keys=keys, endpoints=host).client("GET", "/f", signed("GET", "/f"))
        if status == 200:
            call.function_returns("ok")
        assert call.status == status


def test_called_as_the_caller_the_route_must_know_who_calls() -> None:
    with pytest.raises(CompileError, match="need the authorization type AWS_IAM"):
        HttpPlay(route("GET /f", function(CredentialsArn=CALLER)))


def test_without_a_source_of_keys_every_call_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    stage = play()
    stage.gateway = Gateway(FakeUpstream(), OneEndpoint(Endpoint(FUNCTION_HOST)), Counters(), FakeClock())
    stage.add(http_document(route("ANY /things/{proxy+}", function(), AuthorizationType="AWS_IAM")))
    stage.client("GET", "/things/7", signed("GET", "/things/7")).failed(500, "Internal Server Error")
    assert "the holders of access keys are not known to this process" in caplog.text
