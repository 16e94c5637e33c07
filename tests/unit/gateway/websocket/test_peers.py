"""Connections of other workers: asked over their sockets, as one asks one's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import pytest

from gatewright.gateway.base import ConnectionInfo
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.connections import LocalConnections
from gatewright.gateway.websocket.errors import THROTTLED
from gatewright.gateway.websocket.peers import NodeConnections, PeerApp, home
from gatewright.net.base import Origin
from gatewright.net.http1.server import Http1Server
from gatewright.net.upstream import UpstreamClient
from tests.plays.stage import FakeRequest

INFO = ConnectionInfo(1.5, 2.5, "203.0.113.7", None)
PLACE = ("abcdefghij", "v1")


class Member:
    def __init__(self, id: str) -> None:
        self.id = id
        self.place = PLACE
        self.connected = 1.0
        self.heard: list[bytes] = []
        self.ended: list[tuple[int, str]] = []
        self.deaf = True

    def send(self, data: bytes) -> bool:
        if data == b"too much" and self.deaf:
            raise GatewayError(THROTTLED)
        self.heard.append(data)
        return True

    def close(self, code: int, reason: str) -> bool:
        self.ended.append((code, reason))
        return True

    def info(self) -> ConnectionInfo:
        return INFO

    def minute(self) -> None:
        """Nobody counts here."""


async def _now(outcome: Any) -> Any:
    return await outcome if isinstance(outcome, Awaitable) else outcome


class Node:
    """Two workers, of which the second one may be dead; asked by the first."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "peer-1.sock"
        origins = [Origin("http", "worker", 80, unix=str(folder / f"peer-{index}.sock")) for index in range(2)]
        self.own, self.other = LocalConnections(home(0)), LocalConnections(home(1))
        self.upstream = UpstreamClient(connect_timeout=0.5)
        self.reach = NodeConnections(self.own, 0, origins, self.upstream)
        self.server: Http1Server | None = None

    async def __aenter__(self) -> Node:
        self.server = Http1Server(PeerApp(self.other))
        await self.server.listen(self.path)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.upstream.close()
        if self.server is not None:
            await self.server.drain(0.5)

    def member(self, registry: LocalConnections) -> Member:
        member = Member(registry.new_id())
        registry.add(member)
        return member


@pytest.mark.parametrize("held", ["own", "other"])
def test_connections_of_all_workers_are_reached(tmp_path: Path, held: str) -> None:
    async def run() -> None:
        async with Node(tmp_path) as node:
            member = node.member(getattr(node, held))
            place = (*PLACE, member.id)
            large = b"x" * 400_000
            assert await _now(node.reach.send(*place, b"hello"))
            assert await _now(node.reach.send(*place, large))
            assert member.heard == [b"hello", large]
            assert await _now(node.reach.info(*place)) == INFO
            assert await _now(node.reach.close(*place))
            assert member.ended == [(1000, "Connection Closed Normally")]

    asyncio.run(run())


@pytest.mark.parametrize("held", ["own", "other"])
def test_clients_that_do_not_read(tmp_path: Path, held: str) -> None:
    async def run() -> None:
        async with Node(tmp_path) as node:
            member = node.member(getattr(node, held))
            with pytest.raises(GatewayError) as caught:
                await _now(node.reach.send(*PLACE, member.id, b"too much"))
            assert (caught.value.status, caught.value.error_type) == (429, "LimitExceededException")

    asyncio.run(run())


def test_many_at_once(tmp_path: Path) -> None:
    """More than go to a worker at one time; and those of a worker that does not answer are not all tried."""

    async def run() -> None:
        async with Node(tmp_path) as node:
            members = [node.member(registry) for _ in range(60) for registry in (node.own, node.other)]
            gone = [registry.new_id() for registry in (node.own, node.other, LocalConnections(home(7)))]
            ids = [gone[0], *(each.id for each in members), *gone[1:], "malformed"]
            told = await node.reach.send_all(*PLACE, ids, b"to all")
            assert told == [False, *[True] * 120, False, False, False]
            assert all(each.heard == [b"to all"] for each in members)
            told = await node.reach.send_all(*PLACE, [each.id for each in members], b"too much")
            assert told == [None] * 120
            members[-1].deaf = False  # is reached although those before it are not
            told = await node.reach.send_all(*PLACE, [each.id for each in members], b"too much")
            assert told == [*[None] * 119, True]
            assert node.server is not None
            await node.server.drain(0)
            node.server = None
            told = await node.reach.send_all(*PLACE, ids, b"again")
            assert told == [False, *[True, None] * 60, None, False, False]

    asyncio.run(run())


