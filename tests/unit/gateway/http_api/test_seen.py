from __future__ import annotations

from gatewright.clock import FakeClock
from gatewright.gateway.base import Telemetry
from gatewright.gateway.http_api.seen import build
from gatewright.gateway.seen import Ring
from gatewright.program.http_api import HttpApiProgram
from tests.plays.http_api import HttpPlay, proxy, route
from tests.plays.stage import API
from tests.unit.gateway.explain.support import http

CORS = {"CorsConfiguration": {"AllowOrigins": ["*"]}}
PREFLIGHT = {"Origin": "https://a.test", "Access-Control-Request-Method": "GET"}


def test_without_a_ring_nobody_watches() -> None:
    program = http()
    assert isinstance(program, HttpApiProgram)
    assert build(program, None) is None
    assert build(program, Telemetry(FakeClock())) is None


def test_requests_with_and_without_a_route() -> None:
    ring = Ring(5, hint=True)
    play = HttpPlay(
        route("GET /pets", proxy("http://pets.test/list")), api=CORS, telemetry=Telemetry(FakeClock(), ring=ring)
    )
    play.client("GET", "/pets?x=1").backend_answers(200, body=b"[]")
    missing = play.client("GET", "/nothing")
    play.client("OPTIONS", "/pets", PREFLIGHT)
    preflight, unrouted, good = ring.newest()
    assert good.part is not None
    assert good.scene is not None
    assert (good.scene.product, good.scene.cors) == ("HTTP", True)
    assert (good.verb, good.path, good.status, good.integration_status) == ("GET", b"/pets", 200, 200)
    assert unrouted.part is None
    assert missing.headers["x-gatewright-explain"] == f"gatewright explain {missing.headers['Apigw-Requestid']}"
    assert preflight.preflight


def test_a_request_without_a_stage() -> None:
    ring = Ring(5, hint=True)
    play = HttpPlay(route("GET /pets"), stage="v1", telemetry=Telemetry(FakeClock(), ring=ring))
    call = play.client("GET", "/pets")
    (lost,) = ring.newest()
    assert (lost.scene, lost.api_id, lost.status) == (None, API, 404)
    assert call.headers["x-gatewright-explain"].endswith(lost.request_id.decode())
