"""An exchange of an HTTP API that has been routed, without its steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatewright.clock import FakeClock
from gatewright.deploy.http_api import compile_http_api
from gatewright.edge.target import Target
from gatewright.gateway.grants import Grant
from gatewright.gateway.http_api.exchange import HttpExchange, HttpStage, RoutePlan
from gatewright.telemetry.counters import StageCounters
from tests.plays.http_api import function, http_document, route
from tests.plays.stage import API, FakeRequest


def http_exchange(
    headers: Sequence[tuple[str, str]] = (),
    *,
    grant: Grant | None = None,
    query: str = "",
    body: bytes = b"",
    **play: Any,
) -> HttpExchange:
    """GET /pets/7 of the stage $default as it stands when the authorization is over."""
    program = compile_http_api(http_document(route("GET /pets/{id}", function()), **play))
    made = HttpExchange(FakeRequest("GET", f"/pets/7?{query}", headers, body), Target(API, b""), FakeClock())
    made.serving = HttpStage(program, StageCounters(), None)
    made.route = RoutePlan(program.routes[0], ("id",), (), ())
    made.path = made.context_path = b"/pets/7"
    made.values = [b"7"]
    made.grant = grant
    return made
