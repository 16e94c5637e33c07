from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Sequence
from typing import cast

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatewright.net.base import Incoming, Request
from gatewright.net.http1 import Limits
from tests.unit.net.support import PATIENCE, Recorder, serving, silent, wire

GET = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%b"
CHUNKED = b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: u\r\n\r\n"


async def until(met: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        await met.wait()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    messages=st.lists(
        st.sampled_from([GET % 1, GET % 2, POST % (4, b"\r\n\r\n"), CHUNKED, b"\r\n" + GET % 3]), max_size=6
    ),
    points=st.lists(st.integers(0, 600), max_size=12),
)
def test_a_stream_of_requests_cut_anywhere_is_the_same_requests(messages: list[bytes], points: list[int]) -> None:
    whole = b"".join(messages) + b"GET /end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    edges = [0, *sorted(point % len(whole) for point in points), len(whole)]

    async def talk() -> tuple[list[tuple[str, bytes, bytes]], bytes]:
        app = Recorder()
        async with serving(app, Limits()) as (_, port), wire(port) as client:
            sock = client.writer.get_extra_info("socket")
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for start, end in itertools.pairwise(edges):
                await client.send(whole[start:end])
                await asyncio.sleep(0)
            rest = await client.rest()
        return [(r.method, r.target, r.body) for r in app.requests], rest

    seen, answers = uvloop.run(talk())
    table = {
        GET % 1: ("GET", b"/1", b""),
        GET % 2: ("GET", b"/2", b""),
        POST % (4, b"\r\n\r\n"): ("POST", b"/p", b"\r\n\r\n"),
        CHUNKED: ("POST", b"/c", b"abcde"),
        b"\r\n" + GET % 3: ("GET", b"/3", b""),
    }
    assert seen == [table[message] for message in messages] + [("GET", b"/end", b"")]
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == len(seen)


async def test_pipelined_requests_are_answered_in_order_one_at_a_time() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(b"".join(GET % n for n in range(3)))
        for n in range(3):
            await until(app.arrived)
            app.arrived.clear()
            assert len(app.requests) == n + 1
            app.requests[n].respond(200, b"", b"%d" % n)
            assert (await client.answer())[2] == b"%d" % n


async def test_a_client_that_pipelines_without_end_is_read_no_further() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        client.writer.write((GET % 1) * 400_000)
        await until(app.arrived)
        before = client.writer.transport.get_write_buffer_size()
        for _ in range(50):
            await asyncio.sleep(0.005)
        assert before > 0
        assert client.writer.transport.get_write_buffer_size() > 0
        assert len(app.requests) == 1
        client.writer.transport.abort()


async def test_after_a_refusal_the_connection_ends_and_nothing_behind_it_is_read() -> None:
    app = Recorder()
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(b"GET / HTTP/1.1\r\n\r\n" + GET % 1)
        status, headers, body = await client.answer()
        assert (status, headers["connection"], body) == (400, "close", b'{"message":"Bad Request"}')
        assert await client.rest() == b""
        assert app.requests == []


async def test_a_refused_client_that_goes_on_sending_still_gets_its_answer() -> None:
    async with serving(Recorder()) as (_, port), wire(port) as client:
        await client.send(b"GET / HTTP/1.1\r\nA: " + b"x" * 1_000_000)
        assert (await client.answer())[0] == 431


@pytest.mark.parametrize("framing", [b"Content-Length: 11", b"Transfer-Encoding: chunked"])
async def test_a_body_over_the_admitted_size_is_the_applications_to_refuse(framing: bytes) -> None:
    app = Recorder(limit=10)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(b"POST / HTTP/1.1\r\nHost: a\r\n%b\r\n\r\nb\r\n0123456789a" % framing)
        status, headers, _ = await client.answer()
        assert (status, headers["connection"]) == (413, "close")
        assert (app.requests[0].too_large, app.requests[0].body) == (True, b"")


async def test_100_continue_comes_once_the_body_is_admitted() -> None:
    app = Recorder(limit=10)
    head = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: %d\r\n\r\n"
    async with serving(app) as (_, port):
        async with wire(port) as client:
            assert (await client.ask(head % 5))[0] == 100
            assert (await client.ask(b"hello"))[2] == b"POST / hello"
        async with wire(port) as client:
            assert (await client.ask(head % 11))[0] == 413
        async with wire(port) as client:
            assert (await client.ask(head % 5 + b"hello"))[0] == 200
        async with wire(port) as client:
            assert (await client.ask(head % 0))[0] == 200
        async with wire(port) as client:
            assert (await client.ask(GET[:-2] % 1 + b"Expect: tea\r\n\r\n"))[0] == 417


