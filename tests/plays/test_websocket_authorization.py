"""Who may open a connection: every refusal with its status, error type and words, and what is known of those let in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry, Traffic
from gatewright.gateway.usage import KeyTable
from gatewright.gateway.websocket.connection import Connection
from gatewright.net.base import Failure
from gatewright.program.throttle import Throttle
from gatewright.program.usage import ApiKey, Membership, Plan, PlanQuota
from gatewright.state.node import NodeState
from tests.plays.signing import FOREIGN_KEY, HOST, SECRET, USER_KEY, Keys, deny, presigned, signed, user
from tests.plays.stage import ACCOUNT, API, FUNCTION, INVOKE
from tests.plays.websocket import HANDSHAKE, SocketClient, SocketPlay
from tests.plays.websocket_documents import function, route
from tests.plays.written import Written

_ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/v1/$connect"
_CHECK = FUNCTION.replace("my-function", "check")
_AUTHORIZER: dict[str, Any] = {
    "AuthorizerId": "auth01",
    "AuthorizerType": "REQUEST",
    "AuthorizerUri": INVOKE.replace("my-function", "check"),
    "IdentitySource": ["route.request.querystring.token"],
}


def _play(*routes: Any, **members: Any) -> SocketPlay:
    connect = route("$connect", function(), AuthorizationType="CUSTOM", AuthorizerId="auth01")
    return SocketPlay(connect, *routes, authorizers=[_AUTHORIZER | members], variables={"a": "b"})


def _says(effect: str = "Allow", resource: str = _ARN, **members: Any) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}} | members


async def _go_on(play: SocketPlay, client: SocketClient) -> SocketClient:
    for _ in range(8):
        await asyncio.sleep(0)
    client.sent = play.upstream.sent[-1]
    return client


async def _asked(play: SocketPlay, result: Any, url: str = "/v1?token=t1") -> SocketClient:
    client = play.connect(url)
    client.function_returns(result)
    return await _go_on(play, client)


async def test_an_authorizer_is_asked_with_the_handshake() -> None:
    play = _play()
    client = play.connect("/v1?token=t1", [("X-Mine", "1")])
    event = client.event
    assert (event["type"], event["methodArn"], event["stageVariables"]) == ("REQUEST", _ARN, {"a": "b"})
    assert event["queryStringParameters"] == {"token": "t1"}
    assert event["multiValueQueryStringParameters"] == {"token": ["t1"]}
    own = {"Connection": "upgrade", "content-length": "0", "Upgrade": "websocket"}
    assert own.items() <= event["headers"].items()
    assert {name: [value] for name, value in own.items()}.items() <= event["multiValueHeaders"].items()
    assert event["headers"]["X-Mine"] == "1"
    assert event["requestContext"]["eventType"] == "CONNECT"
    assert event.keys().isdisjoint({"path", "httpMethod", "resource", "body"})
    headers = dict(client.backend.headers)
    assert headers["x-gatewright-source-arn"] == f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}/authorizers/auth01"


async def test_what_it_says_is_the_connections_for_all_its_life() -> None:
    play = _play(route("$default", function()), route("$disconnect", function()))
    client = await _asked(play, _says(context={"room": 7, "vip": True, "name": "a"}))
    expected = {"principalId": "ann", "room": "7", "vip": "true", "name": "a", "integrationLatency": 0}
    assert client.event["requestContext"]["authorizer"] == expected
    assert "Connection" not in client.event["headers"]
    client.function_returns({"statusCode": 200})
    client.opened().says("x")
    assert client.event["requestContext"]["authorizer"] == expected
    client.leaves()
    assert client.event["requestContext"]["authorizer"] == expected


async def test_each_connection_asks_anew() -> None:
    play = _play()
    for _ in range(2):
        client = await _asked(play, _says())
        assert len(play.upstream.sent) == 2
        client.function_returns({"statusCode": 200})
        client.opened()


@pytest.mark.parametrize(
    "result",
    [
        _says("Deny"),
        _says("Allow", _ARN.replace("/v1/", "/v2/")),
        _says("Allow", _ARN.replace("$connect", "talk")),
    ],
)
async def test_what_it_does_not_allow_is_forbidden(result: Any) -> None:
    play = _play()
    client = await _asked(play, result)
    assert len(play.upstream.sent) == 1
    assert client.refused(403, "Forbidden")["x-amzn-ErrorType"] == "ForbiddenException"


@pytest.mark.parametrize("url", ["/v1", "/v1?token=", "/v1?Token=t1"])
async def test_a_missing_identity_source_asks_nobody(url: str) -> None:
    play = _play()
    assert play.connect(url).refused(401, "Unauthorized")["x-amzn-ErrorType"] == "UnauthorizedException"
    assert play.upstream.sent == []


async def test_without_identity_sources_everybody_is_asked_for() -> None:
    assert _play(IdentitySource=[]).connect().event["type"] == "REQUEST"


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"{}",
        b"no json",
        json.dumps(_says(unknown=1)).encode(),
        json.dumps(_says(context={"a": {"b": 1}})).encode(),
        json.dumps(_says(context={"a": "x" * 8192})).encode(),
    ],
)
async def test_an_answer_that_is_none_fails(body: bytes) -> None:
    play = _play()
    client = play.connect("/v1?token=t1")
    client.backend_answers(200, body=body)
    await _go_on(play, client)
    assert client.status == 500
    assert client.headers["x-amzn-ErrorType"] == "AuthorizerConfigurationException"
    assert play.open == set()


@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ("Unauthorized", 401, "UnauthorizedException"),
        ("unauthorized", 500, "AuthorizerConfigurationException"),
        ("No", 500, "AuthorizerConfigurationException"),
    ],
)
async def test_a_function_that_fails(said: str, status: int, error: str) -> None:
    play = _play()
    client = play.connect("/v1?token=t1")
    client.backend_answers(200, {"X-Amz-Function-Error": "Unhandled"}, json.dumps({"errorMessage": said}).encode())
    await _go_on(play, client)
    assert (client.status, client.headers["x-amzn-ErrorType"]) == (status, error)


async def test_a_function_that_does_not_answer() -> None:
    play = _play()
    client = play.connect("/v1?token=t1")
    client.backend_fails(Failure.TIMEOUT)
    await _go_on(play, client)
    assert client.status == 500
    assert play.open == set()


# Signatures

_IAM = route("$connect", function(), AuthorizationType="AWS_IAM")
_SIGNED_HANDSHAKE = HANDSHAKE[1:]


def _handshake(url: str = "/v1", **members: Any) -> list[tuple[str, str]]:
    return signed("GET", url, list(_SIGNED_HANDSHAKE), **members)


def test_a_signed_handshake() -> None:
    play = SocketPlay(_IAM, route("$default", function()), keys=Keys())
    client = play.connect(handshake=_handshake())
    identity = client.event["requestContext"]["identity"]
    assert identity == {
        "accessKey": USER_KEY,
        "accountId": ACCOUNT,
        "caller": "AIDAEXAMPLE",
        "user": "AIDAEXAMPLE",
        "userArn": f"arn:aws:iam::{ACCOUNT}:user/ada",
        "sourceIp": "203.0.113.7",
    }
    assert "authorizer" not in client.event["requestContext"]
    assert "Authorization" not in client.event["headers"]
    client.function_returns({"statusCode": 200})
    client.opened().says("x")
    assert client.event["requestContext"]["identity"] == identity
    (member,) = play.connections.of(API, "v1")
    assert isinstance(member, Connection)
    assert member.grant.signer is None


def test_a_presigned_handshake() -> None:
    play = SocketPlay(_IAM, keys=Keys())
    client = play.connect(presigned("GET", "/v1?x=1"), handshake=[("Host", HOST), *_SIGNED_HANDSHAKE])
    client.function_returns({"statusCode": 200})
    client.opened()
    late = play.connect(presigned("GET", "/v1", expires=1, now=1_699_000_000.0), handshake=HANDSHAKE)
    assert late.status == 403


@pytest.mark.parametrize(
    ("handshake", "error"),
    [
        (HANDSHAKE, "MissingAuthenticationTokenException"),
        (_handshake(secret="other"), "InvalidSignatureException"),
        (_handshake("/v1/"), "InvalidSignatureException"),
        (_handshake(service="apigateway"), "InvalidSignatureException"),
        (_handshake(region="eu-west-1"), "InvalidSignatureException"),
        (_handshake(key="AKIDNOBODY"), "UnrecognizedClientException"),
        (_handshake(token="other"), "UnrecognizedClientException"),
        (_handshake(key=FOREIGN_KEY), "ForbiddenException"),
    ],
)
def test_signatures_that_are_refused(handshake: Any, error: str) -> None:
    play = SocketPlay(_IAM, keys=Keys())
    client = play.connect(handshake=handshake)
    assert (client.status, client.headers["x-amzn-ErrorType"]) == (403, error)
    assert (play.upstream.sent, play.open) == ([], set())


@pytest.mark.parametrize("policies", [(), (deny(),), (deny(_ARN),)])
def test_a_caller_without_permission(policies: Any) -> None:
    play = SocketPlay(_IAM, keys=Keys({USER_KEY: Holder(SECRET, user(), policies=policies)}))
    play.connect(handshake=_handshake()).refused(403, "Forbidden")


async def test_a_key_that_is_asked_for_first() -> None:
    play = SocketPlay(_IAM, keys=Keys(slow=True))
    client = play.connect(handshake=_handshake())
    assert play.upstream.sent == []
    await _go_on(play, client)
    client.function_returns({"statusCode": 200})
    client.opened()


_KEYED = route("$connect", function(), ApiKeyRequired=True)
_VALUE = "k" * 24


def _traffic(folder: Path, **plan: Any) -> Callable[[FakeClock], Traffic]:
    """One key in one plan that has this stage."""

    def make(clock: FakeClock) -> Traffic:
        state = NodeState(folder, clock, 0, shared=False)
        table = KeyTable(state.buckets, state.quotas)
        made = Plan(**({"id": "p1", "throttle": None, "quota": None, "stages": {f"{API}:v1": {}}} | plan))
        member = Membership(made, date(2020, 1, 1))
        table.load([ApiKey((ACCOUNT, "us-east-1"), "keyid", _VALUE, "name", None, (member,))])
        return Traffic(clock, state, keys=table)

    return make


@pytest.fixture(params=[False, True], ids=["", "logged"])
def logged(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What makes a stage write execution logs, or nothing: steps take other ways then."""
    stage = {"DefaultRouteSettings": {"LoggingLevel": "INFO", "DataTraceEnabled": True}}
    return {"stage": stage, "telemetry": Telemetry(FakeClock(), Written())} if request.param else {}


