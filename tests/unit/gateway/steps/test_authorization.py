from __future__ import annotations

import asyncio
from collections.abc import Awaitable

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


def _run(monkeypatch: pytest.MonkeyPatch, kind: str, effect: Effect, principal: Principal, *, later: bool) -> Exchange:
    """Run the step of a method of this kind whose guard says this."""
    verdict = Verdict(effect, Grant(principal))

    async def wait() -> Verdict:
        return verdict

    def guard(_: Exchange) -> Verdict | Awaitable[Verdict]:
        return wait() if later else verdict

    def made(*_: object) -> Guard:
        return guard

    monkeypatch.setattr(authorization, "GUARDS", {kind: made})
    program, method = compiled(mock() | {"authorizationType": kind})
    step = build(method, parts(program))
    assert step is not None
    visit = exchange()
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
