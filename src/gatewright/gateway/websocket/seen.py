"""Events of connections on their way into the ring of what `gatewright explain` knows (`gateway.seen`)."""

from __future__ import annotations

from gatewright.gateway.base import Kept, Telemetry
from gatewright.gateway.exchange import Exchange, Watch
from gatewright.gateway.seen import Scene, Seen
from gatewright.gateway.websocket.exchange import own
from gatewright.program.websocket import WebSocketProgram


def build(program: WebSocketProgram, telemetry: Telemetry | None) -> Watch | None:
    """Who enters the events of a stage's connections; None: nobody keeps them."""
    ring = None if telemetry is None else telemetry.ring
    return None if ring is None else SocketWatch(ring, Scene(program)).watch


class SocketWatch:
    """Enters handshakes, messages and ends of connections of one stage."""

    __slots__ = ("_ring", "_scene")

    def __init__(self, ring: Kept, scene: Scene) -> None:
        self._ring = ring
        self._scene = scene

    def watch(self, exchange: Exchange) -> None:
        event = own(exchange)
        seen = Seen(self._scene, event.request_id, event.extended_id, event.clock.now())
        client = event.client
        if event.has_request:
            seen.asked(event.request)
        else:
            seen.client = client.source_ip
            seen.host = client.domain.encode()
            seen.body_size = len(event.body)
        try:
            seen.part = event.route.route
        except AttributeError:  # the message selected none
            seen.part = None
        seen.event = event.event
        seen.connection_id = client.id
        seen.ended = event.ending
        seen.api_key = event.api_key
        seen.of(event)
        self._ring.add(seen)
