"""What mappings and expressions read."""

from __future__ import annotations

from gatewright.gateway.websocket.exchange import CONNECTING
from gatewright.gateway.websocket.view import AnswerView, SocketView
from tests.unit.gateway.websocket.support import ID, event


def test_a_message() -> None:
    view = SocketView(event('{"a": 1}'))
    assert (view.body_text(), view.body_json(), view.document("request.body")) == ('{"a": 1}', {"a": 1}, {"a": 1})
    assert view.document("integration.response.body") is None
    assert (view.header_values("X-Mine"), view.query_values("a"), view.path_parameter("a")) == ([], [], None)
    assert view.context_value("connectionId") == ID
    assert view.text("request.header", "X-Mine") is None
    assert SocketView(event("no json")).body_json() is None


def test_a_handshake() -> None:
    view = SocketView(event(kind=CONNECTING))
    assert (view.header_values("X-Mine"), view.query_values("a")) == (["1", "2"], ["1", "2"])


def test_an_answer() -> None:
    headers = [(b"X-Kind", b"a"), (b"x-kind", b"b")]
    view = AnswerView(event('{"a": 1}'), 404, headers, b'{"b": 2}')
    assert (view.document("request.body"), view.document("integration.response.body")) == ({"a": 1}, {"b": 2})
    assert view.text("integration.response.statuscode", "") == "404"
    assert view.text("integration.response.header", "X-KIND") == "b"
    assert view.text("integration.response.multivalueheader", "x-kind") == "a,b"
    assert view.text("integration.response.header", "none") is None
    assert view.text("context", "X-Kind") is None
    assert AnswerView(event(), 200, [], b"none").document("integration.response.body") is None
