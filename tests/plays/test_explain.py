"""What is told of requests that failed, for the main failures of each product."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.catalog import defaults
from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry, Traffic
from gatewright.gateway.explain.base import Explanation
from gatewright.gateway.explain.explaining import explain
from gatewright.gateway.seen import Ring
from gatewright.gateway.usage import KeyTable
from gatewright.identity.tokens import EXPIRED, TokenError
from gatewright.language.policy.base import PolicyKind
from gatewright.language.policy.document import compile_policy
from gatewright.net.base import Failure
from gatewright.program.throttle import Throttle
from gatewright.program.usage import ApiKey, Membership, Plan, PlanQuota
from gatewright.state.node import NodeState
from tests.plays import http_api
from tests.plays.http_api import HttpPlay
from tests.plays.signing import HOST, SECRET, USER_KEY, Keys, signed, user
from tests.plays.stage import ACCOUNT, API, FUNCTION, Body, Play, function, http, http_proxy, method, mock, resource
from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import function as socket_function
from tests.plays.websocket_documents import mock as socket_mock
from tests.plays.websocket_documents import route

ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"
IAM = {"authorizationType": "AWS_IAM"}
Make = Callable[[FakeClock], Traffic]


class Told:
    """A play that keeps what happens, and tells of the last of it."""

    def __init__(self) -> None:
        self.ring = Ring(100, hint=True)
        self.telemetry = Telemetry(FakeClock(), ring=self.ring)
        self.gateway: Any = None

    def rest(self, *resources: Body, **members: Any) -> Play:
        play = Play(*resources, telemetry=self.telemetry, **members)
        self.gateway = play.gateway
        return play

    def http(self, *routes: Any, **members: Any) -> HttpPlay:
        play = HttpPlay(*routes, telemetry=self.telemetry, **members)
        self.gateway = play.gateway
        return play

    def socket(self, *routes: Any, **members: Any) -> SocketPlay:
        play = SocketPlay(*routes, telemetry=self.telemetry, **members)
        self.gateway = play.gateway
        return play

    @property
    def last(self) -> Explanation:
        said = explain(next(self.ring.newest()), self.gateway.programs())
        json.dumps(said.shown())
        assert said.why
        assert said.fix
        return said

    def steps(self) -> dict[str, str]:
        return {each.step: each.outcome for each in self.last.steps}


@pytest.fixture
def told() -> Told:
    return Told()


def everything(said: Explanation) -> str:
    return json.dumps(said.shown(), ensure_ascii=False)


# REST APIs


def test_a_route_that_is_not_there(told: Told) -> None:
    play = told.rest(resource("/pets", GET=mock()))
    play.client("POST", "/v1/pets").got(403, error="MissingAuthenticationTokenException")
    assert "GET /pets is there: the path is right, the method is not." in told.last.why
    play.client("GET", "/v2/pets").got(403, error="ForbiddenException")
    assert "no stage 'v2'" in told.last.why[0]
    assert told.steps() == {"route": "refused"}


def policy(*statements: Body) -> Body:
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


EVERYBODY = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}


def test_a_resource_policy_that_denies(told: Told) -> None:
    abroad = {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    deny: Body = EVERYBODY | {"Sid": "Abroad", "Effect": "Deny", "Condition": abroad}
    play = told.rest(resource("/pets", GET=mock()), api=policy(EVERYBODY, deny))
    play.client("GET", "/v1/pets").got(403, error="AccessDeniedException")
    assert 'the statement "Abroad" has Effect Deny' in told.last.why[0]
    assert '"aws:SourceIp": "10.0.0.0/8"' in told.last.exhibits[0].text
    assert told.steps()["authorization"] == "refused"
    assert told.steps()["integration"] == "not reached"


def test_a_resource_policy_that_does_not_allow(told: Told) -> None:
    inside = EVERYBODY | {"Condition": {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}}}
    told.rest(resource("/pets", GET=mock()), api=policy(inside)).client("GET", "/v1/pets")
    assert told.last.why[0] == "No statement of the API's resource policy allows it."
    assert "aws:SourceIp wants 10.0.0.0/8, and the request has 203.0.113.7" in told.last.why[1]


def iam(told: Told, *statements: Body) -> Play:
    own = compile_policy({"Version": "2012-10-17", "Statement": list(statements)}, PolicyKind.IDENTITY)
    keys = Keys({USER_KEY: Holder(SECRET, user(), policies=(own,))})
    return told.rest(resource("/pets", GET=mock() | IAM), keys=keys)


def test_a_caller_whose_policies_do_not_allow(told: Told) -> None:
    play = iam(told, {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{ARN}/v2/*"})
    play.client("GET", "/v1/pets", signed("GET", "/v1/pets"), domain=HOST).got(403, error="AccessDeniedException")
    assert told.last.why[0] == "No statement of the caller's own policies allows it."
    assert f"its Resource is {ARN}/v2/*, and the request has {ARN}/v1/GET/pets" in told.last.why[1]
    assert SECRET not in everything(told.last)


def test_a_signature_over_something_else(told: Told) -> None:
    play = iam(told, {"Effect": "Allow", "Action": "*", "Resource": "*"})
    play.client("GET", "/v1/pets?a=2", signed("GET", "/v1/pets?a=1"), domain=HOST)
    said = told.last
    assert "The signature does not match" in said.why[0]
    assert said.exhibits[0].text.split("\n")[:3] == ["GET", "/v1/pets", "a=2"]
    assert said.exhibits[1].text.startswith("AWS4-HMAC-SHA256\n")
    assert SECRET not in everything(said)
    play.client("GET", "/v1/pets", signed("GET", "/v1/pets", region="eu-west-1"), domain=HOST)
    assert "another Region" in told.last.why[0]
    play.client("GET", "/v1/pets", signed("GET", "/v1/pets", key="AKIDNOBODY"), domain=HOST)
    assert "Nobody holds the access key" in told.last.why[0]


def traffic_with_keys(tmp_path: Path, plan: Plan) -> Make:
    def make(clock: FakeClock) -> Traffic:
        state = NodeState(tmp_path, clock, 0, shared=False)
        keys = KeyTable(state.buckets, state.quotas)
        member = (Membership(plan, date(2023, 11, 1)),)
        keys.load([ApiKey((ACCOUNT, "us-east-1"), "k1", "0123456789secret", "ada", None, member)])
        return Traffic(clock, state, keys=keys)

    return make


def keyed(told: Told, tmp_path: Path, plan: Plan) -> Play:
    made = resource("/pets", GET=mock() | {"apiKeyRequired": True})
    return told.rest(made, traffic=traffic_with_keys(tmp_path, plan))


KEY = {"x-api-key": "0123456789secret"}


def test_keys(told: Told, tmp_path: Path) -> None:
    play = keyed(told, tmp_path, Plan("p1", None, None, {"other:v1": {}}))
    play.client("GET", "/v1/pets").got(403, error="ForbiddenException")
    assert "carries no header x-api-key" in told.last.why[0]
    play.client("GET", "/v1/pets", {"x-api-key": "wrong"})
    assert "No enabled API key" in told.last.why[0]
    play.client("GET", "/v1/pets", KEY)
    assert "its usage plan p1 does not have the stage abcdefghij:v1" in told.last.why[0]
    assert "0123456789secret" not in everything(told.last)


def test_plans_that_are_exhausted(told: Told, tmp_path: Path) -> None:
    stages = {f"{API}:v1": {"/pets/GET": Throttle(1.0, 3)}}
    play = keyed(told, tmp_path, Plan("p1", Throttle(5.0, 2), PlanQuota(1, "DAY"), stages))
    statuses = [play.client("GET", "/v1/pets", KEY).status for _ in range(2)]
    assert statuses == [200, 429]
    assert "has used up the 1 requests that its usage plan p1 gives it per day" in told.last.why[0]
    assert "2023-11-15, 00:00 UTC" in told.last.why[0]
    assert told.steps()["api key"] == "refused"
    play.clock.advance(0.0)


def test_a_plan_s_throttle(told: Told, tmp_path: Path) -> None:
    play = keyed(told, tmp_path, Plan("p1", Throttle(5.0, 1), None, {f"{API}:v1": {}}))
    assert [play.client("GET", "/v1/pets", KEY).status for _ in range(2)] == [200, 429]
    assert "ada (k1) may call 5 requests a second, 1 at once by its usage plan p1" in told.last.why[0]


def test_a_method_s_throttle(told: Told, tmp_path: Path) -> None:
    limits = defaults.METHOD_SETTING | {"throttlingRateLimit": 1.0, "throttlingBurstLimit": 1}
    play = told.rest(
        resource("/pets", GET=mock()), traffic=lambda clock: Traffic(clock, NodeState(tmp_path, clock, 0, shared=False))
    )
    play.document["stage"]["methodSettings"] = {"~1pets/GET": limits}
    play.install(f"{API}@v1")
    assert [play.client("GET", "/v1/pets").status for _ in range(2)] == [200, 429]
    assert "allows /pets GET 1 requests a second, 1 at once" in told.last.why[0]


def test_a_template_that_fails(told: Told) -> None:
    templates = {"application/json": '{\n  "statusCode": $util.parseJson("no")\n}'}
    told.rest(resource("/pets", GET=mock(requestTemplates=templates))).client("GET", "/v1/pets")
    said = told.last
    assert "The request template fails at line 2, column 17" in said.why[0]
    assert '"statusCode": $util.parseJson("no")' in said.exhibits[0].text
    assert told.steps()["integration request"] == "refused"


def test_what_functions_return(told: Told) -> None:
    play = told.rest(resource("/pets", GET=function()))
    play.client("GET", "/v1/pets").function_returns({"statusCode": 200, "body": {"a": 1}}).got(
        502, error="InternalServerErrorException"
    )
    assert "body is no string" in told.last.why[0]
    assert told.last.exhibits[0].text == '{"statusCode": 200, "body": {"a": 1}}'
    play.client("GET", "/v1/pets").function_returns({"statusCode": 200, "extra": 1})
    assert "its member 'extra' is not allowed" in told.last.why[0]
    play.client("GET", "/v1/pets").backend_answers(
        200, {"X-Amz-Function-Error": "Unhandled"}, b'{"errorMessage":"boom"}'
    )
    assert told.last.exhibits[0].text == '{"errorMessage":"boom"}'
    play.client("GET", "/v1/pets").backend_answers(403, body=b"{}")
    assert "aws lambda add-permission --function-name" in everything(told.last)
    play.client("GET", "/v1/pets").backend_answers(404, body=b"{}")
    assert told.last.why == [f"There is no function {FUNCTION}."]
    play.client("GET", "/v1/pets").function_returns({"statusCode": 418})
    assert "answered with statusCode 418 itself" in told.last.why[0]


def test_backends_that_give_no_answer(told: Told) -> None:
    play = told.rest(resource("/pets", GET=http_proxy("http://pets.test:8080/list", timeoutInMillis=50)))
    play.client("GET", "/v1/pets").backend_fails(Failure.TIMEOUT).got(504, error="InternalServerErrorException")
    assert "http://pets.test:8080/list did not answer within 0.05 s" in told.last.why[0]
    play.client("GET", "/v1/pets").backend_fails(Failure.REFUSED, "nobody")
    assert "Nobody listens at the backend's address: http://pets.test:8080/list (nobody)." in told.last.why
    play.client("GET", "/v1/pets").backend_fails(Failure.TLS, "expired")
    assert "TLS with http://pets.test:8080/list failed: expired" in told.last.why[0]
    play.client("GET", "/v1/pets").backend_answers(500, body=b"no")
    assert "answered with 500 itself" in told.last.why[0]


def test_statuses_without_a_response(told: Told) -> None:
    responses = {"200": {"selectionPattern": "2.."}}
    play = told.rest(resource("/pets", GET=http("http://pets.test", responses=responses)))
    play.client("GET", "/v1/pets").backend_answers(418, body=b"teapot").got(500, error="InternalServerErrorException")
    assert "no integration response is for its status 418" in told.last.why[0]
    assert told.last.exhibits[0].text == "teapot"


def test_a_fault_of_ours(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    play = told.rest(resource("/pets", GET=http_proxy("http://pets.test")))

    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(play.upstream, "fetch", broken)
    play.client("GET", "/v1/pets").got(500, error="InternalServerErrorException")
    assert told.last.why == ["This is a fault of Gatewright itself, not of the API: KeyError: 'oops'."]


def test_parameters_that_are_missing(told: Told) -> None:
    made = method(
        mock()["methodIntegration"],
        requestParameters={"method.request.querystring.page": True},
        requestValidatorId="v1",
    )
    play = told.rest(resource("/pets", GET=made), more={"validators": {"v1": {"validateRequestParameters": True}}})
    play.client("GET", "/v1/pets").got(400, error="BadRequestException")
    assert "requires the query parameter page" in told.last.why[0]


GUARD = {
    "id": "auth01",
    "type": "TOKEN",
    "authorizerUri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:guard/invocations",
    "identitySource": "method.request.header.Authorization",
    "authorizerResultTtlInSeconds": 300,
}


async def settled() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


async def test_lambda_authorizers(told: Told) -> None:
    guarded = mock() | {"authorizationType": "CUSTOM", "authorizerId": "auth01"}
    play = told.rest(resource("/pets", GET=guarded), more={"authorizers": {"auth01": GUARD}})
    play.client("GET", "/v1/pets")
    assert "wants header authorization" in told.last.why[0]

    statement = {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": "*", "Sid": "Never"}
    denied = {"principalId": "u", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    play.client("GET", "/v1/pets", {"Authorization": "one-secret"}).function_returns(denied)
    await settled()
    policy_of = "The policy that the Lambda authorizer's function answered with"
    assert told.last.why[0].startswith(f'{policy_of} denies it: the statement "Never" has Effect Deny')
    assert "flush-stage-authorizers-cache" in everything(told.last)
    assert "one-secret" not in everything(told.last)

    play.client("GET", "/v1/pets", {"Authorization": "two"}).function_returns({"principalId": "u"})
    await settled()
    assert "is not what an authorizer answers" in told.last.why[0]
    assert told.last.exhibits[0].text == '{"principalId": "u"}'


# HTTP APIs


class Refusing:
    """`gateway.base.TokenSource` that takes no token."""

    def verify(self, token: bytes, issuers: Any) -> Any:
        raise TokenError(EXPIRED)


TOKEN = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.eyJleHAiOjE2OTk5OTk5OTAsInN1YiI6ImFkYSJ9.c2lnbmF0dXJl"


def test_a_token_that_has_expired(told: Told) -> None:
    guarded = http_api.route("GET /pets", http_api.proxy("http://pets.test"), **http_api.JWT)
    play = told.http(guarded, more={"authorizers": [http_api.jwt()]}, issuers=Refusing())
    play.client("GET", "/pets", {"Authorization": f"Bearer {TOKEN}"}).failed(401, "Unauthorized")
    said = told.last
    assert "The token has expired: exp is 1699999990 (2023-11-14 22:13:10 UTC), 10 s before the request." in said.why
    assert '"sub": "ada"' in said.exhibits[1].text
    assert "c2lnbmF0dXJl" not in everything(said)
    play.client("GET", "/pets").failed(401, "Unauthorized")
    assert "the header authorization is missing or empty" in told.last.why[0]


def test_routes_of_http_apis(told: Told) -> None:
    play = told.http(http_api.route("GET /pets", http_api.proxy("http://pets.test")))
    preflight = {"Origin": "https://app.test", "Access-Control-Request-Method": "PUT"}
    play.client("OPTIONS", "/pets", preflight).failed(404, "Not Found")
    wanted = "--cors-configuration 'AllowOrigins=https://app.test,AllowMethods=*,AllowHeaders=*'"
    assert any(wanted in (fix.command or "") for fix in told.last.fix)
    play.client("GET", "/pet").failed(404, "Not Found")
    assert "Near to it: GET /pets." in told.last.why
    play.client("GET", "/pets").backend_fails(Failure.TIMEOUT).failed(503, "Service Unavailable")
    assert "did not answer within 30 s" in told.last.why[0]


def test_functions_of_http_apis(told: Told) -> None:
    play = told.http(http_api.route("GET /pets", http_api.function()))
    play.client("GET", "/pets").function_returns({"statusCode": "no"}).failed(500, "Internal Server Error")
    assert "statusCode 'no' is none" in told.last.why[0]
    play.client("GET", "/pets").backend_answers(403, body=b"{}")
    assert "aws lambda add-permission" in everything(told.last)


def test_callers_of_http_apis(told: Told) -> None:
    keys = Keys({USER_KEY: Holder(SECRET, user(), policies=())})
    play = told.http(
        http_api.route("GET /pets", http_api.proxy("http://a.test"), AuthorizationType="AWS_IAM"), keys=keys
    )
    play.client("GET", "/pets", signed("GET", "/pets")).failed(403, "Forbidden")
    assert told.last.why[0] == "The caller's own policies have no statements."
    play.client("GET", "/pets").failed(403, "Forbidden")
    assert "curl --aws-sigv4" in everything(told.last)


# WebSocket APIs


def test_messages_that_come_to_nothing(told: Told) -> None:
    play = told.socket(route("talk", socket_function()), route("$connect", socket_mock()))
    client = play.connect().opened()
    client.says('{"action": "nothing"}')
    assert client.error["requestId"] == told.last.request_id
    assert "selects no route" in told.last.why[0]
    client.says('{"action": "talk"}')
    client.sent = play.upstream.sent[-1]
    client.backend_answers(403, body=b"{}")
    assert "aws lambda add-permission" in everything(told.last)
    assert told.last.request.startswith("MESSAGE of the connection ")


def test_handshakes_that_are_refused(told: Told) -> None:
    own = compile_policy(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Sid": "No"}]},
        PolicyKind.IDENTITY,
    )
    keys = Keys({USER_KEY: Holder(SECRET, user(), policies=(own,))})
    play = told.socket(route("$connect", socket_mock(), AuthorizationType="AWS_IAM"), keys=keys)
    play.connect().refused(403, "Missing Authentication Token")
    assert "wants a signature" in told.last.why[0]
    play.connect(headers=signed("GET", "/v1")[1:]).refused(403, "Forbidden")
    assert 'the statement "No" has Effect Deny' in told.last.why[0]


def test_calls_of_connections(told: Told) -> None:
    own = compile_policy(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]},
        PolicyKind.IDENTITY,
    )
    keys = Keys({USER_KEY: Holder(SECRET, user(), policies=(own,)), "ROOT": Holder(SECRET, user(), policies=None)})
    play = told.socket(route("$connect", socket_mock()), keys=keys)
    url = "/v1/@connections/abcdefghijklmno%3D"

    def ask(verb: str, headers: list[tuple[str, str]]) -> Any:
        return play.connect(url, headers, handshake=(), verb=verb)

    call = ask("POST", [("Host", HOST)])
    assert call.headers["x-gatewright-explain"].endswith(told.last.request_id)
    assert "wants a signature" in told.last.why[0]
    ask("POST", signed("POST", url))
    assert "its Action is execute-api:Invoke, and the request has execute-api:ManageConnections" in told.last.why[1]
    assert "allows execute-api:ManageConnections on" in told.last.fix[0].text
    assert ask("POST", signed("POST", url, key="ROOT")).status == 410
    assert "No connection of this id is open" in told.last.why[0]
    assert ask("PATCH", signed("PATCH", url, key="ROOT")).status == 403
    assert "@connections has no PATCH" in told.last.why[0]