@pytest.mark.parametrize("headers", [[], [("x-api-key", "another")], [("x-api-key", "")]])
def test_who_has_no_key_stays_outside(tmp_path: Path, logged: dict[str, Any], headers: list[tuple[str, str]]) -> None:
    play = SocketPlay(_KEYED, traffic=_traffic(tmp_path), **logged)
    assert play.connect(headers=headers).refused(403, "Forbidden")["x-amzn-ErrorType"] == "ForbiddenException"
    assert play.upstream.sent == []


def test_without_a_table_of_keys_nobody_passes() -> None:
    SocketPlay(_KEYED).connect(headers=[("x-api-key", _VALUE)]).refused(403, "Forbidden")


def test_a_key_opens_the_connection_and_is_known_for_all_its_life(tmp_path: Path) -> None:
    play = SocketPlay(_KEYED, route("$default", function()), traffic=_traffic(tmp_path))
    client = play.connect(headers=[("x-api-key", _VALUE)])
    assert client.event["requestContext"]["identity"]["apiKey"] == _VALUE
    client.function_returns({"statusCode": 200})
    client.opened().says("x")
    assert client.event["requestContext"]["identity"]["apiKeyId"] == "keyid"


@pytest.mark.parametrize(
    ("plan", "message"),
    [({"throttle": Throttle(1.0, 1)}, "Too Many Requests"), ({"quota": PlanQuota(1, "DAY")}, "Limit Exceeded")],
)
def test_a_plan_bounds_how_often_its_keys_connect(
    tmp_path: Path, logged: dict[str, Any], plan: dict[str, Any], message: str
) -> None:
    play = SocketPlay(_KEYED, traffic=_traffic(tmp_path, **plan), **logged)
    client = play.connect(headers=[("x-api-key", _VALUE)])
    client.function_returns({"statusCode": 200})
    client.opened()
    play.connect(headers=[("x-api-key", _VALUE)]).refused(429, message)


async def test_the_key_that_the_authorizer_names_counts_where_the_api_wants_it(tmp_path: Path) -> None:
    connect = route("$connect", function(), AuthorizationType="CUSTOM", AuthorizerId="auth01", ApiKeyRequired=True)
    api = {"ApiKeySelectionExpression": "$context.authorizer.usageIdentifierKey"}
    play = SocketPlay(connect, authorizers=[_AUTHORIZER], api=api, traffic=_traffic(tmp_path))
    (await _asked(play, _says(usageIdentifierKey="another"))).refused(403, "Forbidden")
    client = await _asked(play, _says(usageIdentifierKey=_VALUE))
    client.function_returns({"statusCode": 200})
    client.opened()
