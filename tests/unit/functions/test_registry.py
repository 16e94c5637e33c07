"""What is served is what was installed last: versions, aliases, verdicts."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.functions.documents import UNQUALIFIED, Function
from gatewright.functions.names import FunctionKey
from gatewright.functions.policy import GATEWAY, Attempt, statement
from gatewright.functions.registry import Live

KEY = FunctionKey("123456789012", "us-east-1", "f")
GRANT = statement(KEY.arn, "s", "lambda:InvokeFunction", GATEWAY)


def function(**changed: Any) -> Function:
    given: dict[str, Any] = {"latest": {}, "versions": {"1": {}, "2": {}}, "aliases": {}, "policies": {}}
    return Function(KEY, **(given | changed))


def alias(weight: float) -> dict[str, Any]:
    return {"live": {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": weight}}}}


def test_qualifiers() -> None:
    live = Live(function(aliases={"live": {"FunctionVersion": "2"}}))
    assert [live.version(q) for q in (None, "$LATEST", "1", "live", "3", "gone")] == [
        "$LATEST", "$LATEST", "1", "2", None, None,
    ]  # fmt: skip


def test_weights() -> None:
    assert {Live(function(aliases=alias(0.0))).version("live") for _ in range(50)} == {"1"}
    assert {Live(function(aliases=alias(1.0))).version("live") for _ in range(50)} == {"2"}
    drawn = [Live(function(aliases=alias(0.3))).version("live") for _ in range(2000)]
    assert 400 < drawn.count("2") < 800


def test_a_verdict_lasts_until_the_policy_changes() -> None:
    live = Live(function())
    attempt = Attempt(KEY.arn, service=GATEWAY)
    assert not live.allows(None, attempt)
    live.set(function(policies={UNQUALIFIED: {"Statement": [GRANT]}}))
    assert live.allows(None, attempt)
    assert not live.allows("live", attempt)


def test_reserved_concurrency_is_installed() -> None:
    live = Live(function(latest={"_reserved": 3}))
    assert live.books.reserved == 3
    live.set(function())
    assert live.books.reserved is None


def test_a_policy_that_cannot_be_understood_lets_nobody_in(caplog: pytest.LogCaptureFixture) -> None:
    broken = GRANT | {"Sid": "t", "Effect": "allow"}
    live = Live(function(policies={UNQUALIFIED: {"Statement": [GRANT, broken]}}))
    assert not live.allows(None, Attempt(KEY.arn, service=GATEWAY))
    assert "is void: Statement[1].Effect: Effect must be Allow or Deny" in caplog.text
