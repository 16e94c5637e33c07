"""Connections as the registry and the socket see them. Their life is told in tests/plays/test_websocket.py."""

from __future__ import annotations

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Answer
from gatewright.gateway.websocket.answering import BinaryAnswer
from gatewright.gateway.websocket.client import Client
from gatewright.gateway.websocket.connection import Connection
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.gateway.websocket.live import Place, SocketLive
from tests.plays.websocket import FakeChannel
from tests.unit.gateway.websocket.support import ID, parts


def _connection(registry: LocalConnections) -> Connection:
    built = parts()
    place = Place(SocketLive(built.program, {}, built.counters))
    return Connection(Client(ID, "a.test", "203.0.113.7", None, 5.0), place, registry, FakeClock())


def test_a_connection_is_open_between_its_beginning_and_its_end() -> None:
    registry = LocalConnections()
    connection = _connection(registry)
    assert not connection.send(b"early")
    assert not connection.close(1000, "")
    channel = FakeChannel()
    connection.begin(channel)
    assert registry.of("abcdefghij", "v1") == [connection]
    assert connection.send(b"text")
    connection.answer(BinaryAnswer(200, b"", b"\x00"))
    assert channel.sent == [(b"text", False), (b"\x00", True)]
    assert connection.close(1001, "bye")
    assert not connection.close(1000, "again")
    assert not connection.send(b"late")
    connection.answer(Answer(200, b"", b"late"))
    assert channel.ended == (1001, "bye")
    connection.message(b"ignored", False)
    connection.closed(1001, "bye")
    assert registry.of("abcdefghij", "v1") == []
    assert len(channel.sent) == 2


def test_who_does_not_read_is_sent_no_more() -> None:
    connection = _connection(LocalConnections())
    channel = FakeChannel()
    connection.begin(channel)
    channel.full = True
    active = connection.active
    with pytest.raises(GatewayError) as caught:
        connection.send(b"text")
    assert (caught.value.status, caught.value.error_type) == (429, "LimitExceededException")
    assert (connection.active, channel.ended) == (active, None)
    connection.answer(Answer(200, b"", b"text"))  # asks, and does not read
    assert channel.ended == (1006, "")
