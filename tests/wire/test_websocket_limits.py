"""How large messages may be and how long connections last: AWS's limits, and an operator's own."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator

import pytest

from tests.wire.support import Server
from tests.wire.test_websocket import Chat, Client

_FRAME, _MESSAGE = 32 * 1024, 128 * 1024
_TOO_BIG = (8, struct.pack("!H", 1009))
_GOING_AWAY = (8, struct.pack("!H", 1001) + b"Going away")


@pytest.fixture(scope="module")
def chat(live: Server) -> Iterator[Chat]:
    made = Chat(live)
    yield made
    made.v2.delete_api(ApiId=made.id)
    made.part()


def _echoed(size: int) -> bytes:
    """A message of so many bytes that selects the route that echoes."""
    return b'{"action": "echo", "text": "%b"}' % (b"x" * (size - 30))


def _send(client: Client, message: bytes, piece: int = _FRAME) -> None:
    """In fragments, the last one possibly empty."""
    for at in range(0, len(message), piece):
        client.send(message[at : at + piece], 0 if at else 1, last=False)
    client.send(b"", 0)


def _heard(client: Client, size: int) -> tuple[list[int], bytes]:
    """The sizes of the fragments of a message, and the whole of it."""
    pieces: list[bytes] = []
    while sum(map(len, pieces)) < size:
        opcode, piece = client.hear()
        assert opcode == (0 if pieces else 1)
        pieces.append(piece)
    return [len(each) for each in pieces], b"".join(pieces)


def test_the_largest_message_comes_and_goes_in_the_largest_frames(chat: Chat) -> None:
    client = chat.connect()
    message = _echoed(_MESSAGE)
    assert len(message) == _MESSAGE
    _send(client, message)
    assert _heard(client, _MESSAGE) == ([_FRAME] * 4, message)
    client.close()


@pytest.mark.parametrize(("size", "piece"), [(_FRAME + 1, _FRAME + 1), (_MESSAGE + 1, _FRAME)])
def test_more_is_too_big(chat: Chat, size: int, piece: int) -> None:
    client = chat.connect()
    _send(client, bytes(size), piece)
    assert client.hear() == _TOO_BIG


@pytest.fixture
def own(own_server: Callable[..., Server]) -> Iterator[Chat]:
    """Of a server with limits of its own."""
    sizes = ("--websocket-frame-limit", "1000", "--websocket-message-limit", "2000000")
    lasting = ("--websocket-idle-timeout", "2", "--websocket-duration", "6", "--websocket-messages", "any")
    chat = Chat(own_server("--limits", "own", *sizes, *lasting))
    yield chat
    chat.part()


def test_limits_of_an_operators_own(own: Chat) -> None:
    silent, large, lively = own.connect(), own.connect(), own.connect()
    began = time.monotonic()
    _send(large, _echoed(_MESSAGE * 2), 1000)
    sizes, message = _heard(large, _MESSAGE * 2)
    assert (max(sizes), message) == (1000, _echoed(_MESSAGE * 2))
    large.send(b'{"action": "echo"}', 2)
    assert large.hear() == (2, b'{"action": "echo"}')
    large.send(bytes(1001))
    assert large.hear() == _TOO_BIG
    answers = 0
    while True:  # messages keep a connection open, but not for ever
        lively.send(b'{"action": "echo"}')
        opcode, payload = lively.hear()
        if opcode != 1:
            break
        answers += 1
        time.sleep(0.2)
    assert (opcode, payload) == _GOING_AWAY
    assert answers > 10
    assert time.monotonic() - began > 5
    assert silent.hear() == _GOING_AWAY  # long ago
    for client in (lively, silent):
        client.send(struct.pack("!H", 1001), 8)
    deadline = time.monotonic() + 30
    while (told := _log(own)).count("ended with 1001 Going away") < 2:
        assert time.monotonic() < deadline, told
        time.sleep(0.1)
    assert told.count("ended with 1006 Connection closed abnormally") == 1


def _log(chat: Chat) -> str:
    """What the function has printed."""
    return "".join(each.read_text() for each in (chat.server.data / "logs").rglob("*") if each.is_file())
