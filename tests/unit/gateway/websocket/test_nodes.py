"""Connections of other nodes: asked through a bus, as one asks one's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.gateway.websocket.nodes import ClusterConnections, NodeApp
from gatewright.gateway.websocket.peers import home
from gatewright.state.base import UnansweredError
from tests.unit.gateway.websocket.test_peers import INFO, PLACE, Member

OWN, OTHER, DEAD, AWAY = b"\x01\x02", b"\x03\x04", b"\x05\x06", b"\x07\x08"


class FakeBus:
    """Everybody's ways to everybody; one name leads to nowhere."""

    def __init__(self) -> None:
        self.shared = False
        self.asked: list[bytes] = []
        self.apps: dict[bytes, list[Callable[[bytes], bytes]]] = {}

    async def ask(self, name: bytes, question: bytes) -> Sequence[bytes]:
        self.asked.append(question)
        await asyncio.sleep(0)
        if name[1:] == AWAY:
            raise UnansweredError("away")
        return [answer(question) for answer in self.apps.get(name, ())]


class Cluster:
    """Two nodes of one worker each, asked by the first one."""

    def __init__(self) -> None:
        self.bus = FakeBus()
        self.own, self.other = LocalConnections(home(0, OWN)), LocalConnections(home(0, OTHER))
        self.bus.apps = {home(0, OWN): [NodeApp(self.own).answer], home(0, OTHER): [NodeApp(self.other).answer]}
        self.reach = ClusterConnections(self.own, OWN, self.bus)

    def member(self, registry: LocalConnections) -> Member:
        member = Member(registry.new_id())
        registry.add(member)
        return member

    def twin(self) -> LocalConnections:
        """Another node that has the first one's number."""
        twin = LocalConnections(home(0, OWN))
        self.bus.apps[home(0, OWN)].append(NodeApp(twin).answer)
        self.bus.shared = True
        return twin


async def _now(outcome: Any) -> Any:
    return await outcome if isinstance(outcome, Awaitable) else outcome


@pytest.mark.parametrize("held", ["own", "other", "twin"])
async def test_connections_of_all_nodes_are_reached(held: str) -> None:
    cluster = Cluster()
    registry = cluster.twin() if held == "twin" else getattr(cluster, held)
    member = cluster.member(registry)
    place = (*PLACE, member.id)
    assert await _now(cluster.reach.send(*place, b"hello\nworld"))
    assert member.heard == [b"hello\nworld"]
    assert await _now(cluster.reach.info(*place)) == INFO
    assert await _now(cluster.reach.close(*place))
    assert member.ended == [(1000, "Connection Closed Normally")]
    assert bool(cluster.bus.asked) == (held != "own")
    with pytest.raises(GatewayError) as caught:
        await _now(cluster.reach.send(*place, b"too much"))
    assert (caught.value.status, caught.value.error_type) == (429, "LimitExceededException")


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("number", [OWN, OTHER, DEAD])
async def test_what_nobody_holds_is_gone(number: bytes, shared: bool) -> None:
    cluster = Cluster()
    if shared:
        cluster.twin()
    for name in (LocalConnections(home(0, number)).new_id(), LocalConnections(home(9, number)).new_id(), "malformed"):
        assert await _now(cluster.reach.send(*PLACE, name, b"x")) is False
        assert await _now(cluster.reach.info(*PLACE, name)) is None
        assert await _now(cluster.reach.close(*PLACE, name)) is False


@pytest.mark.parametrize("place", [("other", "v1"), ("abcdefghij", "v2"), ('"', "\n")])
async def test_under_other_stages_they_are_gone(place: tuple[str, str]) -> None:
    cluster = Cluster()
    member = cluster.member(cluster.other)
    assert await _now(cluster.reach.send(*place, member.id, b"hello")) is False
    assert await _now(cluster.reach.info(*place, member.id)) is None
    assert await _now(cluster.reach.close(*place, member.id)) is False
    assert (member.heard, member.ended) == ([], [])


async def test_where_nobody_answers_nothing_is_known(caplog: pytest.LogCaptureFixture) -> None:
    cluster = Cluster()
    name = LocalConnections(home(0, AWAY)).new_id()
    for asked in (
        cluster.reach.send(*PLACE, name, b"x"),
        cluster.reach.info(*PLACE, name),
        cluster.reach.close(*PLACE, name),
    ):
        with pytest.raises(GatewayError) as caught:
            await _now(asked)
        assert (caught.value.status, caught.value.error_type) == (503, "ServiceUnavailableException")
        assert caught.value.log == "the node that holds the connection was not reached: away"


async def test_many_at_once() -> None:
    """What is for one worker goes there once."""
    cluster = Cluster()
    members = [cluster.member(registry) for _ in range(70) for registry in (cluster.own, cluster.other)]
    gone = [LocalConnections(home(0, number)).new_id() for number in (OWN, OTHER, DEAD)]
    lost = LocalConnections(home(0, AWAY)).new_id()
    ids = [lost, *gone, *(each.id for each in members), "malformed"]
    told = await cluster.reach.send_all(*PLACE, ids, b"to all")
    assert told == [None, False, False, False, *[True] * 140, False]
    assert all(each.heard == [b"to all"] for each in members)
    assert len(cluster.bus.asked) == 3
    assert await cluster.reach.send_all(*PLACE, [each.id for each in members[:2]], b"too much") == [None, None]


async def test_many_at_once_where_two_nodes_have_one_number() -> None:
    cluster = Cluster()
    twin = cluster.twin()
    here, there = cluster.member(cluster.own), cluster.member(twin)
    ids = [here.id, there.id, twin.new_id()]
    assert await cluster.reach.send_all(*PLACE, ids, b"x") == [True, True, False]
    assert (here.heard, there.heard) == ([b"x"], [b"x"])


@pytest.mark.parametrize("question", [b"", b"[]", b"{}", b'["POST"]', b'["POST", "a", "v1", [[]]]', b"\xff"])
def test_what_is_no_question(question: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        NodeApp(LocalConnections()).answer(question)
    assert NodeApp(LocalConnections()).answer(b'["GET", "a", "v1", ["x", ""]]\n') == b'[[410,""],[410,""]]'
