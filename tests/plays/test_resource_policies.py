"""Resource policies of REST APIs with real authorizers: AWS's tables, conditions, and ways around them.

Source: AWS, "How API Gateway resource policies affect authorization workflow", "API Gateway resource policy examples".
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from gatewright.aws.holder import Holder
from gatewright.edge.target import Door
from tests.plays.signing import FOREIGN_KEY, SECRET, USER_KEY, Keys, allow, deny, signed, user
from tests.plays.stage import ACCOUNT, API, INVOKE, Body, Conversation, Play, function, http_proxy, mock, resource

BASE = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"
SHOWN = f"arn:aws:execute-api:us-east-1:********9012:{API}/v1"
ANYBODY = "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
EXPLICIT = " with an explicit deny"
ALLOW: Body = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
DENY: Body = ALLOW | {"Effect": "Deny"}
PRIVATE: Body = {"endpointConfiguration": {"types": ["PRIVATE"]}}


_PROXY = {"integration.request.path.proxy": "method.request.path.proxy"}


def play(*statements: Body, keys: Keys | None = None, api: Body | None = None, more: Body | None = None) -> Play:
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    iam = {"authorizationType": "AWS_IAM"}
    custom = {"authorizationType": "CUSTOM", "authorizerId": "auth01"}
    return Play(
        resource("/", GET=mock()),
        resource("/admin", GET=mock()),
        resource("/iam", GET=mock() | iam),
        resource("/custom", GET=mock() | custom),
        resource("/{proxy+}", ANY=http_proxy("http://pets.test/{proxy}", requestParameters=_PROXY)),
        api={"policy": policy} | (api or {}),
        keys=keys,
        more=more or {},
    )


def denied(call: Conversation, message: str) -> None:
    call.got(403, error="AccessDeniedException")
    assert json.loads(call.body) == {"Message": message}
    assert call.sent is None


# --- the policy alone ------------------------------------------------------------------------------------------------


def test_a_policy_decides_alone_where_a_method_asks_nothing() -> None:
    play(ALLOW).client("GET", "/v1").got(200)
    denied(play(DENY).client("GET", "/v1"), f"{ANYBODY}{SHOWN}/GET/{EXPLICIT}")
    denied(play(ALLOW, DENY).client("GET", "/v1/admin"), f"{ANYBODY}{SHOWN}/GET/admin{EXPLICIT}")
    other = ALLOW | {"Resource": "execute-api:/v2/*"}
    denied(play(other).client("GET", "/v1/admin"), f"{ANYBODY}{SHOWN}/GET/admin")


def test_a_stage_without_a_policy_has_no_step_for_it() -> None:
    stage = Play(resource("/", GET=mock()))
    stage.client("GET", "/v1").got(200)
    assert stage.gateway._installed[f"{API}@v1"].program.policy is None


@pytest.mark.parametrize(
    ("url", "headers", "open_"),
    [
        ("/v1/admin", {}, False),
        ("/v1/admin/", {}, False),
        ("/v1//admin", {}, False),
        ("//v1//admin", {}, False),
        ("/v1/%61dmin", {}, False),
        ("/v1/%61%64min/", {}, False),
        ("/%76%31/admin", {}, False),
        ("/v1/admin;x", {}, False),
        ("/v1/admin%3bx/", {}, False),
        ("/v1/admin\\", {}, False),
        ("/v1/%5cadmin", {}, False),
        ("/v1/admin/x", {}, False),
        ("/v1/admin%2fx", {}, False),
        ("/v1/admin//x", {}, False),
        ("/v1/a/../admin/x", {}, False),
        ("/v1/a/%2e%2e/admin/x", {}, False),
        ("/v1/a/..%2Fadmin/x", {}, False),
        ("/v1/a%2F..%2fadmin/x", {}, False),
        ("/v1/a/..;x/admin/x", {}, False),
        ("/v1/./admin/x", {}, False),
        ("/v1/admin?x=1", {}, False),
        ("/v1/admin", {"X-HTTP-Method-Override": "POST"}, False),
        ("/v1/ADMIN", {}, True),
        ("/v1/administration", {}, True),
        ("/v1/public/x", {}, True),
    ],
)
def test_no_way_around_a_denied_path(url: str, headers: dict[str, str], open_: bool) -> None:
    stage = play(ALLOW, DENY | {"Resource": ["execute-api:/*/*/admin", "execute-api:/*/*/admin/*"]})
    for _ in range(2):  # decided, then remembered
        call = stage.client("GET", url, headers)
        if open_:
            assert call.backend.origin.host == "pets.test"
        else:
            assert (call.status, call.sent) == (403, None)


def test_a_verb_that_is_denied_cannot_be_overridden_into() -> None:
    stage = play(ALLOW, DENY | {"Resource": "execute-api:/*/DELETE/*"})
    assert stage.client("GET", "/v1/x").sent is not None
    for headers in ({"X-HTTP-Method-Override": "DELETE"}, {"X-HTTP-Method-Override": "delete"}):
        denied(stage.client("GET", "/v1/x", headers), f"{ANYBODY}{SHOWN}/DELETE/x{EXPLICIT}")


@pytest.mark.parametrize(
    ("condition", "open_"),
    [
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, False),
        ({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"StringLike": {"aws:UserAgent": "curl/*"}}, True),
        ({"StringEquals": {"aws:Referer": "https://a.example"}}, False),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, False),
        ({"DateLessThan": {"aws:CurrentTime": "2023-11-15T00:00:00Z"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2023-11-14T00:00:00Z"}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, False),
    ],
)
def test_conditions(condition: Body, open_: bool) -> None:
    stage = play(ALLOW | {"Condition": condition})
    forged = {"User-Agent": "curl/8", "X-Forwarded-For": "192.0.2.1", "X-Amzn-Vpce-Id": "vpce-1"}
    assert stage.client("GET", "/v1", forged).status == (200 if open_ else 403)


def test_only_get_on_one_path() -> None:
    stage = play(ALLOW | {"Resource": f"{BASE}/v1/GET/admin"})
    stage.client("GET", "/v1/admin").got(200)
    for verb, url in (("GET", "/v1"), ("POST", "/v1/x"), ("GET", "/v1/admin/x"), ("GET", "/v1/x%2Fadmin")):
        stage.client(verb, url).got(403, error="AccessDeniedException")


def test_a_canary_has_the_policy_of_its_own_deployment() -> None:
    stage = play(ALLOW)
    closed = {**stage.document, "api": {"id": API, "policy": json.dumps({"Statement": DENY})}}
    stage.document["canary"] = {"percentTraffic": 100.0, "program": closed}
    stage.gateway._directory._chance = lambda: 0.0
    stage.install(f"{API}@v1")
    stage.client("GET", "/v1").got(403, error="AccessDeniedException")


# --- private APIs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "open_"),
    [
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"StringEquals": {"aws:SourceVpce": "vpce-2"}}, False),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, True),
        ({"IpAddress": {"aws:VpcSourceIp": "203.0.113.7"}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, False),
        ({"StringEquals": {"execute-api:viaDomainArn": "arn:other"}}, False),
    ],
)
def test_a_private_api(condition: Body, open_: bool) -> None:
    stage = play(ALLOW | {"Condition": condition}, api=PRIVATE)
    through: dict[str, Any] = {"door": Door.VPC_ENDPOINT, "vpce_id": "vpce-1", "vpc_id": "vpc-1"}
    call = stage.client("GET", "/v1", **through)
    if open_:
        call.got(200)
    else:
        denied(call, f"{ANYBODY}{SHOWN}/GET/")
    stage.client("GET", "/v1").got(403, b'{"message":"Forbidden"}', error="ForbiddenException")


def test_a_private_api_without_a_policy_is_nobodys() -> None:
    stage = Play(resource("/", GET=mock()), api=PRIVATE)
    denied(stage.client("GET", "/v1", door=Door.VPC_ENDPOINT), f"{ANYBODY}{SHOWN}/GET/{EXPLICIT}")


def test_an_alias_of_the_operator_comes_through_no_endpoint() -> None:
    stage = play(ALLOW | {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}, api=PRIVATE)
    denied(stage.client("GET", "/v1", {"x-amzn-vpce-id": "vpce-1"}, door=Door.ALIAS), f"{ANYBODY}{SHOWN}/GET/")


# --- with IAM --------------------------------------------------------------------------------------------------------

SAYS = {"allows": (allow(),), "silent": (), "denies": (deny(),)}
POLICIES = {"allows": (ALLOW,), "silent": (ALLOW | {"Resource": "execute-api:/other/*"},), "denies": (ALLOW, DENY)}
_A = {("allows", "allows"), ("allows", "silent"), ("silent", "allows")}


@pytest.mark.parametrize("policy", list(POLICIES))
@pytest.mark.parametrize("says", list(SAYS))
@pytest.mark.parametrize("slow", [False, True])
def test_iam_in_the_account_and_from_another(says: str, policy: str, slow: bool) -> None:
    holders = {
        USER_KEY: Holder(SECRET, user(), policies=SAYS[says]),
        FOREIGN_KEY: Holder(SECRET, user("eve", "999999999999"), policies=SAYS[says]),
    }

    async def run(key: str) -> int:
        stage = play(*POLICIES[policy], keys=Keys(holders, slow=slow))
        call = stage.client("GET", "/v1/iam", signed("GET", "/v1/iam", key=key))
        for _ in range(5):
            await asyncio.sleep(0)
        return call.status

    own, foreign = asyncio.run(run(USER_KEY)), asyncio.run(run(FOREIGN_KEY))
    assert own == (200 if (says, policy) in _A else 403)
    assert foreign == (200 if (says, policy) == ("allows", "allows") else 403)


def test_a_policy_does_not_replace_a_signature() -> None:
    stage = play(ALLOW, keys=Keys())
    missing = b'{"message":"Missing Authentication Token"}'
    stage.client("GET", "/v1/iam").got(403, missing, error="MissingAuthenticationTokenException")
    forged = signed("GET", "/v1/iam", secret="other")
    stage.client("GET", "/v1/iam", forged).got(403, error="InvalidSignatureException")


def test_a_policy_may_name_one_user() -> None:
    ada = ALLOW | {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ada"}}
    keys = Keys({USER_KEY: Holder(SECRET, user()), "AKIDBOB": Holder(SECRET, user("bob"))})
    stage = play(ada, keys=keys)
    stage.client("GET", "/v1/iam", signed("GET", "/v1/iam")).got(200)
    bob = stage.client("GET", "/v1/iam", signed("GET", "/v1/iam", key="AKIDBOB"))
    denied(
        bob,
        f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: execute-api:Invoke on resource: "
        f"{SHOWN}/GET/iam because no identity-based policy allows the execute-api:Invoke action",
    )
    denied(stage.client("GET", "/v1", signed("GET", "/v1")), f"{ANYBODY}{SHOWN}/GET/")  # a method without IAM


# --- with a Lambda authorizer ----------------------------------------------------------------------------------------

AUTHORIZER: Body = {
    "id": "auth01",
    "name": "check",
    "type": "TOKEN",
    "authorizerUri": INVOKE.replace("my-function", "check"),
    "identitySource": "method.request.header.Authorization",
}
TOKEN = {"Authorization": "t"}
NAMELESS = "User is not authorized to access this resource"
ANSWERS = {
    "allows": {"Effect": "Allow", "Resource": f"{BASE}/*"},
    "silent": {"Effect": "Allow", "Resource": f"{BASE}/other/*"},
    "denies": {"Effect": "Deny", "Resource": f"{BASE}/*"},
}


@pytest.mark.parametrize("policy", list(POLICIES))
@pytest.mark.parametrize("says", list(SAYS))
async def test_a_lambda_authorizer(says: str, policy: str) -> None:
    stage = play(*POLICIES[policy], more={"authorizers": {"auth01": AUTHORIZER}})
    call = stage.client("GET", "/v1/custom", TOKEN)
    if policy == "denies":
        denied(call, f"{ANYBODY}{SHOWN}/GET/custom{EXPLICIT}")  # the function is not called
        return
    statement: Any = {"Action": "execute-api:Invoke"} | ANSWERS[says]
    call.function_returns({"principalId": "ann", "policyDocument": {"Statement": [statement]}})
    for _ in range(8):
        await asyncio.sleep(0)
    again = stage.client("GET", "/v1/custom", TOKEN)  # the kept result
    for each in (call, again):
        if (says, policy) in _A:
            each.got(200)
        else:
            each.got(403, error="AccessDeniedException")
            assert json.loads(each.body) == {"Message": NAMELESS + (EXPLICIT if says == "denies" else "")}


async def test_what_was_kept_is_not_used_for_whom_the_policy_denies() -> None:
    outside = DENY | {"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}
    stage = play(ALLOW, outside, more={"authorizers": {"auth01": AUTHORIZER}})
    call = stage.client("GET", "/v1/custom", TOKEN)
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"}
    call.function_returns({"principalId": "ann", "policyDocument": {"Statement": [statement]}})
    for _ in range(8):
        await asyncio.sleep(0)
    call.got(200)
    denied(stage.client("GET", "/v1/custom", TOKEN, peer="192.0.2.9"), f"{ANYBODY}{SHOWN}/GET/custom{EXPLICIT}")
    stage.client("GET", "/v1/custom", TOKEN).got(200)


async def test_a_gateway_response_shows_what_the_authorizer_said() -> None:
    shown = {"responseTemplates": {"application/json": '{"why":"$context.authorizer.why"}'}}
    gateway_response = {"responseType": "ACCESS_DENIED", "responseParameters": {}} | shown
    more = {"authorizers": {"auth01": AUTHORIZER}, "gatewayResponses": [gateway_response]}
    stage = play(ALLOW | {"Resource": "execute-api:/other/*"}, more=more)
    call = stage.client("GET", "/v1/custom", TOKEN)
    statement = {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": "*"}
    policy = {"Statement": [statement]}
    call.function_returns({"principalId": "ann", "policyDocument": policy, "context": {"why": "late"}})
    for _ in range(8):
        await asyncio.sleep(0)
    assert (call.status, call.body) == (403, b'{"why":"late"}')


def test_events_do_not_tell_of_a_policy() -> None:
    stage = Play(resource("/f", GET=function()), api={"policy": json.dumps({"Statement": ALLOW})})
    assert "authorizer" not in stage.client("GET", "/v1/f").event["requestContext"]
