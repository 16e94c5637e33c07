from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import LATER, Answer, Exchange
from gatewright.gateway.integrations.calling import Backend, address, failed
from gatewright.net.base import Failure, Origin, UpstreamError, UpstreamResponse
from tests.plays.stage import FakeUpstream
from tests.unit.gateway.support import answer_of, compiled, exchange, parts

_ORIGIN = Origin("http", "b.test", 80)


def _answer(_: Exchange, response: UpstreamResponse) -> Answer:
    return Answer(response.status, b"", response.body)


def test_an_answer_comes_back_through_the_callback() -> None:
    program, _ = compiled()
    upstream = FakeUpstream()
    room = parts(program, upstream)
    made = exchange()
    assert Backend(_ORIGIN, 1.5, _answer, room).call(made, b"GET", b"/", [], b"") is LATER
    assert upstream.sent[0].timeout == 1.5
    upstream.sent[0].done(UpstreamResponse(201, [], b"x"))
    assert answer_of(made)[::2] == (201, b"x")
    assert room.counters.integration_count == 1


def test_a_fault_while_answering_is_answered() -> None:
    def broken(_: Exchange, __: UpstreamResponse) -> Answer:
        raise ZeroDivisionError

    program, _ = compiled()
    upstream = FakeUpstream()
    made = exchange()
    Backend(_ORIGIN, 1, broken, parts(program, upstream)).call(made, b"GET", b"/", [], b"")
    upstream.sent[0].done(UpstreamResponse(200, [], b""))
    assert answer_of(made)[0] == 500


def test_a_request_that_would_break_the_framing_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("unsound")

    program, _ = compiled()
    upstream = FakeUpstream()
    monkeypatch.setattr(upstream, "fetch", refuse)
    with pytest.raises(GatewayError, match="Internal server error"):
        Backend(_ORIGIN, 1, _answer, parts(program, upstream)).call(exchange(), b"GET", b"/", [], b"")


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_has_its_gateway_response(failure: Failure) -> None:
    error = failed(UpstreamError(failure, "detail"))
    assert error.status in (500, 504)
    assert "detail" in f"{error.log} {error.detail}"
    assert "detail" not in (error.message or "")


@pytest.mark.parametrize(
    ("origin", "target", "shown"),
    [
        (_ORIGIN, b"/a%20b", "http://b.test/a%20b"),
        (Origin("https", "b.test", 8443), b"/", "https://b.test:8443/"),
        (
            Origin("http", "functions", 80, unix="/run/invoke.sock"),
            b"/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Af/invocations",
            "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/"
            "arn:aws:lambda:eu-west-1:123456789012:function:f/invocations",
        ),
        (
            Origin("http", "functions", 80, unix="/run/invoke.sock"),
            b"/2015-03-31/functions/f/invocations",
            "/2015-03-31/functions/f/invocations",
        ),
    ],
)
def test_addresses_in_logs(origin: Origin, target: bytes, shown: str) -> None:
    assert address(origin, target) == shown
