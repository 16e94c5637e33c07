from __future__ import annotations

from gatewright.edge.relay import Relay
from gatewright.net.base import Failure, Header, Origin, UpstreamError
from tests.plays.stage import FakeRequest, FakeUpstream


def block(headers: list[Header]) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)


def refuse(error: UpstreamError) -> tuple[int, bytes, bytes]:
    return 503, b"A: b\r\n", error.failure.encode()


class Scene:
    def __init__(self) -> None:
        self.request = FakeRequest("POST", "/f", [], b"")
        self.relay = Relay(self.request, block, refuse)
        upstream = FakeUpstream()
        self.relay.carry(upstream.stream(Origin("http", "f", 80), b"POST", b"/f", [], b"", self.relay, timeout=1))
        self.call = upstream.sent[0]


def test_an_answer_passes() -> None:
    scene = Scene()
    scene.relay.head(200, [(b"X", b"y")], None)
    assert scene.relay.data(b"a")
    scene.relay.data(b"b")
    scene.relay.end(None)
    assert scene.request.answer == (200, [(b"X", b"y")], b"ab")
    assert scene.request.streamed == "whole"


def test_a_failure_before_the_head_is_answered() -> None:
    scene = Scene()
    scene.relay.end(UpstreamError(Failure.REFUSED))
    assert scene.request.answer == (503, [(b"A", b"b")], b"refused")


def test_a_failure_midway_cuts() -> None:
    scene = Scene()
    scene.relay.head(200, [(b"X", b"y")], None)
    scene.relay.end(UpstreamError(Failure.CLOSED))
    assert scene.request.streamed == "cut"


def test_an_unsound_head_is_answered() -> None:
    scene = Scene()
    scene.relay.head(200, [(b"X", b"y\r\n\r\nz")], None)
    assert scene.request.answer == (503, [(b"A", b"b")], b"protocol")
    assert scene.call.cancelled
    assert scene.relay.data(b"late")


def test_a_client_that_leaves_ends_the_call() -> None:
    scene = Scene()
    scene.relay.head(200, [(b"X", b"y")], None)
    assert scene.request.on_disconnect is not None
    scene.request.on_disconnect()
    assert (scene.call.cancelled, scene.request.streamed) == (True, "cut")
    assert scene.relay.data(b"late")
