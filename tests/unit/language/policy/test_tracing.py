from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.policy.base import ANONYMOUS, PolicyKind, Principal, Query
from gatewright.language.policy.document import compile_policy
from gatewright.language.policy.tracing import Miss, trace

BASE = "arn:aws:execute-api:us-east-1:123456789012:abc"
ARN = f"{BASE}/v1/GET/pets"
ADA = Principal("User", "123456789012", "arn:aws:iam::123456789012:user/ada")
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": f"{BASE}/v1/*"}


def miss(statement: dict[str, Any], **keys: str) -> Miss | None:
    policy = compile_policy({"Version": "2012-10-17", "Statement": [statement]}, PolicyKind.RESOURCE, BASE)
    context = {name.lower(): (value,) for name, value in keys.items()}
    query = Query("execute-api:Invoke", ARN, ADA, lambda key: context.get(key.removeprefix("aws:")))
    (only,) = trace(policy, query)
    assert only.applies is (only.miss is None)
    return only.miss


def test_a_statement_that_applies_misses_nothing() -> None:
    assert miss(ALLOW) is None


CASES: list[tuple[dict[str, Any], Miss]] = [
    (
        {"Action": "execute-api:ManageConnections"},
        Miss("Action", ("execute-api:ManageConnections",), ("execute-api:Invoke",)),
    ),
    ({"Resource": "execute-api:/v2/*"}, Miss("Resource", ("execute-api:/v2/*",), (ARN,))),
    ({"Principal": {"AWS": "999999999999"}}, Miss("Principal", ("AWS: 999999999999",), (str(ADA.arn),))),
    (
        {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}},
        Miss("Condition", ("vpce-1",), None, "StringEquals", "aws:SourceVpce"),
    ),
    (
        {"Condition": {"Bool": {"aws:SecureTransport": True}, "IpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}}},
        Miss("Condition", ("10.0.0.0/8",), ("203.0.113.7",), "IpAddress", "aws:SourceIp"),
    ),
]


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_the_first_element_that_does_not_match_is_told(change: dict[str, Any], expected: Miss) -> None:
    assert miss(ALLOW | change, SecureTransport="true", SourceIp="203.0.113.7") == expected


def test_what_excludes_is_told_by_its_own_name() -> None:
    without = {name: value for name, value in ALLOW.items() if name not in ("Resource", "Principal", "Action")}
    others: dict[str, Any] = without | {
        "Effect": "Deny",
        "NotPrincipal": {"AWS": [ADA.arn, "123456789012"]},
        "Action": "*",
        "Resource": "*",
    }
    assert getattr(miss(others), "element", "") == "NotPrincipal"
    others = without | {"Principal": "*", "NotAction": "execute-api:*", "Resource": "*"}
    assert getattr(miss(others), "element", "") == "NotAction"
    others = without | {"Principal": "*", "Action": "*", "NotResource": f"{BASE}/v1/*"}
    assert getattr(miss(others), "element", "") == "NotResource"


def test_statements_keep_their_order_and_names() -> None:
    statements = [ALLOW | {"Sid": "one"}, ALLOW | {"Effect": "Deny"}]
    policy = compile_policy({"Version": "2012-10-17", "Statement": statements}, PolicyKind.RESOURCE, BASE)
    found = trace(policy, Query("execute-api:Invoke", ARN, ANONYMOUS, lambda key: None))
    assert [(each.number, each.sid, each.effect) for each in found] == [(0, "one", "Allow"), (1, None, "Deny")]
    assert found[1].element["Effect"] == "Deny"
