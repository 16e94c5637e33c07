from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.grants import Grant, Guard, Verdict
from gatewright.gateway.steps import authorization
from gatewright.gateway.steps.authorization import build
from gatewright.language.policy.base import ANONYMOUS, Effect, Principal
from tests.plays.stage import ACCOUNT, API, mock
from tests.unit.gateway.support import compiled, exchange, parts

ARN = f"arn:aws:execute-api:us-east-1:********9012:{API}/v1/GET/things/7%207"
ANN = Principal("User", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ann")
BOB = Principal("User", "999988887777", "arn:aws:iam::999988887777:user/bob")
NAMELESS = "User is not authorized to access this resource"


def test_an_open_method_has_no_step() -> None:
    program, method = compiled()
    assert build(method, parts(program)) is None


@pytest.mark.parametrize("kind", ["SOMETHING_NEW", "", "none"])
def test_a_kind_without_a_guard_refuses(kind: str) -> None:
    program, method = compiled(mock() | {"authorizationType": kind or "AWS_IAMX"})
    step = build(method, parts(program))
    assert step is not None
    with pytest.raises(GatewayError) as refusal:
        step(exchange())
    assert (refusal.value.kind.name, kind in (refusal.value.log or "")) == ("ACCESS_DENIED", True)


def _run(
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    effect: Effect,
    principal: Principal,
    *,
    later: bool,
    limited: bool = False,
    policy: dict[str, Any] | None = None,
    path: bytes = b"/things/7%207",
) -> Exchange:
    """Run the step of a method of this kind whose guard says this."""
    verdict = Verdict(effect, Grant(principal), limited=limited)
    api = {} if policy is None else {"policy": json.dumps({"Version": "2012-10-17", "Statement": policy})}

    async def wait() -> Verdict:
        return verdict

    def guard(_: Exchange) -> Verdict | Awaitable[Verdict]:
        return wait() if later else verdict

    def made(*_: object) -> Guard:
        return guard

    monkeypatch.setattr(authorization, "GUARDS", {kind: made})
    program, method = compiled(mock() | {"authorizationType": kind}, api=api)
    step = build(method, parts(program))
    assert step is not None
    visit = exchange()
    visit.path = path
    outcome = step(visit)
    assert (outcome is None) is not later
    if later:
        assert isinstance(outcome, Awaitable)

        async def whole() -> None:
            await outcome

        asyncio.run(whole())
    assert visit.grant is verdict.grant
    return visit


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(
    ("kind", "principal"), [("AWS_IAM", ANN), ("CUSTOM", ANONYMOUS), ("COGNITO_USER_POOLS", ANONYMOUS)]
)
def test_a_guard_that_allows_lets_go_on(
    monkeypatch: pytest.MonkeyPatch, kind: str, principal: Principal, later: bool
) -> None:
    _run(monkeypatch, kind, Effect.ALLOW, principal, later=later)


_USER = f"User: {ANN.arn} is not authorized to perform: execute-api:Invoke on resource: {ARN}"


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(
    ("kind", "principal", "effect", "message"),
    [
        ("CUSTOM", ANONYMOUS, Effect.NEITHER, NAMELESS),
        ("CUSTOM", ANONYMOUS, Effect.DENY, f"{NAMELESS} with an explicit deny"),
        ("AWS_IAM", ANN, Effect.DENY, f"{_USER} with an explicit deny"),
        (
            "AWS_IAM",
            ANN,
            Effect.NEITHER,
            f"{_USER} because no identity-based policy allows the execute-api:Invoke action",
        ),
        # Of another account, and there is no resource policy that could allow it.
        (
            "AWS_IAM",
            BOB,
            Effect.ALLOW,
            f"User: {BOB.arn} is not authorized to perform: execute-api:Invoke on resource: {ARN} "
            "because no resource-based policy allows the execute-api:Invoke action",
        ),
    ],
)
def test_a_guard_that_does_not_allow_ends_the_request(
    monkeypatch: pytest.MonkeyPatch, kind: str, principal: Principal, effect: Effect, message: str, later: bool
) -> None:
    with pytest.raises(GatewayError) as refusal:
        _run(monkeypatch, kind, effect, principal, later=later)
    error = refusal.value
    assert (error.status, error.error_type, error.kind.member, error.message) == (
        403,
        "AccessDeniedException",
        "Message",
        message,
    )


# --- together with a resource policy ---------------------------------------------------------------------------------

ALLOW, DENY, NEITHER = Effect.ALLOW, Effect.DENY, Effect.NEITHER
_NAMES = {ALLOW: "Allow", DENY: "Deny", NEITHER: "Allow"}
_ANYBODY = f"User: anonymous is not authorized to perform: execute-api:Invoke on resource: {ARN}"
_EXPLICIT = " with an explicit deny"
_SILENT = " because no {}-based policy allows the execute-api:Invoke action"
_BOB = f"User: {BOB.arn} is not authorized to perform: execute-api:Invoke on resource: {ARN}"


def _policy(effect: Effect, **members: Any) -> dict[str, Any]:
    """A policy that says this of the request."""
    resource = "execute-api:/v1/GET/others" if effect is NEITHER else "execute-api:/v1/GET/things/*"
    statement = {"Effect": _NAMES[effect], "Principal": "*", "Action": "execute-api:Invoke", "Resource": resource}
    return statement | members


@pytest.mark.parametrize(("effect", "message"), [(ALLOW, None), (NEITHER, _ANYBODY), (DENY, _ANYBODY + _EXPLICIT)])
def test_a_policy_alone(effect: Effect, message: str | None) -> None:
    program, method = compiled(api={"policy": json.dumps({"Statement": _policy(effect)})})
    step = build(method, parts(program))
    assert step is not None
    for _ in range(2):
        visit = exchange()
        if message is None:
            assert step(visit) is None
        else:
            with pytest.raises(GatewayError) as refusal:
                step(visit)
            assert _told(refusal.value) == message
        assert visit.grant is None


def _told(error: GatewayError) -> str | None:
    assert (error.status, error.error_type, error.kind.member) == (403, "AccessDeniedException", "Message")
    return error.message


# Every cell of AWS's tables: (what the guard says, what the policy says) → the refusal, None: allowed.
_A_FUNCTION = {
    (ALLOW, ALLOW): None,
    (ALLOW, NEITHER): None,
    (ALLOW, DENY): _ANYBODY + _EXPLICIT,
    (NEITHER, ALLOW): None,
    (NEITHER, NEITHER): NAMELESS,
    (NEITHER, DENY): _ANYBODY + _EXPLICIT,
    (DENY, ALLOW): NAMELESS + _EXPLICIT,
    (DENY, NEITHER): NAMELESS + _EXPLICIT,
    (DENY, DENY): _ANYBODY + _EXPLICIT,
}
_A_IAM = {
    (ALLOW, ALLOW): None,
    (ALLOW, NEITHER): None,
    (ALLOW, DENY): _USER + _EXPLICIT,
    (NEITHER, ALLOW): None,
    (NEITHER, NEITHER): _USER + _SILENT.format("identity"),
    (NEITHER, DENY): _USER + _EXPLICIT,
    (DENY, ALLOW): _USER + _EXPLICIT,
    (DENY, NEITHER): _USER + _EXPLICIT,
    (DENY, DENY): _USER + _EXPLICIT,
}
_B_IAM = {
    (ALLOW, ALLOW): None,
    (ALLOW, NEITHER): _BOB + _SILENT.format("resource"),
    (ALLOW, DENY): _BOB + _EXPLICIT,
    (NEITHER, ALLOW): _BOB + _SILENT.format("identity"),
    (NEITHER, NEITHER): _BOB + _SILENT.format("identity"),
    (NEITHER, DENY): _BOB + _EXPLICIT,
    (DENY, ALLOW): _BOB + _EXPLICIT,
    (DENY, NEITHER): _BOB + _EXPLICIT,
    (DENY, DENY): _BOB + _EXPLICIT,
}
_B_POOL = {
    (ALLOW, ALLOW): None,
    (ALLOW, NEITHER): _ANYBODY,
    (ALLOW, DENY): _ANYBODY + _EXPLICIT,
    (NEITHER, ALLOW): _ANYBODY,
    (NEITHER, NEITHER): _ANYBODY,
    (NEITHER, DENY): _ANYBODY + _EXPLICIT,
    (DENY, ALLOW): _ANYBODY + _EXPLICIT,
    (DENY, NEITHER): _ANYBODY + _EXPLICIT,
    (DENY, DENY): _ANYBODY + _EXPLICIT,
}


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(
    ("kind", "principal", "cell", "message"),
    [("CUSTOM", ANONYMOUS, cell, message) for cell, message in _A_FUNCTION.items()]
    + [("AWS_IAM", ANN, cell, message) for cell, message in _A_IAM.items()]
    + [("AWS_IAM", BOB, cell, message) for cell, message in _B_IAM.items()]
    + [("COGNITO_USER_POOLS", ANONYMOUS, cell, message) for cell, message in _B_POOL.items()],
)
def test_every_cell_of_the_tables(
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    principal: Principal,
    cell: tuple[Effect, Effect],
    message: str | None,
    later: bool,
) -> None:
    says, policy = cell
    if message is None:
        _run(monkeypatch, kind, says, principal, later=later, policy=_policy(policy))
        return
    with pytest.raises(GatewayError) as refusal:
        _run(monkeypatch, kind, says, principal, later=later, policy=_policy(policy))
    assert _told(refusal.value) == message


def test_what_the_policy_denies_does_not_reach_a_lambda_authorizer(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*_: object) -> Guard:
        def guard(_: Exchange) -> Verdict:
            raise AssertionError("it was asked")

        return guard

    monkeypatch.setattr(authorization, "GUARDS", {"CUSTOM": made})
    api = {"policy": json.dumps({"Statement": _policy(DENY)})}
    program, method = compiled(mock() | {"authorizationType": "CUSTOM"}, api=api)
    step = build(method, parts(program))
    assert step is not None
    with pytest.raises(GatewayError) as refusal:
        step(exchange())
    assert _told(refusal.value) == _ANYBODY + _EXPLICIT


_ACCOUNT = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}


