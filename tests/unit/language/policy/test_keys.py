"""Condition keys."""

from __future__ import annotations

import pytest

from gatewright.language.policy.base import ANONYMOUS, Principal
from gatewright.language.policy.keys import lookup, normal
from tests.unit.language.policy.support import ACCOUNT, ANN, FEDERATED, GATEWAY, ROOT, SESSION, query


@pytest.mark.parametrize(
    ("principal", "key", "expected"),
    [
        (ROOT, "aws:principaltype", "Account"),
        (ANN, "aws:principaltype", "User"),
        (SESSION, "aws:principaltype", "AssumedRole"),
        (FEDERATED, "aws:principaltype", "FederatedUser"),
        (GATEWAY, "aws:principaltype", None),
        (ANN, "aws:principalaccount", ACCOUNT),
        (ANN, "aws:principalarn", f"arn:aws:iam::{ACCOUNT}:user/ann"),
        (SESSION, "aws:principalarn", f"arn:aws:iam::{ACCOUNT}:role/team/reader"),
        (ANN, "aws:principalorgid", "o-example"),
        (ANN, "aws:userid", "AIDAEXAMPLEANN"),
        (ANN, "aws:username", "ann"),
        (SESSION, "aws:username", None),
        (SESSION, "aws:tokenissuetime", "2026-01-02T03:04:05Z"),
        (ANN, "aws:tokenissuetime", None),
        (SESSION, "aws:multifactorauthpresent", "true"),
        (ANN, "aws:multifactorauthpresent", None),
        (ANN, "aws:principaltag/Team", "blue"),
        (ANN, "aws:principaltag/team", "blue"),
        (ANN, "aws:principaltag/none", None),
        (ANN, "aws:principalisawsservice", "false"),
        (GATEWAY, "aws:principalisawsservice", "true"),
        (GATEWAY, "aws:principalservicename", "apigateway.amazonaws.com"),
    ],
)
def test_who_calls(principal: Principal, key: str, expected: str | None) -> None:
    assert lookup(query(principal), key) == (None if expected is None else (expected,))


def test_nobody_has_no_key_and_cannot_bring_one() -> None:
    claimed = {"aws:username": "ann", "aws:principaltag/team": "blue", "aws:principaltype": "User"}
    for key in claimed:
        assert lookup(query(ANONYMOUS, keys=claimed), key) is None


def test_other_keys_come_from_the_request() -> None:
    assert lookup(query(keys={"aws:sourceip": "10.0.0.1"}), "aws:sourceip") == ("10.0.0.1",)
    assert lookup(query(), "aws:sourceip") is None


def test_names() -> None:
    assert normal("AWS:SourceIp") == "aws:sourceip"
    assert normal("AWS:PrincipalTag/Team/X") == "aws:principaltag/Team/X"
