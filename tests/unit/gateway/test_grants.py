from __future__ import annotations

from gatewright.gateway.grants import Grant, Verdict
from gatewright.language.policy.base import ANONYMOUS, Effect


def test_a_grant_grants_nothing_by_itself() -> None:
    grant = Grant()
    assert grant.principal is ANONYMOUS
    assert (grant.context, grant.usage_key, grant.latency) == (None, None, 0)
    assert Verdict(Effect.NEITHER, grant).statement is None
