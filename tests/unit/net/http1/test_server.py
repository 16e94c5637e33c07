from __future__ import annotations

import asyncio
import contextlib
import socket
from pathlib import Path

import pytest

from gatewright.net.http1 import Http1Server, Limits
from gatewright.net.networks import Networks
from tests.unit.net.support import PATIENCE, Recorder, Wire, echo, serving, silent, wire

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def test_several_listeners_have_their_names_and_a_unix_socket_no_peer(tmp_path: Path) -> None:
    app = Recorder()
    inherited = socket.socket()
    inherited.bind(("127.0.0.1", 0))
    inherited.listen()
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(str(tmp_path / "bound.sock"))
    server = Http1Server(app)
    await server.listen(inherited, name="one")
    await server.listen(tmp_path / "two.sock", name="two")
    await server.listen(bound, name="three")
    try:
        async with wire(inherited.getsockname()[1]) as client:
            await client.ask(GET)
        for name in ("two", "bound"):
            client = Wire(*await asyncio.open_unix_connection(str(tmp_path / f"{name}.sock")))
            await client.ask(GET)
            client.writer.close()
        assert [(r.listener, r.peer) for r in app.requests] == [("one", "127.0.0.1"), ("two", ""), ("three", "")]
    finally:
        await server.drain(1)


@pytest.mark.parametrize(
    ("trusted", "client"), [([], "127.0.0.1"), (["10.0.0.0/8"], "127.0.0.1"), (["127.0.0.0/8"], "203.0.113.9")]
)
async def test_only_trusted_proxies_say_who_the_client_is(trusted: list[str], client: str) -> None:
    app = Recorder()
    server = Http1Server(app, proxies=Networks(trusted))
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    await server.listen(sock)
    try:
        async with wire(sock.getsockname()[1]) as peer:
            await peer.ask(b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1, 203.0.113.9\r\n\r\n")
        assert [(each.peer, each.client) for each in app.requests] == [("127.0.0.1", client)]
    finally:
        await server.drain(1)


async def test_drain_finishes_what_is_in_flight_and_says_that_it_is_the_last() -> None:
    app = Recorder(silent)
    async with serving(app) as (server, port), wire(port) as client:
        await client.send(GET)
        async with asyncio.timeout(PATIENCE):
            await app.arrived.wait()
        draining = asyncio.ensure_future(server.drain(PATIENCE))
        await asyncio.sleep(0.05)
        assert not draining.done()
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", port)
        app.requests[0].respond(200, b"", b"done")
        _, headers, body = await client.answer()
        assert (headers["connection"], body) == ("close", b"done")
        assert await client.rest() == b""
        await draining


async def test_drain_serves_a_request_whose_head_is_arriving() -> None:
    async with serving(Recorder()) as (server, port), wire(port) as client:
        await client.send(GET[:10])
        await asyncio.sleep(0.05)
        draining = asyncio.ensure_future(server.drain(PATIENCE))
        await asyncio.sleep(0.05)
        assert (await client.ask(GET[10:]))[1]["connection"] == "close"
        await draining


async def test_drain_closes_idle_connections_at_once() -> None:
    async with serving(Recorder()) as (server, port), wire(port) as client:
        await client.ask(GET)
        await server.drain(PATIENCE)
        assert await client.rest() == b""


async def test_drain_cuts_what_does_not_end_in_time() -> None:
    app = Recorder(silent)
    async with serving(app) as (server, port), wire(port) as client:
        await client.send(GET)
        async with asyncio.timeout(PATIENCE):
            await app.arrived.wait()
        await server.drain(0.05)
        assert await client.rest() == b""
        assert not server.connections


async def test_connections_that_have_ended_are_forgotten() -> None:
    async with serving(Recorder(echo)) as (server, port):
        for _ in range(3):
            async with wire(port) as client:
                await client.ask(GET)
        async with asyncio.timeout(PATIENCE):
            while server.connections:
                await asyncio.sleep(0.01)


async def test_connections_have_a_bound() -> None:
    async with serving(Recorder(), Limits(connections=2)) as (_, port):
        async with wire(port) as first, wire(port) as second:
            await first.ask(GET)
            await second.ask(GET)
            async with wire(port) as third:
                with pytest.raises((OSError, EOFError)):
                    await third.ask(GET)
            await second.ask(GET)
        async with asyncio.timeout(PATIENCE):
            while True:  # those that have gone make room
                async with wire(port) as next_one:
                    with contextlib.suppress(OSError, EOFError):
                        await next_one.ask(GET)
                        break


async def test_bodies_have_a_bound_together() -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n"
    async with (
        serving(Recorder(), Limits(held=1000)) as (server, port),
        wire(port) as first,
        wire(port) as second,
        wire(port) as third,
    ):
        await first.send(head + b"x" * 600)
        await third.send(head + b"x" * 100)
        async with asyncio.timeout(PATIENCE):
            while server.held < 700:
                await asyncio.sleep(0.01)
        await second.send(head + b"x" * 600)
        status, headers, _ = await second.answer()
        assert (status, headers["connection"]) == (503, "close")
        assert server.held == 700
        third.writer.close()  # who leaves gives back what was held for it
        await first.send(b"x" * 300)
        assert (await first.answer())[0] == 200
        async with asyncio.timeout(PATIENCE):
            while server.held:
                await asyncio.sleep(0.01)
        await first.send(head + b"x" * 900)
        assert (await first.answer())[0] == 200