@pytest.mark.parametrize(
    ("principal", "says", "members", "allowed"),
    [
        (ANN, NEITHER, {"Principal": {"AWS": ANN.arn}}, True),
        (ANN, NEITHER, {"Principal": {"AWS": BOB.arn}}, False),
        # The account alone leaves the decision to the policies of its users, but of its root.
        (ANN, NEITHER, _ACCOUNT, False),
        (ANN, ALLOW, _ACCOUNT, True),
        (Principal("Account", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"), NEITHER, _ACCOUNT, True),
        # Another account has to allow for itself in any case.
        (BOB, ALLOW, {"Principal": {"AWS": BOB.account}}, True),
        (BOB, NEITHER, {"Principal": {"AWS": BOB.arn}}, False),
        (Principal("User", None, ANN.arn), NEITHER, {}, False),
        (Principal("User", None, ANN.arn), ALLOW, {"Resource": "execute-api:/none"}, False),
        (ANN, NEITHER, {"Condition": {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}}, True),
        (ANN, NEITHER, {"Condition": {"StringEquals": {"aws:username": "bob"}}}, False),
    ],
)
def test_whom_a_policy_names(
    monkeypatch: pytest.MonkeyPatch, principal: Principal, says: Effect, members: dict[str, Any], allowed: bool
) -> None:
    policy = _policy(ALLOW, **members)
    if allowed:
        _run(monkeypatch, "AWS_IAM", says, principal, later=False, policy=policy)
        return
    with pytest.raises(GatewayError):
        _run(monkeypatch, "AWS_IAM", says, principal, later=False, policy=policy)


_SESSION = Principal(
    "AssumedRole",
    ACCOUNT,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/me",
    role_arn=f"arn:aws:iam::{ACCOUNT}:role/reader",
)


@pytest.mark.parametrize(
    ("who", "limited", "allowed"),
    [
        (_SESSION.role_arn, False, True),
        (_SESSION.role_arn, True, False),  # a boundary or a session policy is silent
        (_SESSION.arn, True, True),  # what is given to the session itself, they do not limit
        ("*", True, True),
    ],
)
def test_what_a_policy_gives_to_a_role_is_limited(
    monkeypatch: pytest.MonkeyPatch, who: str, limited: bool, allowed: bool
) -> None:
    policy = _policy(ALLOW, Principal={"AWS": who})
    if allowed:
        _run(monkeypatch, "AWS_IAM", NEITHER, _SESSION, later=False, limited=limited, policy=policy)
        return
    with pytest.raises(GatewayError) as refusal:
        _run(monkeypatch, "AWS_IAM", NEITHER, _SESSION, later=False, limited=limited, policy=policy)
    assert "because no identity-based policy allows" in (_told(refusal.value) or "")


def test_named_principals_are_nobody_to_methods_without_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS: "you must use AWS_IAM authorization for every method in your API"."""
    policy = _policy(ALLOW, Principal={"AWS": ANN.arn})
    with pytest.raises(GatewayError) as refusal:
        _run(monkeypatch, "COGNITO_USER_POOLS", ALLOW, ANONYMOUS, later=False, policy=policy)
    assert _told(refusal.value) == _ANYBODY


@pytest.mark.parametrize("path", [b"/things/../x", b"/things/%2e%2E", b"/things/..%2Fx"])
@pytest.mark.parametrize(
    ("kind", "principal", "policy", "refused"),
    [
        ("AWS_IAM", ANN, None, True),
        ("AWS_IAM", ANN, ALLOW, True),
        ("CUSTOM", ANONYMOUS, None, True),
        ("CUSTOM", ANONYMOUS, ALLOW, True),
        ("COGNITO_USER_POOLS", ANONYMOUS, ALLOW, True),
        ("COGNITO_USER_POOLS", ANONYMOUS, None, False),  # no policy looks at the path
    ],
)
def test_dot_segments_where_a_policy_decides(
    monkeypatch: pytest.MonkeyPatch, kind: str, principal: Principal, policy: Effect | None, refused: bool, path: bytes
) -> None:
    given = None if policy is None else _policy(policy, Resource="*")
    if not refused:
        _run(monkeypatch, kind, ALLOW, principal, later=False, policy=given, path=path)
        return
    with pytest.raises(GatewayError) as refusal:
        _run(monkeypatch, kind, ALLOW, principal, later=False, policy=given, path=path)
    error = refusal.value
    assert (error.status, error.error_type) == (403, "AccessDeniedException")
    assert "dot segments" in (error.log or "")


def test_one_memory_for_all_methods_of_a_program() -> None:
    program, method = compiled(api={"policy": json.dumps({"Statement": _policy(ALLOW)})})
    made = parts(program)
    build(method, made)
    shared = made.shared["resource policy"]
    build(method, made)
    assert made.shared["resource policy"] is shared
