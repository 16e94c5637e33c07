"""Streamed answers."""

from __future__ import annotations

import asyncio
import contextlib

from gatewright.net.base import Failure, Header, Origin, StreamCall, UpstreamError
from gatewright.net.upstream import UpstreamClient
from tests.unit.net.support import PATIENCE, origin


class Collector:
    def __init__(self, take: bool = True) -> None:
        self.status = 0
        self.headers: list[Header] = []
        self.length: int | None = -1
        self.body = b""
        self.take = take
        self.came = asyncio.Event()
        self.ended: asyncio.Future[UpstreamError | None] = asyncio.get_running_loop().create_future()

    def head(self, status: int, headers: list[Header], length: int | None) -> None:
        self.status, self.headers, self.length = status, headers, length

    def data(self, piece: bytes) -> bool:
        self.body += piece
        self.came.set()
        return self.take

    def end(self, error: UpstreamError | None) -> None:
        self.ended.set_result(error)

    async def error(self) -> UpstreamError | None:
        async with asyncio.timeout(PATIENCE):
            return await self.ended


def start(client: UpstreamClient, port: int, sink: Collector, **times: float) -> StreamCall:
    return client.stream(
        Origin("http", "127.0.0.1", port),
        b"GET",
        b"/",
        [],
        b"",
        sink,
        timeout=times.get("timeout", PATIENCE),
        idle_timeout=times.get("idle_timeout", PATIENCE),
        total=times.get("total"),
    )


async def test_an_answer_comes_in_pieces_and_the_connection_is_used_again() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    sized = b"HTTP/1.1 201 OK\r\nContent-Length: 3\r\n\r\nabc"
    async with origin([chunked, sized, chunked]) as (port, seen):
        client = UpstreamClient()
        for status, length in ((200, None), (201, 3), (200, None)):
            sink = Collector()
            start(client, port, sink)
            assert await sink.error() is None
            assert (sink.status, sink.length, sink.body) == (status, length, b"abc")
            assert not any(name.lower() == b"transfer-encoding" for name, _ in sink.headers)
        assert len(seen) == 3
        await client.close()


async def test_an_answer_until_the_end_of_the_connection() -> None:
    async with origin([b"HTTP/1.1 200 OK\r\n\r\nabc"], close_after=1) as (port, _):
        client = UpstreamClient()
        sink = Collector()
        start(client, port, sink)
        assert await sink.error() is None
        assert sink.body == b"abc"
        await client.close()


async def test_a_sink_that_has_enough_stops_the_origin_until_it_resumes() -> None:
    size = 20_000_000
    sent = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        while sent < size:
            writer.write(b"x" * 100_000)
            sent += 100_000
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    client = UpstreamClient()
    sink = Collector(take=False)
    call = start(client, server.sockets[0].getsockname()[1], sink, idle_timeout=0.1)
    async with asyncio.timeout(PATIENCE):
        await sink.came.wait()
    await asyncio.sleep(0.3)
    assert sent < size
    assert not sink.ended.done()
    sink.take = True
    call.resume()
    assert await sink.error() is None
    assert len(sink.body) == size
    await client.close()
    server.close()


async def test_silence_before_the_head_and_after_it_have_their_own_limits() -> None:
    for answer in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"):
        async with origin([answer]) as (port, _):
            client = UpstreamClient()
            sink = Collector()
            start(client, port, sink, timeout=0.1, idle_timeout=0.1)
            error = await sink.error()
            assert error is not None
            assert error.failure is Failure.TIMEOUT
            assert len(sink.body) in (0, 3)
            await client.close()


async def test_the_whole_time_is_bounded_however_busy_the_stream_is() -> None:
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.01)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        gone.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    client = UpstreamClient()
    sink = Collector()
    start(client, server.sockets[0].getsockname()[1], sink, total=0.2)
    error = await sink.error()
    assert error is not None
    assert error.failure is Failure.TIMEOUT
    assert sink.body
    await client.close()
    async with asyncio.timeout(PATIENCE):
        await gone.wait()
    server.close()


async def test_a_cancelled_stream_hears_no_more() -> None:
    async with origin([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"]) as (port, _):
        client = UpstreamClient()
        sink = Collector()
        call = start(client, port, sink)
        async with asyncio.timeout(PATIENCE):
            await sink.came.wait()
        call.cancel()
        call.cancel()
        call.resume()
        await client.close()
        assert not sink.ended.done()
