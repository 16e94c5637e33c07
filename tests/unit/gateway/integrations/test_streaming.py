from __future__ import annotations

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import LATER, Answer, Exchange
from gatewright.gateway.integrations.http_proxy import HttpPassage
from gatewright.gateway.integrations.streaming import Passage, StreamBackend
from gatewright.net.base import Origin, Prepared, UpstreamResponse
from gatewright.telemetry.counters import StageCounters
from tests.plays.stage import FakeUpstream
from tests.unit.gateway.support import answer_of, compiled, exchange, parts

_ORIGIN = Origin("http", "b.test", 80)


def opened(made: Exchange) -> Passage:
    return HttpPassage(made, StageCounters(), lambda headers: b"A: b\r\n")


def unused(_: Exchange, __: UpstreamResponse) -> Answer:
    raise AssertionError("a streamed answer is never whole")


def test_prepared_and_further_header_lines_go_along() -> None:
    program, _ = compiled()
    upstream = FakeUpstream()
    backend = StreamBackend(_ORIGIN, 7.5, unused, parts(program, upstream), opened)
    prepared = Prepared([(b"A", b"1")])
    assert backend.call(exchange(), b"GET", b"/", [(b"B", b"2")], b"", prepared, b"C: 3: 4\r\n") is LATER
    sent = upstream.sent[0]
    assert sent.headers == [("A", "1"), ("B", "2"), ("C", "3: 4")]
    assert (sent.timeout, sent.idle_timeout) == (7.5, 30.0)


def test_what_comes_after_the_end_is_not_heard() -> None:
    made = exchange()
    passage = opened(made)
    passage.head(200, [], None)
    passage.data(b"a")
    passage.end(None)
    assert passage.data(b"b")
    passage.end(None)
    passage.left()
    assert answer_of(made)[2] == b"a"
    assert made.stage is not None
    assert made.stage.counters.count == 1


def test_a_request_that_would_break_the_framing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("unsound")

    program, _ = compiled()
    upstream = FakeUpstream()
    monkeypatch.setattr(upstream, "stream", refuse)
    with pytest.raises(GatewayError, match="Internal server error"):
        StreamBackend(_ORIGIN, 1, unused, parts(program, upstream), opened).call(exchange(), b"GET", b"/", [], b"")
