from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.deploy.http_api_authorizers import compile_authorizer
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.http_api.authorizers.answers import MOST_DECISIONS, Decisions, FunctionResult, read_answer
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.program.authorizers import FunctionAuthorizer
from tests.plays.http_api import authorizer
from tests.plays.stage import ACCOUNT, API, FakeRequest
from tests.unit.gateway.http_api.support import http_exchange

ARN = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"


def _authorizer(payload: str = "2.0", **members: Any) -> FunctionAuthorizer:
    route = {"AuthorizationType": "CUSTOM", "AuthorizerId": "auth01"}
    compiled = compile_authorizer(route, {"auth01": authorizer(payload, **members)}, {}, ARN)
    assert isinstance(compiled, FunctionAuthorizer)
    return compiled


ONE, TWO, SIMPLE = _authorizer("1.0"), _authorizer(), _authorizer(EnableSimpleResponses=True)


def _read(answer: Any, by: FunctionAuthorizer = SIMPLE) -> FunctionResult:
    return read_answer(json.dumps(answer).encode(), by, 1)


def _policy(*statements: tuple[str, str], **more: Any) -> dict[str, Any]:
    written = [{"Effect": effect, "Action": "execute-api:Invoke", "Resource": arn} for effect, arn in statements]
    return {"principalId": "u1", "policyDocument": {"Version": "2012-10-17", "Statement": written}} | more


def _at(path: str) -> HttpExchange:
    made = http_exchange()
    made.path = path.encode()
    return made


@pytest.mark.parametrize("allowed", [True, False])
def test_simple_answers(allowed: bool) -> None:
    context = {"key": "value", "list": [1, {"a": None}], "map": {"b": True}}
    result = _read({"isAuthorized": allowed, "context": context})
    assert result.allows(http_exchange(), {}) is allowed
    assert result.grant.payload2 == {"lambda": context}
    assert result.grant.context == context


def test_an_answer_without_a_context() -> None:
    for answer in ({"isAuthorized": True}, {"isAuthorized": True, "context": None}):
        grant = _read(answer).grant
        assert (grant.payload2, grant.context) == ({"lambda": None}, {})


@pytest.mark.parametrize("by", [ONE, TWO])
def test_policies(by: FunctionAuthorizer) -> None:
    result = _read(_policy(("Allow", f"{ARN}/*/GET/pets/*"), ("Deny", f"{ARN}/*/*/pets/8"), context={"n": 1}), by)
    for path, allowed in (("/pets/7", True), ("/pets/8", False), ("/other", False), ("/pets/7", True)):
        assert result.allows(_at(path), {}) is allowed
    assert result.grant.context == {"n": 1, "principalId": "u1"}
    assert result.grant.payload2 == {"lambda": {"n": 1}}


def test_nobody_else_says_who_the_principal_is() -> None:
    grant = _read(_policy(("Allow", "*"), context={"principalId": "other"}), TWO).grant
    assert grant.context == {"principalId": "u1"}


def test_decisions_are_remembered_within_bounds() -> None:
    result = _read(_policy(("Allow", f"{ARN}/*/GET/a/*")), TWO)
    decisions: Decisions = {}
    for _ in range(2):
        assert result.allows(_at("/a/b"), decisions)
        assert not result.allows(_at("/c"), decisions)
        assert result.allows(_at("/a/" + "b" * 600), decisions)
    assert decisions == {(1, "GET", b"/a/b"): True, (1, "GET", b"/c"): False}
    decisions[1, "GET", b"/c"] = True
    assert result.allows(_at("/c"), decisions)
    decisions |= {(0, "GET", b"%d" % number): True for number in range(MOST_DECISIONS - 2)}
    assert not result.allows(_at("/d"), decisions)
    assert decisions == {(1, "GET", b"/d"): False}


def test_decisions_of_one_result_are_none_of_another() -> None:
    decisions: Decisions = {}
    for number, effect in enumerate(("Allow", "Deny", "Allow")):
        body = json.dumps(_policy((effect, "*"))).encode()
        assert read_answer(body, TWO, number).allows(_at("/a"), decisions) is (effect == "Allow")


def test_a_deny_holds_for_every_way_to_write_a_path() -> None:
    result = _read(_policy(("Allow", "*"), ("Deny", f"{ARN}/*/GET/admin"), ("Deny", f"{ARN}/*/GET/é")), TWO)
    decisions: Decisions = {}
    for path, allowed in (
        (b"/admin/", False),
        (b"//admin", False),
        (b"/admin%2F", False),
        (b"/pets", True),
        # Both are shown with the sign for what is no UTF-8, and one of them means another path.
        (b"/\xc4%A9", True),
        (b"/\xc3%A9", False),
    ):
        made = _at("")
        made.path = path
        assert result.allows(made, decisions) is allowed, path


def test_conditions_are_asked_for_each_request() -> None:
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{ARN}/*"}
    statement["Condition"] = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}  # type: ignore[assignment]  # JSON
    result = _read({"principalId": "u1", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}, TWO)
    inside, outside = _at("/a"), _at("/a")
    assert isinstance(outside.request, FakeRequest)
    outside.request.peer = "198.51.100.1"
    assert [result.allows(made, {}) for made in (inside, outside, inside)] == [True, False, True]


_ALLOW = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}


@pytest.mark.parametrize(
    ("answer", "by"),
    [
        (None, SIMPLE),
        ([], SIMPLE),
        ("allow", SIMPLE),
        (True, SIMPLE),
        ({}, SIMPLE),
        ({"isAuthorized": None}, SIMPLE),
        ({"isAuthorized": "true"}, SIMPLE),
        ({"isAuthorized": 1}, SIMPLE),
        ({"IsAuthorized": True}, SIMPLE),
        ({"isAuthorized": True, "context": []}, SIMPLE),
        ({"isAuthorized": True, "context": "x"}, SIMPLE),
        (_policy(("Allow", "*")), SIMPLE),
        ({"isAuthorized": True}, TWO),
        ({"isAuthorized": True}, ONE),
        ({"principalId": "u"}, TWO),
        ({"principalId": "u", "policyDocument": None}, TWO),
        ({"principalId": "u", "policyDocument": "{}"}, TWO),
        ({"principalId": "u", "policyDocument": [_ALLOW]}, TWO),
        ({"principalId": "u", "policyDocument": {"Version": "1", "Statement": [_ALLOW]}}, TWO),
        ({"principalId": "u", "policyDocument": {"Statement": [_ALLOW | {"Effect": "allow"}]}}, TWO),
        ({"principalId": "u", "policyDocument": {"Statement": [_ALLOW | {"Unknown": 1}]}}, TWO),
        (_policy(("Allow", "*"), principalId=None), TWO),
        (_policy(("Allow", "*"), principalId=7), TWO),
        (_policy(("Allow", "*"), context={"list": [1]}), ONE),
        (_policy(("Allow", "*"), context={"map": {"a": 1}}), ONE),
    ],
)
def test_what_is_no_answer(answer: Any, by: FunctionAuthorizer) -> None:
    with pytest.raises(GatewayError) as refused:
        _read(answer, by)
    assert refused.value.kind.name == "AUTHORIZER_CONFIGURATION_ERROR"
    assert (refused.value.log or "").startswith("Execution failed due to configuration error: ")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"isAuthorized": true', b'{"isAuthorized": true}}', b"[" * 5000]
)
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(GatewayError) as refused:
        read_answer(body, SIMPLE, 1)
    assert refused.value.status == 500
