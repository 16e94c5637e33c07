from __future__ import annotations

import pytest

from gatewright.clock import FakeClock
from gatewright.edge.target import Target
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Answer, Exchange
from gatewright.gateway.http_api.exchange import HttpExchange, own
from tests.plays.stage import FakeRequest


class _Picky(FakeRequest):
    """Takes no head that names a connection."""

    def respond(self, status: int, head: bytes, body: bytes, more: bytes = b"") -> None:
        if b"Connection:" in head:
            raise ValueError("unsound")
        super().respond(status, head, body, more)


def _exchange() -> HttpExchange:
    return HttpExchange(_Picky("GET", "/", [], b""), Target("a", b""), FakeClock())


def _answer(exchange: HttpExchange) -> tuple[int, bytes]:
    request = exchange.request
    assert isinstance(request, FakeRequest)
    assert request.answer is not None
    assert dict(request.answer[1])[b"Apigw-Requestid"] == exchange.request_id
    return request.answer[0], request.answer[2]


def test_errors_before_anything_is_known() -> None:
    exchange = _exchange()
    exchange.fail(GatewayError("UNAUTHORIZED"))
    assert _answer(exchange) == (401, b'{"message":"Unauthorized"}')


def test_a_fault_of_ours() -> None:
    exchange = _exchange()
    exchange.fail(KeyError("x"))
    assert _answer(exchange) == (500, b'{"message":"Internal Server Error"}')


def test_an_answer_that_is_no_http() -> None:
    exchange = _exchange()
    exchange.finish(Answer(200, b"Connection: x\r\n", b""))
    assert _answer(exchange) == (500, b'{"message":"Internal Server Error"}')


def test_ids_are_one() -> None:
    exchange = _exchange()
    assert exchange.request_id == exchange.extended_id
    assert len(exchange.request_id) == 16
    assert exchange.request_id.endswith(b"=")


def test_steps_of_http_apis_get_no_other() -> None:
    assert isinstance(own(_exchange()), HttpExchange)
    with pytest.raises(AssertionError):
        own(Exchange(FakeRequest("GET", "/", [], b""), Target("a", b""), FakeClock()))
