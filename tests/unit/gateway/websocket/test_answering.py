"""What becomes of answers: by kind of event, by kind of route."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.answering import BinaryAnswer, is_wanted, mapped, passed, protocol_of
from gatewright.gateway.websocket.exchange import CONNECTING
from gatewright.language.selection import compile_pattern
from gatewright.program.websocket import SocketResponse, Templates
from tests.plays.websocket_documents import route
from tests.unit.gateway.websocket.support import event

_TWO_WAY = route("talk", two_way=True)
_HEADERS = [(b"SEC-WebSocket-Protocol", b" chat ")]


def _response(pattern: str | None = None, text: bytes = b"", handling: Any = None) -> SocketResponse:
    return SocketResponse(compile_pattern(pattern), Templates({"$default": text}, None), handling)


def test_what_passes() -> None:
    connect = passed(event(kind=CONNECTING), 403, _HEADERS, b"body")
    assert (connect.status, connect.head, connect.body) == (403, b"chat", b"")
    assert passed(event(), 200, [], b"body").body == b""
    assert passed(event(of=_TWO_WAY), 500, [], b"b\xff").body == "b�".encode()
    assert protocol_of([]) == b""


def test_who_wants_an_answer() -> None:
    assert is_wanted(event(of=_TWO_WAY))
    assert not is_wanted(event())
    assert not is_wanted(event(kind=CONNECTING, of=_TWO_WAY))


@pytest.mark.parametrize(("matched", "text"), [("404", b"missing"), ("40", b"else"), ("500", b"else"), (None, b"else")])
def test_patterns_match_the_whole_text(matched: str | None, text: bytes) -> None:
    responses = [_response("404", b"missing"), _response(None, b"else")]
    assert mapped(event(of=_TWO_WAY), responses, matched, 200, [], b"x").body == text


def test_a_response_that_takes_anything_takes_a_success() -> None:
    assert mapped(event(of=_TWO_WAY), [_response(".*", b"any")], None, 200, [], b"x").body == b"any"
    with pytest.raises(GatewayError):
        mapped(event(of=_TWO_WAY), [_response(".+")], None, 200, [], b"x")


@pytest.mark.parametrize(
    ("handling", "template", "body", "made", "binary"),
    [
        (None, b"", b"x", b"x", False),
        ("CONVERT_TO_TEXT", b"", b"\xff", b"/w==", False),
        ("CONVERT_TO_BINARY", b"", b"/w==", b"\xff", True),
        ("CONVERT_TO_BINARY", b"aGk=", b"", b"hi", True),
        ("CONVERT_TO_TEXT", b"made", b"\xff", b"made", False),
    ],
)
def test_conversions(handling: Any, template: bytes, body: bytes, made: bytes, binary: bool) -> None:
    answer = mapped(event(of=_TWO_WAY), [_response(None, template, handling)], "200", 200, [], body)
    assert (answer.body, isinstance(answer, BinaryAnswer)) == (made, binary)
