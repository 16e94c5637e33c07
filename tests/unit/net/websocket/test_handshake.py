"""Which requests are handshakes, and how they are answered."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gatewright.net.websocket import handshake
from tests.plays.stage import FakeRequest

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
SOUND = {
    "Host": "h",
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


def read(changes: Mapping[str, str | None], verb: str = "GET", *more: tuple[str, str]) -> handshake.Handshake | None:
    headers = [(name, value) for name, value in (SOUND | dict(changes)).items() if value is not None]
    return handshake.read(FakeRequest(verb, "/v1", [*headers, *more], b""))


def test_a_sound_one_and_its_answer() -> None:
    found = read({"Upgrade": "WebSocket", "CONNECTION": "x"} | {"Connection": "UPGRADE"})
    assert found == handshake.Handshake(KEY.encode(), ())
    head = handshake.head(found)
    assert head.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert head.endswith(b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
    assert b"Sec-WebSocket-Protocol: a\r\nX: y\r\n\r\n" in handshake.head(found, b"a", b"X: y\r\n")


def test_offers_of_sub_protocols_may_come_in_several_lines() -> None:
    found = read({"Sec-WebSocket-Protocol": "a, b"}, "GET", ("sec-websocket-protocol", "c,"))
    assert found is not None
    assert found.protocols == (b"a", b"b", b"c")


@pytest.mark.parametrize(
    ("changes", "verb"),
    [
        ({}, "POST"),
        ({"Upgrade": None}, "GET"),
        ({"Upgrade": "h2c"}, "GET"),
        ({"Connection": "keep-alive"}, "GET"),
        ({"Connection": None}, "GET"),
        ({"Sec-WebSocket-Version": None}, "GET"),
        ({"Sec-WebSocket-Version": "8"}, "GET"),
        ({"Sec-WebSocket-Key": None}, "GET"),
        ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ"}, "GET"),
        ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ!!"}, "GET"),
        ({"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZTE="}, "GET"),
        ({"Content-Length": "5"}, "GET"),
        ({"Transfer-Encoding": "chunked"}, "GET"),
    ],
)
def test_what_is_none(changes: Mapping[str, str | None], verb: str) -> None:
    assert read(changes, verb) is None


@pytest.mark.parametrize("name", ["Sec-WebSocket-Key", "Sec-WebSocket-Version"])
def test_what_must_come_once(name: str) -> None:
    assert read({}, "GET", (name.lower(), SOUND[name])) is None
