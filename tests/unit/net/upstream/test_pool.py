"""How connections are shared, bounded and given up, seen from the client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gatewright.net.base import Failure, Origin, UpstreamError
from gatewright.net.upstream import UpstreamClient
from tests.unit.net.support import PATIENCE, origin

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Gate:
    """A backend that answers when it is told to, and counts its connections."""

    def __init__(self) -> None:
        self.connections = 0
        self.requests = asyncio.Semaphore(0)
        self.go = asyncio.Semaphore(0)
        self.origin = Origin("http", "127.0.0.1", 0)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.requests.release()
                await self.go.acquire()
                writer.write(OK)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@asynccontextmanager
async def gate() -> AsyncIterator[Gate]:
    backend = Gate()
    server = await asyncio.start_server(backend.serve, "127.0.0.1", 0)
    backend.origin = Origin("http", "127.0.0.1", server.sockets[0].getsockname()[1])
    try:
        async with asyncio.timeout(PATIENCE):
            yield backend
    finally:
        server.close()
        await asyncio.sleep(0.01)


def ask(client: UpstreamClient, backend: Gate) -> asyncio.Task[bytes]:
    async def body() -> bytes:
        return (await client.request(backend.origin, b"GET", b"/")).body

    return asyncio.get_running_loop().create_task(body())


async def test_connections_are_used_again_and_bounded_and_the_rest_wait_in_order() -> None:
    async with gate() as backend:
        client = UpstreamClient(max_connections=2)
        calls = [ask(client, backend) for _ in range(5)]
        await backend.requests.acquire()
        await backend.requests.acquire()
        assert backend.connections == 2
        for _ in range(5):
            backend.go.release()
        assert await asyncio.gather(*calls) == [b"ok"] * 5
        assert backend.connections == 2
        await client.close()


async def test_beyond_the_queue_a_call_fails_at_once() -> None:
    async with gate() as backend:
        client = UpstreamClient(max_connections=1, max_waiting=1)
        first = ask(client, backend)
        await backend.requests.acquire()
        second = ask(client, backend)
        await asyncio.sleep(0)
        with pytest.raises(UpstreamError) as caught:
            await ask(client, backend)
        assert caught.value.failure is Failure.BUSY
        backend.go.release()
        backend.go.release()
        assert (await first, await second) == (b"ok", b"ok")
        await client.close()


async def test_a_call_that_is_given_up_frees_its_place() -> None:
    async with gate() as backend:
        client = UpstreamClient(max_connections=1)
        first, waiting, last = ask(client, backend), ask(client, backend), ask(client, backend)
        await backend.requests.acquire()
        waiting.cancel()
        first.cancel()
        await backend.requests.acquire()
        backend.go.release()
        backend.go.release()
        assert await last == b"ok"
        await client.close()


async def test_a_call_that_times_out_frees_its_place() -> None:
    async with gate() as backend:
        client = UpstreamClient(max_connections=1)
        with pytest.raises(UpstreamError) as caught:
            await client.request(backend.origin, b"GET", b"/", timeout=0.05)
        assert caught.value.failure is Failure.TIMEOUT
        backend.go.release()
        backend.go.release()
        assert await ask(client, backend) == b"ok"
        await client.close()


async def test_a_reused_connection_that_dies_without_a_byte_is_tried_again_once_if_idempotent() -> None:
    async with origin([OK, None, OK, None]) as (port, seen):
        client = UpstreamClient()
        there = Origin("http", "127.0.0.1", port)
        for method in (b"GET", b"PUT"):
            assert (await client.request(there, method, b"/")).body == b"ok"
        with pytest.raises(UpstreamError) as caught:
            await client.request(there, b"POST", b"/")
        assert caught.value.failure is Failure.CLOSED
        assert [data.split()[0] for data in seen] == [b"GET", b"PUT", b"PUT", b"POST"]
        await client.close()


async def test_a_fresh_connection_that_dies_and_an_answer_cut_short_are_not_tried_again() -> None:
    for answers in ([None], [OK, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"]):
        async with origin(list(answers), close_after=len(answers)) as (port, seen):
            client = UpstreamClient()
            there = Origin("http", "127.0.0.1", port)
            for _ in answers[1:]:
                await client.request(there, b"GET", b"/")
            with pytest.raises(UpstreamError) as caught:
                await client.request(there, b"GET", b"/")
            assert caught.value.failure is Failure.CLOSED
            assert len(seen) == len(answers)
            await client.close()


async def test_an_origin_that_closes_idle_connections_costs_nothing() -> None:
    async with origin([OK] * 3, close_after=1) as (port, seen):
        client = UpstreamClient()
        for _ in range(3):
            assert (await client.request(Origin("http", "127.0.0.1", port), b"POST", b"/")).body == b"ok"
            await asyncio.sleep(0.02)
        assert len(seen) == 3
        await client.close()
