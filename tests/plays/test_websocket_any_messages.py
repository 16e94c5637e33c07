"""WebSocket APIs with `websocket_messages=any`: binary messages and empty answers go all the way, as AWS's do not."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from gatewright.net.websocket.connection import WebSocketLimits
from tests.plays.websocket import SocketClient, SocketPlay
from tests.plays.websocket_documents import backend, function, mock, response, route

ANY = WebSocketLimits(everything=True)
BYTES = bytes(range(256))
_URI = "http://backend.test/"


def _client(*routes: tuple[Any, Any], limits: WebSocketLimits = ANY) -> SocketClient:
    return SocketPlay(*routes, limits=limits).connect().opened()


def _echo(*responses: Any, **members: Any) -> tuple[Any, Any]:
    template = '#set($context.requestOverride.path.body = $input.body){"statusCode":200}'
    return route("$default", mock(200, *responses, RequestTemplates={"$default": template}, **members), two_way=True)


_GIVEN = "$context.requestOverride.path.body"


def _sent(client: SocketClient) -> list[tuple[bytes, bool]]:
    return client.handshake.channel.sent


def test_templates_see_a_character_for_each_byte() -> None:
    client = _client(_echo(response(template=_GIVEN)))
    client.says(BYTES)
    client.says("h\u00e4\u20ac")
    assert _sent(client) == [(BYTES, True), ("h\u00e4\u20ac".encode(), False)]


def test_a_binary_message_as_text_for_a_backend() -> None:
    client = _client(route("$default", backend("HTTP", _URI, response(), ContentHandlingStrategy="CONVERT_TO_TEXT")))
    called = client.says(BYTES)
    assert called is not None
    assert (called.body, dict(called.headers)["Content-Type"]) == (b64encode(BYTES), "application/octet-stream")


@pytest.mark.parametrize(
    ("members", "sent"),
    [
        ({}, (BYTES, True)),
        ({"template": "[$input.body]"}, (b"[" + BYTES + b"]", True)),
        ({"ContentHandlingStrategy": "CONVERT_TO_TEXT"}, (b64encode(BYTES), False)),
        ({"ContentHandlingStrategy": "CONVERT_TO_TEXT", "template": "$input.body"}, (b64encode(BYTES), False)),
        ({"ContentHandlingStrategy": "CONVERT_TO_BINARY", "template": "/w=="}, (b"\xff", True)),
    ],
)
def test_what_a_backend_answers_to_a_binary_message(members: Any, sent: tuple[bytes, bool]) -> None:
    client = _client(route("$default", backend("HTTP", _URI, response(**members)), two_way=True))
    called = client.says(b"\x00\xff")
    assert called is not None
    assert (called.body, dict(called.headers)["Content-Type"]) == (b"\x00\xff", "application/octet-stream")
    client.backend_answers(200, body=BYTES)
    assert _sent(client) == [sent]


def test_a_proxy_passes_bytes_both_ways() -> None:
    client = _client(route("$default", backend("HTTP_PROXY", _URI), two_way=True))
    called = client.says(BYTES)
    assert called is not None
    assert called.body == BYTES
    client.backend_answers(200, body=BYTES)
    client.says("text")
    client.backend_answers(200, body=b"")
    assert _sent(client) == [(BYTES, True), (b"", False)]


@pytest.mark.parametrize(
    ("returned", "sent"),
    [
        ({"body": b64encode(BYTES).decode(), "isBase64Encoded": True}, [(BYTES, True)]),
        ({"body": "text"}, [(b"text", False)]),
        ({"body": ""}, [(b"", False)]),
        ({}, []),
    ],
)
def test_a_function_gets_base64_and_answers_in_it(returned: Any, sent: list[tuple[bytes, bool]]) -> None:
    client = _client(route("$default", function(), two_way=True))
    client.says(BYTES)
    assert (client.event["body"], client.event["isBase64Encoded"]) == (b64encode(BYTES).decode(), True)
    client.function_returns({"statusCode": 200} | returned)
    assert _sent(client) == sent


def test_one_way_routes_send_nothing_all_the_same() -> None:
    client = _client(route("$default", mock(200, response(template=""))), route("proxy", backend("HTTP_PROXY", _URI)))
    client.says("x")
    client.says('{"action": "proxy"}')
    client.backend_answers(200, body=b"")
    assert _sent(client) == []


def test_binary_messages_select_routes_as_texts_do() -> None:
    client = _client(route("a", mock(200, response(template="a")), two_way=True))
    client.says(b'{"action": "a"}')
    client.says(b"\xff")
    (first, binary), (refused, _) = _sent(client)
    assert (first, binary) == (b"a", True)
    assert b"Forbidden" in refused


def test_without_it_empty_answers_are_not_sent() -> None:
    client = _client(route("$default", function(), two_way=True), limits=WebSocketLimits())
    client.says("x")
    client.function_returns({"statusCode": 200, "body": ""})
    assert _sent(client) == []
