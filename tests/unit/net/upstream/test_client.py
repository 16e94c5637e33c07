from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from gatewright.net.base import Failure, Origin, Request, UpstreamError, UpstreamResponse
from gatewright.net.http1 import Http1Server
from gatewright.net.upstream import UpstreamClient
from tests.unit.net.support import Recorder, serving

NOWHERE = Origin("http", "name.invalid", 80)


async def test_a_call_through_our_own_server_keeps_one_connection() -> None:
    app = Recorder()
    async with serving(app) as (server, port):
        client = UpstreamClient()
        there = Origin("http", "api.execute-api.localhost", port)
        for body in (b"", b"x" * 500_000, b"y"):
            answer = await client.request(there, b"POST", b"/a?b", [(b"A", b"b")], body)
            assert (answer.status, answer.body) == (200, b"POST /a?b " + body)
        assert app.requests[0].host == b"api.execute-api.localhost:%d" % port
        assert app.requests[0].header(b"a") == b"b"
        assert len(server.connections) == 1
        await client.close()


async def test_a_unix_socket_is_reached_by_its_path(tmp_path: Path) -> None:
    app = Recorder()
    server = Http1Server(app)
    await server.listen(tmp_path / "s.sock")
    client = UpstreamClient()
    answer = await client.request(Origin("http", "functions", 80, unix=str(tmp_path / "s.sock")), b"GET", b"/")
    assert answer.status == 200
    assert app.requests[0].host == b"functions"
    await client.close()
    await server.drain(1)


async def test_done_is_called_once_and_never_before_fetch_has_returned() -> None:
    app = Recorder()
    async with serving(app) as (_, port):
        client = UpstreamClient(max_connections=1, max_waiting=0)
        results: list[UpstreamResponse | UpstreamError] = []
        returned = False

        def done(result: UpstreamResponse | UpstreamError) -> None:
            assert returned
            results.append(result)

        there = Origin("http", "127.0.0.1", port)
        for _ in range(3):
            client.fetch(there, b"GET", b"/", [], b"", done, timeout=5)
        client.fetch(NOWHERE, b"GET", b"/", [], b"", done, timeout=5)
        cancelled = client.fetch(
            Origin("http", "127.0.0.1", port, verify=False), b"GET", b"/", [], b"", done, timeout=5
        )
        cancelled.cancel()
        returned = True
        async with asyncio.timeout(10):
            while len(results) < 4:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        failures = [result.failure for result in results if isinstance(result, UpstreamError)]
        assert len(results) == 4
        assert sorted(failures) == [Failure.BUSY, Failure.BUSY, Failure.UNRESOLVABLE]
        await client.close()


async def test_an_unsound_request_raises_and_leaves_nothing_behind() -> None:
    client = UpstreamClient()
    for headers, host in (([(b"A", b"b\r\nc: d")], "localhost"), ([], "a b"), ([], "a/b"), ([], "é")):
        with pytest.raises(ValueError):
            await client.request(Origin("http", host, 80), b"GET", b"/", headers)
    await client.close()


async def test_closing_fails_what_is_in_flight_and_takes_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        client = UpstreamClient()
        there = Origin("http", "127.0.0.1", deaf.getsockname()[1])
        call = asyncio.ensure_future(client.request(there, b"GET", b"/"))
        await asyncio.sleep(0.05)
        await client.close()
        with pytest.raises(UpstreamError) as caught:
            await call
        assert caught.value.failure is Failure.CLOSED
        with pytest.raises(RuntimeError):
            await client.request(there, b"GET", b"/")


async def test_many_calls_at_once_through_a_proxy_of_our_own() -> None:
    async with serving(Recorder()) as (_, port):
        client = UpstreamClient(max_connections=8)
        backend = Origin("http", "127.0.0.1", port)

        def proxy(request: Request) -> None:
            def done(result: UpstreamResponse | UpstreamError) -> None:
                assert isinstance(result, UpstreamResponse)
                request.respond(result.status, b"", result.body)

            client.fetch(backend, request.method.encode(), request.target, [], request.body, done, timeout=10)

        async with serving(Recorder(proxy)) as (_, front):
            there = Origin("http", "127.0.0.1", front)
            answers = await asyncio.gather(
                *(client.request(there, b"PUT", b"/%d" % n, body=b"%d" % n) for n in range(200))
            )
            assert [answer.body for answer in answers] == [b"PUT /%d %d" % (n, n) for n in range(200)]
        await client.close()
