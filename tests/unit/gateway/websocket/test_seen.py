from __future__ import annotations

from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry
from gatewright.gateway.seen import Ring
from gatewright.gateway.websocket.seen import build
from gatewright.program.websocket import WebSocketProgram
from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import mock, response, route
from tests.unit.gateway.explain.support import socket


def test_without_a_ring_nobody_watches() -> None:
    program = socket()
    assert isinstance(program, WebSocketProgram)
    assert build(program, None) is None
    assert build(program, Telemetry(FakeClock())) is None


def test_handshakes_messages_and_ends() -> None:
    ring = Ring(9, hint=True)
    routes = route("talk", mock(200, response(template="hello")), two_way=True), route("$disconnect", mock())
    play = SocketPlay(*routes, telemetry=Telemetry(FakeClock(), ring=ring))
    client = play.connect().opened()
    client.says('{"action": "talk"}')
    client.says('{"action": "nothing"}')
    client.leaves(1001)
    ended, unrouted, good, handshake = ring.newest()
    assert handshake.event == "CONNECT"
    assert handshake.target
    assert (good.event, good.body_size, good.status) == ("MESSAGE", 18, 200)
    assert good.connection_id == handshake.connection_id
    assert good.part is not None
    assert unrouted.part is None
    assert unrouted.failed is not None
    assert (ended.event, ended.ended) == ("DISCONNECT", (1001, ""))


def test_a_handshake_that_is_refused() -> None:
    ring = Ring(9, hint=True)
    denied = route("$connect", mock(403, response()))
    play = SocketPlay(denied, telemetry=Telemetry(FakeClock(), ring=ring))
    headers = play.connect().refused(403, "Forbidden")
    assert headers["x-gatewright-explain"] == f"gatewright explain {headers['x-amzn-RequestId']}"