async def test_an_upgrade_is_ignored_also_with_a_body_and_connect_is_refused() -> None:
    app = Recorder()
    async with serving(app) as (_, port), wire(port) as client:
        upgrade = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nhi"
        for _ in range(2):
            assert (await client.ask(upgrade))[2] == b"POST / hi"
        assert (await client.ask(b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"))[0] == 501


@pytest.mark.parametrize(
    ("request_line", "connection", "answered", "open_"),
    [
        (b"GET / HTTP/1.0", b"", "close", False),
        (b"GET / HTTP/1.0", b"Connection: keep-alive\r\n", "keep-alive", True),
        (b"GET / HTTP/1.1", b"", None, True),
        (b"GET / HTTP/1.1", b"Connection: close\r\n", "close", False),
    ],
)
async def test_persistence(request_line: bytes, connection: bytes, answered: str | None, open_: bool) -> None:
    async with serving(Recorder()) as (_, port), wire(port) as client:
        data = request_line + b"\r\nHost: a\r\n" + connection + b"\r\n"
        assert (await client.ask(data))[1].get("connection") == answered
        if open_:
            assert (await client.ask(data))[0] == 200
        else:
            assert await client.rest() == b""


async def test_a_client_that_has_said_all_it_will_still_gets_its_answers() -> None:
    app = Recorder(silent)
    async with serving(app) as (_, port), wire(port) as client:
        await client.send(GET % 1 + GET % 2)
        client.writer.write_eof()
        for n in range(2):
            await until(app.arrived)
            app.arrived.clear()
            await asyncio.sleep(0.05)
            app.requests[n].respond(200, b"", b"%d" % n)
        assert (await client.answer())[2] == b"0"
        assert (await client.answer())[2] == b"1"
        assert await client.rest() == b""


@pytest.mark.parametrize(
    ("sent", "answer"),
    [(b"", b""), (b"GET / HT", b"408"), (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1", b"408")],
)
async def test_who_keeps_the_server_waiting_is_let_go(sent: bytes, answer: bytes) -> None:
    limits = Limits(header_timeout=0.5, body_timeout=0.5, idle_timeout=0.5)
    async with serving(Recorder(), limits) as (_, port), wire(port) as client:
        await client.send(sent)
        assert (await client.rest())[9:12] == answer


async def test_an_idle_connection_is_closed_without_a_word() -> None:
    async with serving(Recorder(), Limits(idle_timeout=0.5)) as (_, port), wire(port) as client:
        assert (await client.ask(GET % 1))[0] == 200
        assert await client.rest() == b""


async def test_a_repeated_field_block_is_shared_and_cannot_be_changed() -> None:
    def answer(request: Request) -> None:
        request.respond(200, b"", b"")

    seen: list[object] = []

    class Keeping(Recorder):
        def admit(self, request: Request) -> int:
            seen.append(request.headers)
            return 10

    async with serving(Keeping(answer)) as (_, port), wire(port) as one, wire(port) as other:
        for client in (one, one, other):
            await client.ask(POST % (1, b"x"))
    assert seen[0] is seen[1] is seen[2]
    assert isinstance(seen[0], tuple)


class _Pieces:
    """An application that takes bodies as they arrive."""

    def __init__(self, *, take: bool = True, limit: int = 1_000_000) -> None:
        self.take = take
        self.limit = limit
        self.events: list[bytes] = []
        self.request: Incoming | None = None
        self.came = asyncio.Event()

    def admit(self, request: Request) -> int:
        self.request = cast("Incoming", request)
        self.request.take_body(self)
        request.on_disconnect = lambda: self._note(b"(lost)")
        return self.limit

    def piece(self, data: bytes) -> bool:
        self._note(data)
        return self.take

    def trailers(self, lines: Sequence[bytes]) -> None:
        self._note(b"(%b)" % b", ".join(lines))

    def handle(self, request: Request) -> None:
        self._note(b"(too large)" if request.too_large else b"(end)")
        assert request.body == b""
        request.respond(200, b"", b"")

    def _note(self, event: bytes) -> None:
        self.events.append(event)
        self.came.set()

    async def until(self, event: bytes) -> None:
        async with asyncio.timeout(PATIENCE):
            while event not in self.events:
                self.came.clear()
                await self.came.wait()


_CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_a_body_can_be_taken_as_it_arrives() -> None:
    app = _Pieces()
    async with serving(cast("Recorder", app)) as (_, port), wire(port) as client:
        await client.send(_CHUNKED + b"3\r\none\r\n")
        await app.until(b"one")
        await client.send(b"3\r\ntwo\r\n")
        await app.until(b"two")
        await client.send(b"0\r\nX: y\r\nZ: 1\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nso")
        assert (await client.answer())[0] == 200
        await app.until(b"so")
        await client.send(b"me")
        assert (await client.answer())[0] == 200
        assert app.events == [b"one", b"two", b"(X: y, Z: 1)", b"(end)", b"so", b"me", b"(end)"]


async def test_a_taker_that_has_enough_stops_the_reading() -> None:
    app = _Pieces(take=False, limit=100_000_000)
    async with serving(cast("Recorder", app)) as (_, port), wire(port) as client:
        await client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\nfirst")
        await app.until(b"first")
        client.writer.write(b"x" * (50_000_000 - 5))
        await asyncio.sleep(0.1)
        assert sum(map(len, app.events)) < 50_000_000
        app.take = True
        assert app.request is not None
        app.request.resume_body()
        await app.until(b"(end)")
        assert sum(map(len, app.events)) == 50_000_000 + len(b"(end)")


@pytest.mark.parametrize(("rest", "event"), [(b"zz\r\n", b"(lost)"), (b"ffffff\r\n", b"(too large)"), (b"", b"(lost)")])
async def test_a_taken_body_that_does_not_end_well(rest: bytes, event: bytes) -> None:
    app = _Pieces()
    async with serving(cast("Recorder", app)) as (_, port), wire(port) as client:
        await client.send(_CHUNKED + b"3\r\none\r\n")
        await app.until(b"one")
        if rest:
            await client.send(rest)
        else:
            client.writer.close()
        await app.until(event)
        assert app.events == [b"one", event]
