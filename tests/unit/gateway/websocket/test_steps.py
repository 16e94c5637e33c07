"""Limits of connections and messages. More in tests/plays/test_websocket.py."""

from __future__ import annotations

import pytest

from gatewright.clock import FakeClock
from gatewright.gateway.base import Traffic
from gatewright.gateway.websocket import steps
from gatewright.program.throttle import Throttle
from gatewright.state.base import State
from gatewright.state.node import NodeState
from tests.plays.websocket import SocketPlay
from tests.plays.websocket_documents import mock, response, route
from tests.unit.gateway.websocket.support import parts


@pytest.fixture
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    return NodeState(tmp_path_factory.mktemp("state"), FakeClock(), 0, shared=False)


def test_without_limits_there_are_no_steps() -> None:
    built = parts(route("$connect"), route("talk"))
    for each in built.program.routes:
        for build in (steps.throttle, steps.api_key, steps.parameters, steps.validation, steps.configuration):
            assert build(each, built) is None
    assert steps.new_connections(built) is None


def test_messages_of_a_route_are_limited(state: State) -> None:
    settings = {"RouteSettings": {"$default": {"ThrottlingRateLimit": 1.0, "ThrottlingBurstLimit": 2}}}
    play = SocketPlay(
        route("$default", mock(200, response(template="ok")), two_way=True),
        stage=settings,
        traffic=lambda clock: Traffic(clock, state),
    )
    client = play.connect().opened()
    for _ in range(3):
        client.says("x")
    assert client.heard[:2] == ["ok", "ok"]
    assert client.heard[2].startswith('{"message": "Too Many Requests", "connectionId":"')
    assert client.handshake.channel.ended is None


def test_handshakes_are_limited(state: State) -> None:
    settings = {"DefaultRouteSettings": {"ThrottlingRateLimit": 1.0, "ThrottlingBurstLimit": 1}}
    for connect in ((route("$connect", mock()),), ()):
        play = SocketPlay(
            *connect,
            route("talk"),
            stage=settings,
            api={"ApiId": f"api{len(connect)}"},
            traffic=lambda clock: Traffic(clock, state),
        )
        play.connect(api_id=f"api{len(connect)}")
        refused = play.connect(api_id=f"api{len(connect)}").refused(429, "Too Many Requests")
        assert refused["x-amzn-ErrorType"] == "TooManyRequestsException"


def test_an_account_opens_so_many_a_second(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "NEW_CONNECTIONS", Throttle(1.0, 1))
    play = SocketPlay(route("talk"), traffic=lambda clock: Traffic(clock, state, account=Throttle(100.0, 100)))
    play.connect().opened()
    play.connect().refused(429, "Too Many Requests")
