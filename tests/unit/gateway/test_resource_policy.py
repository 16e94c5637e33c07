from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.resource_policy import ResourcePolicy
from gatewright.language.policy.base import ANONYMOUS, Effect, PolicyKind, Principal
from gatewright.language.policy.document import compile_policy
from tests.plays.stage import ACCOUNT, API
from tests.unit.gateway.support import exchange

BASE = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{API}"
ALLOW: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
DENY = ALLOW | {"Effect": "Deny"}
ANN = Principal("User", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ann")


def policy(*statements: dict[str, Any]) -> ResourcePolicy:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return ResourcePolicy(compile_policy(document, PolicyKind.RESOURCE, BASE))


def said(one: ResourcePolicy, path: bytes = b"/admin", verb: str = "GET", principal: Principal = ANONYMOUS) -> Effect:
    made = exchange()
    made.verb, made.path = verb, path
    first = one.decide(made, principal)
    assert one.decide(made, principal) == first  # remembered or not
    return first.effect


@pytest.mark.parametrize(
    "path", [b"/admin", b"/admin/", b"/admin%2F", b"/a%64min", b"//admin", b"/admin//", b"/%61dmin%2f"]
)
def test_a_denied_path_is_denied_however_it_is_written(path: bytes) -> None:
    one = policy(ALLOW, DENY | {"Resource": "execute-api:/v1/GET/admin"})
    assert said(one, path) is Effect.DENY
    assert said(one, path, verb="POST") is Effect.ALLOW
    assert said(one, b"/admins") is Effect.ALLOW


@pytest.mark.parametrize("path", [b"/pets%2F1", b"/pets//1"])
def test_an_allowed_path_is_the_one_that_was_routed(path: bytes) -> None:
    one = policy(ALLOW | {"Resource": "execute-api:/v1/GET/pets/1"})
    assert said(one, b"/pets/1") is Effect.ALLOW
    assert said(one, path) is Effect.NEITHER


def test_what_is_remembered_is_of_one_caller_verb_and_path() -> None:
    one = policy(ALLOW | {"Resource": "execute-api:/v1/GET/admin"}, ALLOW | {"Principal": {"AWS": ANN.arn}})
    assert said(one) is Effect.ALLOW
    assert said(one, verb="POST") is Effect.NEITHER
    assert said(one, verb="POST", principal=ANN) is Effect.ALLOW
    assert said(one, b"/other") is Effect.NEITHER
    # Both are shown with the sign for what is no UTF-8, and one of them means another path.
    both = policy(ALLOW, DENY | {"Resource": "execute-api:/v1/GET/é"})
    assert said(both, b"/\xc4%A9") is Effect.ALLOW
    assert said(both, b"/\xc3%A9") is Effect.DENY


def test_conditions_are_asked_each_time() -> None:
    one = policy(ALLOW | {"Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}})
    assert said(one) is Effect.ALLOW
    made = exchange()
    made.path = b"/admin"
    made.request.peer = "192.0.2.1"
    assert one.decide(made).effect is Effect.NEITHER


def test_memory_is_bounded() -> None:
    one = policy(ALLOW)
    made = exchange()
    for number in range(5000):
        made.path = b"/%d" % number
        one.decide(made)
    made.path = b"/" + b"x" * 300
    one.decide(made)
    assert len(one._known) <= 4096
    assert ("GET", made.path) not in one._known
