from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import LATER
from gatewright.gateway.integrations.http import build
from gatewright.program.records import HttpIntegration
from tests.plays.stage import FakeUpstream, http
from tests.unit.gateway.support import answer_of, compiled, exchange, parts


def test_a_call_and_its_answer() -> None:
    program, method = compiled(http("http://b.test/x", "GET"))
    assert isinstance(method.integration, HttpIntegration)
    upstream = FakeUpstream()
    made = exchange()
    from gatewright.net.base import UpstreamResponse

    assert build(method.integration, method, parts(program, upstream))(made) is LATER
    upstream.sent[0].done(UpstreamResponse(200, [], b"x"))
    status, headers, body = answer_of(made)
    assert (status, body) == (200, b"x")
    assert "X-Amzn-Trace-Id" in headers


def test_without_an_address_every_call_fails() -> None:
    program, method = compiled(http("nowhere"))
    assert isinstance(method.integration, HttpIntegration)
    with pytest.raises(GatewayError, match="Internal server error"):
        build(method.integration, method, parts(program))(exchange())
