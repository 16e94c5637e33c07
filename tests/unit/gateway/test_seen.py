from __future__ import annotations

import gc
import weakref

from gatewright.clock import FakeClock
from gatewright.edge.target import Target
from gatewright.gateway import seen as room
from gatewright.gateway.base import Telemetry
from gatewright.gateway.errors import FORBIDDEN, GatewayError
from gatewright.gateway.seen import Ring, Seen
from tests.plays.stage import API, FakeRequest, Play, http_proxy, mock, resource
from tests.unit.gateway.test_series import rest


def entry(name: bytes, weight: int = 100) -> Seen:
    seen = Seen(None, name, b"x" + name, 1.0)
    seen.weight = weight
    return seen


def test_a_ring_is_bounded_in_number() -> None:
    ring = Ring(2)
    for name in (b"a", b"b", b"c"):
        ring.add(entry(name))
    assert [each.request_id for each in ring.newest()] == [b"c", b"b"]
    assert (len(ring), ring.total, ring.most) == (2, 3, 2)
    assert ring.find(b"a") is None
    assert ring.find(b"b") is ring.find(b"xb") is not None
    assert ring.since() == 1.0


def test_a_ring_is_bounded_in_bytes() -> None:
    ring = Ring(1000, heaviest=250)
    for name in (b"a", b"b", b"c"):
        ring.add(entry(name))
    assert len(ring) == 2
    ring.add(entry(b"d", 1000))
    assert len(ring) == 0
    assert ring.since() is None


def test_what_a_record_holds_has_its_weight() -> None:
    def weight(headers: list[tuple[str, str]], error: GatewayError) -> int:
        seen = Seen(None, b"id", b"ext", 1.0)
        seen.asked(FakeRequest("GET", "/", headers, b""))
        seen.fail(error, {})
        return seen.weight

    small = weight([], GatewayError(FORBIDDEN))
    assert weight([("a", "b")] * 1000, GatewayError(FORBIDDEN)) - small >= 150_000  # objects weigh more than bytes
    assert weight([], GatewayError(FORBIDDEN, detail="x" * 1000)) - small >= 1000
    assert weight([], GatewayError(FORBIDDEN, why={"answer": "x" * 1000})) - small >= 1000


def test_without_a_ring_nobody_watches() -> None:
    assert room.build(rest(), Telemetry(FakeClock())) is None
    assert room.build(rest(), Telemetry(FakeClock(), ring=Ring(1))) is not None


def test_requests_that_found_no_stage_are_kept_too() -> None:
    ring = Ring(5)
    request = FakeRequest("GET", "/nope?x=1", [("Host", "a")], b"")
    ring.refuse(request, Target(API, b"/v9/nope"), GatewayError(FORBIDDEN), (b"id", b"ext"), 7.0)
    kept = ring.find(b"id")
    assert kept is not None
    assert (kept.scene, kept.api_id, kept.path, kept.status, kept.at) == (None, API, b"/v9/nope", 403, 7.0)
    assert kept.failed is not None


def play(ring: Ring) -> Play:
    routes = resource("/pets", GET=http_proxy("http://pets.test/list"), POST=mock() | {"authorizationType": "AWS_IAM"})
    return Play(routes, telemetry=Telemetry(FakeClock(), ring=ring))


def test_a_request_that_went_well() -> None:
    ring = Ring(5)
    play(ring).client("GET", "/v1/pets?x=1", {"A": "b"}).backend_answers(200, body=b"[]")
    kept = next(ring.newest())
    assert kept.failed is None
    assert (kept.verb, kept.target, kept.path, kept.status, kept.sent) == ("GET", b"/v1/pets?x=1", b"/pets", 200, 2)
    assert kept.integration_status == 200
    assert kept.part is not None
    assert kept.scene is not None
    assert (kept.scene.product, kept.scene.stage) == ("REST", "v1")
    assert kept.weight > 600


def test_an_error_is_kept_without_what_led_to_it() -> None:
    ring = Ring(5)
    call = play(ring).client("POST", "/v1/pets")
    kept = next(ring.newest())
    assert kept.failed is not None
    assert kept.failed.kind.name == "MISSING_AUTHENTICATION_TOKEN"
    request = weakref.ref(call.request)
    del call
    gc.collect()
    assert request() is None


def test_neither_route_nor_stage() -> None:
    ring = Ring(5)
    speaker = play(ring)
    speaker.client("GET", "/v1/nothing")
    speaker.client("GET", "/v2/pets")
    lost, unrouted = ring.newest()
    assert lost.scene is None
    assert unrouted.scene is not None
    assert unrouted.part is None
    assert unrouted.verb == "GET"


def test_refused_clients_learn_how_to_ask_where_that_is_wished() -> None:
    for hint, header in ((True, "gatewright explain "), (False, "")):
        speaker = play(Ring(5, hint=hint))
        for call in (speaker.client("POST", "/v1/pets"), speaker.client("GET", "/v2/pets")):
            found = call.headers.get("x-gatewright-explain", "")
            assert found == (f"{header}{call.headers['x-amzn-RequestId']}" if header else "")
        good = speaker.client("GET", "/v1/pets").backend_answers(200)
        assert "x-gatewright-explain" not in good.headers
