"""Stages at work: which routes messages can reach."""

from __future__ import annotations

from gatewright.gateway.websocket.live import Place, SocketLive, SocketPlan
from tests.plays.websocket_documents import route
from tests.unit.gateway.websocket.support import parts


def test_messages_reach_neither_connect_nor_disconnect() -> None:
    built = parts(route("$connect"), route("$disconnect"), route("$default"), route("talk"))
    plans = {each.key: SocketPlan(each, ()) for each in built.program.routes}
    live = SocketLive(built.program, plans, built.counters)
    assert sorted(live.routes) == ["$default", "talk"]
    assert (live.connect, live.disconnect, live.default) == tuple(
        plans[key] for key in ("$connect", "$disconnect", "$default")
    )
    place = Place(live)
    assert (place.key, place.live) == (("abcdefghij", "v1"), live)
