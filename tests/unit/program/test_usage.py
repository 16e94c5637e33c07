from __future__ import annotations

from datetime import date

from gatewright.program.usage import ApiKey, Membership, Plan


def test_a_key_opens_the_stages_of_its_plans() -> None:
    day = date(2026, 1, 1)
    plans = [Plan(plan, None, None, {stage: {}}) for plan, stage in (("p", "a:v1"), ("q", "a:v2"))]
    key = ApiKey(("1", "r"), "k", "secret", "", None, tuple(Membership(plan, day) for plan in plans))
    found = key.membership("a:v2")
    assert found is not None
    assert found.plan.id == "q"
    assert key.membership("a:v3") is None
    assert "secret" not in repr(key)
