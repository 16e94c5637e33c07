from __future__ import annotations

from typing import Any

import pytest

from gatewright.edge.private_domains import Gate
from gatewright.edge.target import Door, Target
from gatewright.language.policy.base import PolicyKind
from gatewright.language.policy.document import compile_policy
from tests.plays.stage import FakeRequest

ARN = "arn:aws:execute-api:us-east-1:123456789012:/domainnames/a.example.com+abc"
ALLOW: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": ARN}
ONLY = {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}


def lets(*statements: dict[str, Any], endpoint: str = "vpce-1") -> bool:
    policy = compile_policy({"Version": "2012-10-17", "Statement": list(statements)}, PolicyKind.RESOURCE, ARN)
    target = Target("abc", b"/v1", vpce_id=endpoint, vpc_id="vpc-1", door=Door.PRIVATE_DOMAIN, domain_arn=ARN)
    return Gate(frozenset(), policy, ARN).lets(FakeRequest("GET", "/", [], b""), target, lambda: 0.0)


@pytest.mark.parametrize("resource", [ARN, f"{ARN}/*", "execute-api:/*", "*"])
def test_what_is_allowed(resource: str) -> None:
    assert lets(ALLOW | {"Resource": resource})


@pytest.mark.parametrize(
    "change",
    [
        {"Effect": "Deny"},
        {"Action": "execute-api:ManageConnections"},
        {"Resource": ARN.replace("+abc", "+abd")},
        {"Resource": "arn:aws:execute-api:us-east-1:123456789012:abc/*"},
        {"Principal": {"AWS": "123456789012"}},
        {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-2"}}},
    ],
)
def test_what_is_not(change: dict[str, Any]) -> None:
    assert not lets(ALLOW | change)


@pytest.mark.parametrize("resource", [ARN, "execute-api:/*"])
@pytest.mark.parametrize("endpoint", ["vpce-1", "vpce-2"])
def test_a_deny_wins_however_it_names_the_domain(endpoint: str, resource: str) -> None:
    deny = ALLOW | {"Effect": "Deny", "Resource": resource, "Condition": ONLY}
    assert lets(ALLOW, deny, endpoint=endpoint) is (endpoint == "vpce-1")


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
        {"IpAddress": {"aws:VpcSourceIp": "203.0.113.0/24"}},
        {"Null": {"aws:SourceIp": "true"}},
        {"ArnEquals": {"execute-api:viaDomainArn": ARN}},
    ],
)
def test_what_conditions_know(condition: dict[str, Any]) -> None:
    assert lets(ALLOW | {"Condition": condition})


def test_without_a_policy_nobody_gets_through() -> None:
    target = Target("abc", b"/v1", vpce_id="vpce-1", door=Door.PRIVATE_DOMAIN)
    assert not Gate(frozenset(), None, ARN).lets(FakeRequest("GET", "/", [], b""), target, lambda: 0.0)
