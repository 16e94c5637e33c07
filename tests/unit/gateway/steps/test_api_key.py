from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.steps.api_key import build
from tests.plays.stage import mock
from tests.unit.gateway.support import compiled, exchange, parts


def test_only_a_method_that_requires_a_key_has_the_step() -> None:
    program, method = compiled()
    assert build(method, parts(program)) is None


def test_it_refuses_every_call_even_with_a_key() -> None:
    program, method = compiled(mock() | {"apiKeyRequired": True})
    step = build(method, parts(program))
    assert step is not None
    with pytest.raises(GatewayError) as refusal:
        step(exchange({"x-api-key": "k"}))
    assert refusal.value.kind.name == "INVALID_API_KEY"
