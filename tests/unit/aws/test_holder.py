from __future__ import annotations

from itertools import product

import pytest

from gatewright.aws.holder import Decider, Holder
from gatewright.language.policy.base import Decision, Effect, Principal, Query

ALLOW, DENY, NEITHER = Effect.ALLOW, Effect.DENY, Effect.NEITHER
USER = Principal("User", "123456789012", "arn:aws:iam::123456789012:user/ada")
QUERY = Query("execute-api:Invoke", "arn:aws:execute-api:us-east-1:123456789012:abc/v1/GET/", USER, lambda name: None)


class Fixed:
    plain = True

    def __init__(self, effect: Effect) -> None:
        self._effect = effect

    def decide(self, query: Query) -> Decision:
        return Decision(self._effect, None if self._effect is NEITHER else self._effect.value)


def policies(*effects: Effect) -> tuple[Decider, ...]:
    return tuple(Fixed(effect) for effect in effects)


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ((), NEITHER),
        ((ALLOW,), ALLOW),
        ((NEITHER, ALLOW), ALLOW),
        ((ALLOW, NEITHER), ALLOW),
        ((ALLOW, DENY), DENY),
        ((DENY, ALLOW), DENY),
        ((NEITHER, NEITHER), NEITHER),
    ],
)
def test_own_policies(effects: tuple[Effect, ...], expected: Effect) -> None:
    assert Holder("secret", USER, policies=policies(*effects)).decide(QUERY).effect is expected


def test_the_root_may_do_everything_and_who_has_no_policy_nothing() -> None:
    assert Holder("secret", USER, policies=None).decide(QUERY).effect is ALLOW
    assert Holder("secret", USER).decide(QUERY).effect is NEITHER


@pytest.mark.parametrize(("own", "boundary", "session"), list(product((ALLOW, DENY, NEITHER), repeat=3)))
def test_limits_must_allow_too(own: Effect, boundary: Effect, session: Effect) -> None:
    holder = Holder("s", USER, policies=policies(own), boundary=policies(boundary), session=policies(session))
    said = {own, boundary, session}
    expected = DENY if DENY in said else NEITHER if NEITHER in said else ALLOW
    decision = holder.decide(QUERY)
    assert decision.effect is expected
    assert decision.limited is (DENY not in said and NEITHER in (boundary, session))


def test_an_empty_limit_allows_nothing_even_to_the_root() -> None:
    assert Holder("s", USER, policies=None, session=()).decide(QUERY).effect is NEITHER
    assert Holder("s", USER, policies=None, boundary=()).decide(QUERY).effect is NEITHER


def test_the_statement_that_denied_is_told() -> None:
    holder = Holder("s", USER, policies=None, session=policies(ALLOW, DENY))
    assert holder.decide(QUERY) == Decision(DENY, "Deny")
