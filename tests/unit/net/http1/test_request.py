from __future__ import annotations

import asyncio

import pytest

from gatewright.net.base import Request
from tests.unit.net.support import PATIENCE, Recorder, Wire, serving, silent, wire

GET = b"GET /a?b=c HTTP/1.1\r\nHost: Gw.Test\r\nX-One: 1\r\nx-one: 2\r\n\r\n"


async def got(app: Recorder) -> Request:
    async with asyncio.timeout(PATIENCE):
        await app.arrived.wait()
    return app.requests[-1]


async def test_the_application_sees_the_request_as_it_was_sent() -> None:
    app = Recorder()
    async with serving(app) as (_, port), wire(port) as client:
        await client.ask(GET)
        request = app.requests[0]
        assert (request.method, request.target, request.path, request.query) == ("GET", b"/a?b=c", b"/a", b"b=c")
        assert list(request.headers) == [(b"Host", b"Gw.Test"), (b"X-One", b"1"), (b"x-one", b"2")]
        assert (request.header(b"x-one"), request.header(b"none"), request.host) == (b"1", None, b"gw.test")
        assert (request.body, request.too_large, request.peer) == (b"", False, "127.0.0.1")
        assert (request.scheme, request.listener) == ("http", "public")


@pytest.mark.parametrize("status", [204, 304])
async def test_answers_without_content_have_no_length_and_the_connection_goes_on(status: int) -> None:
    app = Recorder(lambda request: request.respond(status, b"", b"ignored"))
    async with serving(app) as (_, port), wire(port) as client:
        for _ in range(2):
            answer = await client.ask(GET)
            assert answer[0] == status
            assert "content-length" not in answer[1]


async def test_head_gets_the_length_but_no_body() -> None:
    async with serving(Recorder()) as (_, port), wire(port) as client:
        await client.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        status, headers, _ = await client.answer(head_only=True)
        assert (status, headers["content-length"]) == (200, "7")
        assert (await client.ask(GET))[2] == b"GET /a?b=c "


async def test_an_unsound_answer_is_refused_and_can_still_be_answered() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(GET)
        request = await got(app)
        for status, head in ((200, b"A: b\r\nContent-Length: 1\r\n"), (101, b""), (1000, b"")):
            with pytest.raises(ValueError):
                request.respond(status, head, b"")
        request.respond(200, b"", b"ok")
        with pytest.raises(RuntimeError):
            request.respond(200, b"", b"again")
        assert (await client.answer())[2] == b"ok"


async def stream(app: Recorder, client: Wire, head: bytes, length: int | None, pieces: list[bytes]) -> None:
    await client.send(head)
    request = await got(app)
    request.start(200, b"A: b\r\n", length)
    for piece in pieces:
        if not request.write(piece):
            await request.drained()
    request.finish()


async def test_a_streamed_answer_is_chunked_or_sized_and_the_connection_goes_on() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await stream(app, client, GET, None, [b"one", b"", b"two"])
        status, headers, body = await client.answer()
        assert (status, headers["transfer-encoding"], body) == (200, "chunked", b"onetwo")
        app.arrived.clear()
        await stream(app, client, GET, 6, [b"one", b"two"])
        status, headers, body = await client.answer()
        assert (headers["content-length"], body) == ("6", b"onetwo")


async def test_http_1_0_gets_a_streamed_answer_until_the_connection_ends() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await stream(app, client, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", None, [b"one", b"two"])
        _, headers, body = await client.answer()
        assert "transfer-encoding" not in headers
        assert (headers["connection"], body) == ("close", b"onetwo")


async def test_a_streamed_answer_to_head_is_its_head() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await stream(app, client, b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 6, [b"onetwo"])
        assert (await client.answer(head_only=True))[1]["content-length"] == "6"
        app.arrived.clear()
        await stream(app, client, GET, 2, [b"ok"])
        assert (await client.answer())[2] == b"ok"


async def test_an_answer_shorter_than_announced_drops_the_connection() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await stream(app, client, GET, 6, [b"one"])
        await client.reader.readuntil(b"\r\n\r\n")
        assert len(await client.rest()) <= 3


async def test_a_longer_answer_than_announced_is_the_applications_mistake() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(GET)
        request = await got(app)
        request.start(200, b"", 3)
        with pytest.raises(ValueError):
            request.write(b"four")
        request.write(b"one")
        request.finish()
        assert (await client.answer())[2] == b"one"


async def test_a_slow_reader_holds_up_the_writer_not_the_server() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(GET)
        request = await got(app)
        request.start(200, b"", None)
        pieces = 0
        while request.write(b"x" * 65536):
            pieces += 1
            assert pieces < 10_000
            await asyncio.sleep(0)
        waiting = asyncio.ensure_future(request.drained())
        await asyncio.sleep(0)
        assert not waiting.done()
        reading = asyncio.ensure_future(client.answer())
        async with asyncio.timeout(PATIENCE):
            await waiting
        request.finish()
        assert len((await reading)[2]) == (pieces + 1) * 65536


async def test_the_application_is_told_when_the_client_leaves_and_may_still_answer() -> None:
    app = Recorder(silent)
    left = asyncio.Event()
    async with serving(app) as (_, port):
        async with wire(port) as client:
            await client.send(GET)
            request = await got(app)
            request.on_disconnect = left.set
        async with asyncio.timeout(PATIENCE):
            await left.wait()
        request.respond(200, b"", b"too late")
