"""The client's side of a streamed answer, over a real socket."""

from __future__ import annotations

import asyncio

import pytest

from gatewright.net.base import Request
from gatewright.net.outlet import Outlet
from tests.unit.net.support import PATIENCE, Recorder, serving, silent, wire

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def asked(app: Recorder) -> Request:
    async with asyncio.timeout(PATIENCE):
        await app.arrived.wait()
    return app.requests[-1]


async def test_pieces_go_out_as_they_come() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(GET)
        outlet = Outlet(await asked(app))
        assert not outlet.started
        outlet.start(200, b"A: b\r\n", None)
        assert outlet.write(b"one")
        async with asyncio.timeout(PATIENCE):
            first = await client.reader.readuntil(b"3\r\none\r\n")
        assert b"Transfer-Encoding: chunked" in first
        outlet.write(b"")
        outlet.write(b"two")
        outlet.finish()
        outlet.finish()
        outlet.cut()
        assert (await client.reader.readuntil(b"0\r\n\r\n")) == b"3\r\ntwo\r\n0\r\n\r\n"
        await client.send(GET)  # the connection goes on
        async with asyncio.timeout(PATIENCE):
            while len(app.requests) < 2:
                await asyncio.sleep(0)


async def test_a_slow_client_stops_the_source_until_it_has_taken_enough() -> None:
    app = Recorder(silent)
    resumed = asyncio.Event()
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(GET)
        outlet = Outlet(await asked(app))
        outlet.resume = resumed.set
        outlet.start(200, b"", None)
        while outlet.write(b"x" * 1_000_000):
            pass
        assert not outlet.write(b"y")
        assert not resumed.is_set()
        async with asyncio.timeout(PATIENCE):
            while not resumed.is_set():
                await client.reader.read(1_000_000)
        assert outlet.write(b"z")
        outlet.cut()


@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
async def test_an_answer_that_is_cut_does_not_look_complete(version: bytes) -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(b"GET / HTTP/%b\r\nHost: a\r\n\r\n" % version)
        outlet = Outlet(await asked(app))
        outlet.start(200, b"", None)
        outlet.write(b"half")
        async with asyncio.timeout(PATIENCE):
            await client.reader.readuntil(b"half")
            outlet.cut()
            if version == b"1.0":  # nothing but the connection's end would mark the end of this answer
                with pytest.raises(ConnectionResetError):
                    await client.reader.read()
            else:
                assert b"0\r\n\r\n" not in await client.reader.read()


async def test_no_body_where_none_may_be() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(GET)
        outlet = Outlet(await asked(app))
        outlet.start(204, b"", None)
        assert outlet.write(b"unheard")
        outlet.finish()
        assert (await client.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204")


async def test_an_unsound_head_sends_nothing() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(GET)
        request = await asked(app)
        outlet = Outlet(request)
        with pytest.raises(ValueError, match=r"."):
            outlet.start(200, b"A: b\r\n\r\nX", None)
        assert not outlet.started
        request.respond(500, b"", b"x")
        assert (await client.answer())[0] == 500
