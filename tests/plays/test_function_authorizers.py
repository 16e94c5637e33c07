"""Lambda authorizers of REST APIs in front of a method: what the client gets, and whether anything is called.

Source of statuses and literals: AWS, "Troubleshoot API Gateway Lambda authorizers", "Output from an API Gateway Lambda
authorizer", "Types of gateway responses".
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from gatewright.net.base import Failure
from tests.plays.stage import ACCOUNT, API, FUNCTION, INVOKE, Conversation, Play, function, http_proxy, mock, resource

_STAGE = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1"
_CHECK = FUNCTION.replace("my-function", "check")
_AUTHORIZER: dict[str, Any] = {
    "id": "auth01",
    "name": "check",
    "type": "TOKEN",
    "authorizerUri": INVOKE.replace("my-function", "check"),
    "identitySource": "method.request.header.Authorization",
}
_TOKEN = {"Authorization": "Bearer t1"}
_UNAUTHORIZED = b'{"message":"Unauthorized"}'
_BROKEN = b'{"message":null}'
_DENIED = b'{"Message":"User is not authorized to access this resource with an explicit deny"}'
_NOT_ALLOWED = b'{"Message":"User is not authorized to access this resource"}'


def _guarded(method: dict[str, Any]) -> dict[str, Any]:
    return method | {"authorizationType": "CUSTOM", "authorizerId": "auth01"}


def _play(more: dict[str, Any] | None = None, **authorizer: Any) -> Play:
    methods = {
        "GET": _guarded(http_proxy("http://pets.test/list")),
        "POST": _guarded(function()),
        "OPTIONS": mock(),
    }
    added = {"authorizers": {"auth01": _AUTHORIZER | authorizer}} | (more or {})
    return Play(resource("/", GET=_guarded(mock())), resource("/pets", **methods), more=added)


async def _go_on(play: Play, call: Conversation) -> None:
    """Let what waited go on; the last call is the one that is looked at from now on."""
    for _ in range(8):
        await asyncio.sleep(0)
    call.sent = play.upstream.sent[-1]


def _says(effect: str = "Allow", resource: Any = f"{_STAGE}/*", **members: Any) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}} | members


async def _asked(play: Play, result: Any, url: str = "/v1/pets", verb: str = "GET") -> Conversation:
    call = play.client(verb, url, _TOKEN)
    call.function_returns(result)
    await _go_on(play, call)
    return call


def _called(play: Play) -> int:
    return len(play.upstream.sent)


async def test_who_is_allowed_reaches_the_backend() -> None:
    play = _play()
    call = play.client("GET", "/v1/pets", _TOKEN)
    assert call.backend.target == f"/2015-03-31/functions/{_CHECK.replace(':', '%3A')}/invocations"
    assert call.backend_headers["x-gatewright-source-arn"] == (
        f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/authorizers/auth01"
    )
    assert call.event == {
        "type": "TOKEN",
        "methodArn": f"{_STAGE}/GET/pets",
        "authorizationToken": "Bearer t1",
    }
    call.function_returns(_says())
    await _go_on(play, call)
    call.backend_saw("GET", "/list")
    call.backend_answers(200, body=b"[]").got(200, b"[]")


async def test_the_root_is_a_slash() -> None:
    call = _play().client("GET", "/v1", _TOKEN)
    assert call.event["methodArn"] == f"{_STAGE}/GET/"


async def test_events_carry_what_the_authorizer_said() -> None:
    play = _play()
    call = play.client("POST", "/v1/pets", _TOKEN)
    play.clock.advance(0.04)
    call.function_returns(_says(context={"n": 1, "yes": True, "text": "x", "none": None}))
    await _go_on(play, call)
    said = {"n": "1", "yes": "true", "text": "x", "none": None, "principalId": "ann"}
    assert call.event["requestContext"]["authorizer"] == said | {"integrationLatency": 40}
    again = play.client("POST", "/v1/pets", _TOKEN)
    assert again.event["requestContext"]["authorizer"] == said | {"integrationLatency": 0}


async def test_a_kept_result_is_answered_without_a_call() -> None:
    play = _play()
    await _asked(play, _says())
    again = play.client("GET", "/v1/pets", _TOKEN)
    again.backend_saw("GET", "/list")
    assert _called(play) == 1


async def test_a_policy_for_one_method_opens_no_other() -> None:
    play = _play()
    await _asked(play, _says(resource=f"{_STAGE}/GET/pets"))
    play.client("POST", "/v1/pets", _TOKEN).got(403, _NOT_ALLOWED, error="AccessDeniedException")
    play.client("GET", "/v1", _TOKEN).got(403, _NOT_ALLOWED, error="AccessDeniedException")
    assert _called(play) == 0


async def test_a_new_deployment_asks_anew() -> None:
    play = _play()
    await _asked(play, _says())
    play.install(f"{API}@v1")
    again = play.client("GET", "/v1/pets", _TOKEN)
    assert again.event["type"] == "TOKEN"


async def test_a_call_under_way_fills_no_later_deployment() -> None:
    play = _play()
    call = play.client("GET", "/v1/pets", _TOKEN)
    play.install(f"{API}@v1")
    call.function_returns(_says())
    await _go_on(play, call)
    again = play.client("GET", "/v1/pets", _TOKEN)
    assert again.event["type"] == "TOKEN"


@pytest.mark.parametrize(
    ("result", "body"),
    [
        (_says("Deny"), _DENIED),
        (_says(resource=f"{_STAGE}/POST/*"), _NOT_ALLOWED),
        (_says(resource=f"{_STAGE}x/*"), _NOT_ALLOWED),
        (_says(resource=f"{_STAGE}/GET/pet"), _NOT_ALLOWED),
    ],
)
async def test_who_is_not_allowed(result: dict[str, Any], body: bytes) -> None:
    play = _play()
    (await _asked(play, result)).got(403, body, error="AccessDeniedException")
    play.client("GET", "/v1/pets", _TOKEN).got(403, body, error="AccessDeniedException")  # kept, too
    assert _called(play) == 0


async def test_a_deny_wins_over_an_allow_in_any_order() -> None:
    allow, deny = _says()["policyDocument"]["Statement"], _says("Deny")["policyDocument"]["Statement"]
    for statements in (allow + deny, deny + allow):
        policy = {"Version": "2012-10-17", "Statement": statements}
        call = await _asked(_play(), {"principalId": "ann", "policyDocument": policy})
        call.got(403, _DENIED, error="AccessDeniedException")


@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}, {"X-Authorization": "t1"}])
async def test_without_a_token_nothing_is_called(headers: dict[str, str]) -> None:
    play = _play()
    play.client("GET", "/v1/pets", headers).got(401, _UNAUTHORIZED, error="UnauthorizedException")
    assert _called(play) == 0


async def test_a_token_that_does_not_fit_is_not_asked_about() -> None:
    play = _play(identityValidationExpression="Basic .*")
    play.client("GET", "/v1/pets", _TOKEN).got(401, _UNAUTHORIZED, error="UnauthorizedException")
    assert _called(play) == 0


async def test_a_request_without_its_source_is_not_asked_about() -> None:
    play = _play(type="REQUEST", identitySource="method.request.header.Authorization,method.request.querystring.t")
    play.client("GET", "/v1/pets", _TOKEN).got(401, _UNAUTHORIZED, error="UnauthorizedException")
    assert _called(play) == 0
    assert play.client("GET", "/v1/pets?t=1", _TOKEN).event["type"] == "REQUEST"


async def test_methods_that_name_no_authorizer_are_open() -> None:
    play = _play()
    play.client("OPTIONS", "/v1/pets").got(200)
    assert _called(play) == 0


_ERROR = {"X-Amz-Function-Error": "Unhandled"}


@pytest.mark.parametrize(
    ("message", "status", "body", "error"),
    [
        ("Unauthorized", 401, _UNAUTHORIZED, "UnauthorizedException"),
        ("unauthorized", 500, _BROKEN, "AuthorizerConfigurationException"),
        ("Error: Unauthorized", 500, _BROKEN, "AuthorizerConfigurationException"),
        ("division by zero", 500, _BROKEN, "AuthorizerConfigurationException"),
    ],
)
async def test_functions_that_fail(message: str, status: int, body: bytes, error: str) -> None:
    play = _play()
    call = play.client("GET", "/v1/pets", _TOKEN)
    failure = json.dumps({"errorMessage": message, "errorType": "Exception"}).encode()
    call.backend_answers(200, _ERROR, failure)
    await _go_on(play, call)
    call.got(status, body, error=error)
    again = play.client("GET", "/v1/pets", _TOKEN)  # failures are not kept
    assert again.event["type"] == "TOKEN"


async def test_a_policy_in_a_failure_allows_nothing() -> None:
    play = _play()
    call = play.client("GET", "/v1/pets", _TOKEN)
    call.backend_answers(200, _ERROR, json.dumps(_says()).encode())
    await _go_on(play, call)
    call.got(500, _BROKEN, error="AuthorizerConfigurationException")


@pytest.mark.parametrize(
    "result",
    [
        None,
        "Allow",
        [],
        {},
        {"principalId": "ann"},
        {"policyDocument": _says()["policyDocument"]},
        _says() | {"principalId": None},
        _says() | {"policyDocument": "{}"},
        _says() | {"policyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}},
        _says(context={"list": [1]}),
        _says(context={"map": {"a": "b"}}),
        _says(context="text"),
        _says(isAuthorized=True),
    ],
)
async def test_answers_that_are_none(result: Any) -> None:
    call = await _asked(_play(), result)
    call.got(500, _BROKEN, error="AuthorizerConfigurationException")


@pytest.mark.parametrize("failure", list(Failure))
async def test_functions_that_cannot_be_reached(failure: Failure) -> None:
    play = _play()
    call = play.client("GET", "/v1/pets", _TOKEN)
    call.backend_fails(failure)
    await _go_on(play, call)
    call.got(500, _BROKEN, error="AuthorizerConfigurationException")


@pytest.mark.parametrize("status", [202, 302, 400, 403, 404, 413, 429, 500, 503])
async def test_calls_that_lambda_refuses(status: int) -> None:
    play = _play()
    call = play.client("GET", "/v1/pets", _TOKEN)
    call.backend_answers(status, body=json.dumps(_says()).encode())
    await _go_on(play, call)
    call.got(500, _BROKEN, error="AuthorizerConfigurationException")


async def test_a_function_that_stage_variables_do_not_name() -> None:
    play = _play(authorizerUri=INVOKE.replace(FUNCTION, "${stageVariables.function}"))
    call = play.client("GET", "/v1/pets", _TOKEN)
    for _ in range(8):
        await asyncio.sleep(0)
    call.got(500, _BROKEN, error="AuthorizerConfigurationException")
    assert _called(play) == 0


async def test_a_method_whose_authorizer_is_gone() -> None:
    play = _play(more={"authorizers": {}})
    play.client("GET", "/v1/pets", _TOKEN).got(500, _BROKEN, error="AuthorizerConfigurationException")


async def test_equal_requests_wait_for_one_call() -> None:
    play = _play()
    first = play.client("GET", "/v1/pets", _TOKEN)
    asked = first.backend
    others = [play.client("GET", "/v1/pets", _TOKEN) for _ in range(20)]
    assert _called(play) == 0  # `client` forgets earlier calls: there are no others
    if first.request.on_disconnect is not None:
        first.request.on_disconnect()  # who asked first leaves
    first.sent = asked
    first.function_returns(_says())
    for _ in range(8):
        await asyncio.sleep(0)
    assert len([sent for sent in play.upstream.sent if sent.target == "/list"]) == 21
    assert all(call.request.answer is None for call in others)


async def test_one_who_hangs_delays_nobody_else() -> None:
    play = _play()
    waiting = play.client("GET", "/v1/pets", _TOKEN)
    other = play.client("GET", "/v1/pets", {"Authorization": "Bearer t2"})
    other.function_returns(_says())
    await _go_on(play, other)
    other.backend_saw("GET", "/list")
    play.client("OPTIONS", "/v1/pets").got(200)
    assert waiting.request.answer is None


async def test_gateway_responses_can_show_who_was_denied() -> None:
    response = {
        "responseType": "ACCESS_DENIED",
        "responseTemplates": {"application/json": '{"who":"$context.authorizer.principalId"}'},
    }
    play = _play(more={"gatewayResponses": [response]})
    call = await _asked(play, _says("Deny"))
    assert (call.status, call.body) == (403, b'{"who":"ann"}')
