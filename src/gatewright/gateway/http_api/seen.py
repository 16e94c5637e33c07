"""Requests of HTTP APIs on their way into the ring of what `gatewright explain` knows (`gateway.seen`)."""

from __future__ import annotations

from gatewright.gateway.base import Kept, Telemetry
from gatewright.gateway.exchange import Exchange, Watch
from gatewright.gateway.http_api.exchange import own
from gatewright.gateway.seen import Scene, Seen
from gatewright.program.http_api import HttpApiProgram


def build(program: HttpApiProgram, telemetry: Telemetry | None) -> Watch | None:
    """Who enters the exchanges of a stage; None: nobody keeps them."""
    ring = None if telemetry is None else telemetry.ring
    return None if ring is None else HttpWatch(ring, Scene(program)).watch


class HttpWatch:
    """Enters the exchanges of one stage."""

    __slots__ = ("_ring", "_scene")

    def __init__(self, ring: Kept, scene: Scene) -> None:
        self._ring = ring
        self._scene = scene

    def watch(self, exchange: Exchange) -> None:
        visit = own(exchange)
        seen = Seen(self._scene, visit.request_id, visit.extended_id, visit.clock.now())
        seen.asked(visit.request)
        try:
            seen.part = visit.route.route
        except AttributeError:  # none was found
            seen.part = None
        seen.preflight = visit.is_preflight
        seen.of(visit)
        self._ring.add(seen)
