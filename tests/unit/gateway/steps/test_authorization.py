from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.steps.authorization import build
from tests.plays.stage import mock
from tests.unit.gateway.support import compiled, exchange, parts


def test_an_open_method_has_no_step() -> None:
    program, method = compiled()
    assert build(method, parts(program)) is None


@pytest.mark.parametrize("kind", ["AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS", "SOMETHING_NEW"])
def test_every_other_kind_refuses(kind: str) -> None:
    program, method = compiled(mock() | {"authorizationType": kind})
    step = build(method, parts(program))
    assert step is not None
    with pytest.raises(GatewayError) as refusal:
        step(exchange())
    assert (refusal.value.kind.name, kind in (refusal.value.log or "")) == ("ACCESS_DENIED", True)
