"""The call of a function, and what the client gets when it fails."""

from __future__ import annotations

import pytest

from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.net.base import Failure, Header, Origin
from tests.plays.http_api import ROLE, HttpPlay, function, route
from tests.plays.stage import FUNCTION, FUNCTION_HOST, INVOKE

_ERROR = (500, "Internal Server Error")


@pytest.mark.parametrize("payload", ["1.0", "2.0"])
@pytest.mark.parametrize("uri", [FUNCTION, INVOKE, f"{FUNCTION}:live"])
def test_a_call_and_its_answer(payload: str, uri: str) -> None:
    call = HttpPlay(route("GET /a", function(payload, uri))).client("GET", "/a")
    assert call.event["version"] == payload
    assert (":live" in call.backend.target.replace("%3A", ":")) == uri.endswith(":live")
    result = {"statusCode": 418, "headers": {"X-A": "1", "Content-Length": "9", "Connection": "x"}, "body": "tea"}
    call.function_returns(result)
    assert (call.status, call.body) == (418, b"tea")
    assert call.lowered == {"x-a": "1", "content-type": "text/plain;charset=UTF-8"}


def test_cookies_come_as_headers() -> None:
    call = HttpPlay(route("GET /a", function())).client("GET", "/a")
    call.function_returns({"statusCode": 200, "cookies": ["a=1", "b=2"], "headers": {"set-cookie": "c=3"}})
    assert [value for name, value in call.answer[1] if name.lower() == b"set-cookie"] == [b"a=1", b"b=2", b"c=3"]


def test_a_function_that_failed() -> None:
    call = HttpPlay(route("GET /a", function())).client("GET", "/a")
    call.backend_answers(200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage": "no"}').failed(*_ERROR)


def test_what_is_no_answer() -> None:
    call = HttpPlay(route("GET /a", function("1.0"))).client("GET", "/a")
    call.function_returns("text").failed(*_ERROR)
    call = HttpPlay(route("GET /a", function())).client("GET", "/a")
    call.function_returns({"statusCode": 200, "body": 1}).failed(*_ERROR)


@pytest.mark.parametrize(("status", "answer"), [(403, _ERROR), (404, _ERROR), (429, _ERROR), (500, _ERROR)])
def test_lambda_refuses(status: int, answer: tuple[int, str]) -> None:
    HttpPlay(route("GET /a", function())).client("GET", "/a").backend_answers(status).failed(*answer)


def test_a_function_that_takes_too_long() -> None:
    call = HttpPlay(route("GET /a", function())).client("GET", "/a")
    call.backend_fails(Failure.TIMEOUT).failed(503, "Service Unavailable")


def test_stage_variables_name_the_function() -> None:
    uri = "arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.name}:${stageVariables.alias}"
    play = HttpPlay(route("GET /a", function(uri=uri)), variables={"name": "fn", "alias": "v2"})
    assert "function%3Afn%3Av2" in play.client("GET", "/a").backend.target
    HttpPlay(route("GET /a", function(uri=uri))).client("GET", "/a").failed(*_ERROR)


def test_a_role_is_assumed_and_nobody_is_named() -> None:
    class Assumed:
        def signer(self):  # type: ignore[no-untyped-def]  # the shape is the Protocol's
            return lambda origin, method, target, headers, body: [*headers, (b"Authorization", b"as role")]

        def fetch(self, done: object) -> None:
            raise AssertionError

    asked: list[str] = []

    def assume(arn: str) -> Assumed:
        asked.append(arn)
        return Assumed()

    endpoint = Endpoint(Origin("https", "lambda.test", 443), _sign, assume)
    play = HttpPlay(route("GET /a", function(CredentialsArn=ROLE)), endpoints=OneEndpoint(endpoint))
    headers = play.client("GET", "/a").backend_headers
    assert (asked, headers["authorization"]) == ([ROLE], "as role")
    assert "x-gatewright-source-arn" not in headers
    assert FUNCTION_HOST.unix


def _sign(origin: Origin, method: bytes, target: bytes, headers: object, body: bytes) -> list[Header]:
    return [(b"Authorization", b"as server")]
