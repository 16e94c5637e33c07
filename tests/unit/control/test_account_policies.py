from __future__ import annotations

import json
from typing import Any

import pytest

from gatewright.control import account_policies
from gatewright.language.policy.base import PolicyError

ARN = "arn:aws:apigateway:us-east-1:222222222222:/portalproducts/abcdefghij"
ACTION = "apigateway:GetPortalProduct"


def statement(**members: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": ACTION, "Resource": ARN} | members


def document(*statements: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([statement()], True),
        ([statement(Principal={"AWS": "111111111111"})], True),
        ([statement(Principal={"AWS": ["333333333333", "arn:aws:iam::111111111111:root"]})], True),
        ([statement(Principal={"AWS": "arn:aws:iam::111111111111:user/someone"})], False),
        ([statement(Principal={"AWS": "333333333333"})], False),
        ([statement(Action="APIGateway:get*")], True),
        ([statement(Action="apigateway:ListProductPages")], False),
        ([statement(Resource="arn:aws:apigateway:*:*:/portalproducts/*")], True),
        ([statement(Resource=ARN.replace("abc", "xyz"))], False),
        ([statement(Resource=ARN.replace("abc", "[a]bc"))], False),
        ([statement(Condition={"StringEquals": {"a:a": "b"}})], False),
        ([statement(), statement(Effect="Deny", Condition={"StringEquals": {"a:a": "b"}})], False),
        ([statement(), statement(Effect="Deny", Principal={"AWS": "333333333333"})], True),
        ([statement(Condition={"StringEquals": {"a:a": "b"}}), statement()], True),
        ([statement(Effect="Deny", Condition={"StringEquals": {"a:a": "b"}})], False),
    ],
)
def test_who_is_let(statements: list[dict[str, Any]], allowed: bool) -> None:
    policy = document(*statements)
    account_policies.check(policy)
    assert account_policies.allows(policy, "111111111111", ACTION, ARN) is allowed


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "[]",
        "{}",
        '{"Statement": []}',
        '{"Statement": ["x"]}',
        "[" * 5000,
        json.dumps({"Statement": statement(Effect="Maybe")}),
        json.dumps({"Statement": statement(Principal={"Service": "x"})}),
        json.dumps({"Statement": statement(Action=[])}),
        json.dumps({"Statement": statement(Resource=7)}),
    ],
)
def test_what_is_no_policy(policy: str) -> None:
    with pytest.raises(PolicyError):
        account_policies.check(policy)
    assert not account_policies.allows(policy, "111111111111", ACTION, ARN)


def test_one_statement_needs_no_list() -> None:
    assert account_policies.allows(json.dumps({"Statement": statement()}), "111111111111", ACTION, ARN)
