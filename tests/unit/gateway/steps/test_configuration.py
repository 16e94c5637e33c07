from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.steps.configuration import build
from tests.plays.stage import function
from tests.unit.gateway.support import compiled, exchange, parts


def test_a_sound_method_has_no_step() -> None:
    program, method = compiled(function())
    assert build(method, parts(program)) is None


def test_a_problem_fails_every_call() -> None:
    program, method = compiled(function(httpMethod="GET"))
    step = build(method, parts(program))
    assert step is not None
    with pytest.raises(GatewayError) as failure:
        step(exchange())
    assert failure.value.status == 500
    assert "POST only" in (failure.value.log or "")
