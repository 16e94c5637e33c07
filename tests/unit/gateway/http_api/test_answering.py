from __future__ import annotations

from gatewright.clock import FakeClock
from gatewright.edge.target import Target
from gatewright.gateway.http_api.answering import Answering
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.net.base import Header
from tests.plays.stage import FakeRequest

_HEADERS: list[Header] = [(b"X-A", b"1"), (b"Access-Control-Max-Age", b"2"), (b"Keep-Alive", b"3"), (b"Date", b"4")]


def _exchange() -> HttpExchange:
    return HttpExchange(FakeRequest("GET", "/", [], b""), Target("a", b""), FakeClock())


def test_what_is_kept() -> None:
    for cors, head in ((False, b"X-A: 1\r\nAccess-Control-Max-Age: 2\r\n"), (True, b"X-A: 1\r\n")):
        answering = Answering({}, cors=cors)
        for _ in range(2):
            answer = answering.answer(_exchange(), 201, list(_HEADERS), b"x", None)
            assert (answer.status, answer.head, answer.body) == (201, head, b"x")
        assert answering.answer(_exchange(), 200, [], b"").head == b""
        assert answering.answer(_exchange(), 200, [(b"B", b"2")], b"", 7).length == 7