@pytest.mark.parametrize("place", [("other", "v1"), ("abcdefghij", "v2"), ("a/../b", "%"), ("é", "?x=1#")])
def test_under_other_stages_they_are_gone(tmp_path: Path, place: tuple[str, str]) -> None:
    async def run() -> None:
        async with Node(tmp_path) as node:
            member = node.member(node.other)
            for name in (member.id, node.other.new_id()):
                asked = place if name == member.id else PLACE
                assert await _now(node.reach.send(*asked, name, b"hello")) is False
                assert await _now(node.reach.info(*asked, name)) is None
                assert await _now(node.reach.close(*asked, name)) is False
            assert (member.heard, member.ended) == ([], [])

    asyncio.run(run())


def test_workers_that_there_are_not_hold_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with Node(tmp_path) as node:
            for name in (LocalConnections(home(2)).new_id(), LocalConnections(home(255)).new_id(), "malformed"):
                assert node.reach.send(*PLACE, name, b"hello") is False
                assert node.reach.info(*PLACE, name) is None

    asyncio.run(run())


def test_what_a_dead_worker_held_is_gone(tmp_path: Path) -> None:
    async def run() -> None:
        async with Node(tmp_path) as node:
            member = node.member(node.other)
            assert await _now(node.reach.send(*PLACE, member.id, b"1"))
            assert node.server is not None
            await node.server.drain(0)
            node.server = Http1Server(PeerApp(LocalConnections(home(1))))
            node.path.unlink(missing_ok=True)
            await node.server.listen(node.path)
            assert await _now(node.reach.send(*PLACE, member.id, b"2")) is False
            assert await _now(node.reach.info(*PLACE, member.id)) is None

    asyncio.run(run())


def test_a_worker_that_dies_while_it_is_asked_has_a_successor(tmp_path: Path) -> None:
    """The first connection is cut without an answer; the second one is the successor's."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        if len(heads) == 2:
            writer.write(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def run() -> None:
        node = Node(tmp_path)
        server = await asyncio.start_unix_server(serve, node.path)
        assert await _now(node.reach.send(*PLACE, node.other.new_id(), b"")) is False
        assert len(heads) == 2
        await node.upstream.close()
        server.close()

    asyncio.run(run())


def test_where_nobody_answers_nothing_is_known(tmp_path: Path) -> None:
    async def run() -> None:
        node = Node(tmp_path)
        with pytest.raises(GatewayError) as caught:
            await _now(node.reach.send(*PLACE, node.other.new_id(), b"x"))
        assert caught.value.status == 503
        await node.upstream.close()

    asyncio.run(run())


def test_a_worker_that_says_nonsense_is_an_error(tmp_path: Path) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def run() -> None:
        node = Node(tmp_path)
        server = await asyncio.start_unix_server(serve, node.path)
        with pytest.raises(GatewayError) as caught:
            await _now(node.reach.close(*PLACE, node.other.new_id()))
        assert (caught.value.status, caught.value.error_type) == (503, "ServiceUnavailableException")
        await node.upstream.close()
        server.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/connections/abcdefghij/v1", 400),
        ("/", 400),
        ("/connections/a/b/c/d", 400),
        ("/connections/abcdefghij/v1/x", 410),
    ],
)
def test_paths_of_the_socket(path: str, status: int) -> None:
    request = FakeRequest("GET", path, [], b"")
    app = PeerApp(LocalConnections())
    assert app.admit(request) > 3 * 128 * 1024
    app.handle(request)
    assert request.answer is not None
    assert request.answer[0] == status
    if status == 400:
        assert json.loads(request.answer[2]) == {}
