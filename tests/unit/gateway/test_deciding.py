from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.deciding import decide
from gatewright.gateway.exchange import Exchange
from gatewright.language.policy.base import Effect, PolicyKind, Principal
from gatewright.language.policy.document import Policy, compile_policy
from tests.plays.stage import ACCOUNT, API
from tests.unit.gateway.http_api.support import http_exchange
from tests.unit.gateway.support import exchange

BASE = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"
ANN = Principal("User", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ann", user_name="ann")


def _policy(*statements: tuple[str, str], **more: Any) -> Policy:
    written = [{"Effect": effect, "Action": "execute-api:Invoke", "Resource": arn} | more for effect, arn in statements]
    return compile_policy({"Version": "2012-10-17", "Statement": written}, PolicyKind.AUTHORIZER)


def _at(made: Exchange, path: bytes) -> Exchange:
    made.verb, made.path = "GET", path
    return made


@pytest.mark.parametrize(("product", "stage"), [(exchange, "v1"), (http_exchange, "$default")])
def test_both_products(product: Any, stage: str) -> None:
    policy = _policy(("Allow", f"{BASE}/*"), ("Deny", f"{BASE}/{stage}/GET/admin"))
    assert decide(policy.decide, _at(product(), b"/pets")).effect is Effect.ALLOW
    for path in (b"/admin", b"/admin/", b"//admin", b"/admin%2f"):
        assert decide(policy.decide, _at(product(), path)).effect is Effect.DENY, path
    silent = _policy(("Allow", f"{BASE}/{stage}/GET/pets/1"))
    assert decide(silent.decide, _at(product(), b"/pets%2F1")).effect is Effect.NEITHER


def test_who_calls_and_from_where() -> None:
    condition = {"StringEquals": {"aws:username": "ann"}, "IpAddress": {"aws:SourceIp": "203.0.113.7"}}
    policy = _policy(("Allow", f"{BASE}/*"), Condition=condition)
    assert decide(policy.decide, exchange(), ANN).effect is Effect.ALLOW
    assert decide(policy.decide, exchange()).effect is Effect.NEITHER


@pytest.mark.parametrize("product", [exchange, http_exchange])
@pytest.mark.parametrize(
    "path", [b"/admin", b"/admin/", b"//admin", b"/admin%2F", b"/admin/x", b"/admin%2Fx", b"/%2Fadmin/x"]
)
def test_what_an_allow_excludes_is_excluded_however_the_path_is_written(product: Any, path: bytes) -> None:
    excluded = [f"{BASE}/*/GET/admin", f"{BASE}/*/GET/admin/*"]
    written = {"Statement": {"Effect": "Allow", "Action": "*", "NotResource": excluded}}
    policy = compile_policy(written, PolicyKind.IDENTITY)
    assert decide(policy.decide, _at(product(), b"/pets%2F1")).effect is Effect.ALLOW
    assert decide(policy.decide, _at(product(), path)).effect is Effect.NEITHER
