from __future__ import annotations

import pytest

from gatewright.gateway.policy_context import request_context
from gatewright.language.policy.base import ANONYMOUS, Principal
from tests.plays.stage import ACCOUNT
from tests.unit.gateway.http_api.support import http_exchange
from tests.unit.gateway.support import exchange

ANN = Principal("User", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ann")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:sourceip", "203.0.113.7"),
        ("aws:useragent", "curl/8"),
        ("aws:requestedregion", "us-east-1"),
        ("aws:resourceaccount", ACCOUNT),
        ("aws:currenttime", "2023-11-14T22:13:20Z"),
        ("aws:sourcevpce", None),
        ("aws:sourcearn", None),
        ("aws:principalarn", None),
        ("something", None),
    ],
)
@pytest.mark.parametrize("principal", [ANONYMOUS, ANN])
def test_what_policies_may_ask_of_a_request(key: str, value: str | None, principal: Principal) -> None:
    for made in (exchange({"User-Agent": "curl/8"}), http_exchange([("User-Agent", "curl/8")])):
        assert request_context(made, principal)(key) == (None if value is None else (value,))


def test_who_has_signed_calls_by_himself() -> None:
    assert request_context(exchange(), ANN)("aws:viaawsservice") == ("false",)
    assert request_context(exchange())("aws:viaawsservice") is None
