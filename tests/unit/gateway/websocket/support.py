"""Events of connections, made without a gateway."""

from __future__ import annotations

from typing import Any

from gatewright.clock import FakeClock
from gatewright.deploy.websocket import compile_websocket
from gatewright.gateway.endpoints import Endpoint, OneEndpoint
from gatewright.gateway.grants import Grant
from gatewright.gateway.websocket.client import Client
from gatewright.gateway.websocket.exchange import CONNECTING, MESSAGE, SocketExchange
from gatewright.gateway.websocket.live import SocketLive, SocketParts, SocketPlan
from gatewright.telemetry.counters import StageCounters
from tests.plays.stage import FUNCTION_HOST, FakeRequest, FakeUpstream
from tests.plays.websocket_documents import route, socket_document

ID = "BFaT_fALIAMCKug="


def parts(*routes: tuple[Any, Any], **members: Any) -> SocketParts:
    program = compile_websocket(socket_document(*routes, **members))
    return SocketParts(program, FakeUpstream(), OneEndpoint(Endpoint(FUNCTION_HOST)), StageCounters(), 1024)


def event(
    body: str = "",
    kind: str = MESSAGE,
    *,
    of: tuple[Any, Any] | None = None,
    grant: Grant | None = None,
    request: FakeRequest | None = None,
    **members: Any,
) -> SocketExchange:
    """An event of the first route (by default "talk")."""
    built = parts(of or route("talk"), **members)
    plan = SocketPlan(built.program.routes[0], ())
    live = SocketLive(built.program, {plan.route.key: plan}, built.counters)
    client = Client(ID, "a.test", "203.0.113.7", "browser", 1_600_000_000.5)
    client.grant = grant
    exchange = SocketExchange(client, live, kind, body.encode(), FakeClock())
    exchange.route = plan
    if kind == CONNECTING:
        exchange.request = request or FakeRequest("GET", "/v1?a=1&a=2", [("X-Mine", "1"), ("X-Mine", "2")], b"")
        exchange.header = exchange.request.header
        exchange._query = None
    return exchange
