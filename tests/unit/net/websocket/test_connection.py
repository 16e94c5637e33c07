"""A connection over real sockets, spoken to by a client of another make and byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from gatewright.net.base import Request
from gatewright.net.http1 import Http1Server
from gatewright.net.http1.request import Http1Request
from gatewright.net.websocket import handshake
from gatewright.net.websocket.connection import WebSocket, WebSocketLimits
from gatewright.net.websocket.frames import CLOSE, PING, PONG, TEXT, close_frame, frame, frames
from tests.unit.net.websocket.test_frames import sent

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
HEAD = (
    b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: " + KEY + b"\r\n\r\n"
)


class Echo:
    """Sends back what comes; keeps what it hears."""

    def __init__(self) -> None:
        self.socket: WebSocket | None = None
        self.heard: list[bytes] = []
        self.ended: list[tuple[int, str]] = []
        self.gone = asyncio.Event()

    def message(self, data: bytes, binary: bool) -> None:
        self.heard.append(data)
        assert self.socket is not None
        self.socket.send(data, binary=binary)

    def closed(self, code: int, reason: str) -> None:
        self.ended.append((code, reason))
        self.gone.set()


class App:
    """Opens every handshake, refuses everything else."""

    def __init__(self, limits: WebSocketLimits) -> None:
        self.limits = limits
        self.sessions: list[Echo] = []

    def admit(self, request: Request) -> int:
        return 0

    def handle(self, request: Request) -> None:
        assert isinstance(request, Http1Request)
        found = handshake.read(request)
        if found is None:
            request.respond(426, b"Upgrade: websocket\r\n", b"")
            return
        echo = Echo()
        self.sessions.append(echo)
        chosen = found.protocols[0] if found.protocols else None
        echo.socket = request.upgrade(handshake.head(found, chosen), echo, self.limits)


class House:
    """A server with its application."""

    def __init__(self, server: Http1Server, app: App, port: int) -> None:
        self.server = server
        self.app = app
        self.port = port

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/"

    def tick(self, seconds: int) -> None:
        """Let the server's clock go on."""
        self.server.tick += seconds
        for connection in list(self.server.connections):
            connection.sweep(self.server.tick)


Open = Callable[..., Any]


@contextlib.asynccontextmanager
async def opened(limits: WebSocketLimits | None = None) -> AsyncIterator[House]:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    app = App(limits or WebSocketLimits())
    server = Http1Server(app)
    await server.listen(sock)
    try:
        yield House(server, app, sock.getsockname()[1])
    finally:
        await server.drain(1)


@contextlib.asynccontextmanager
async def raw(house: House) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection after its handshake, byte by byte."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(HEAD)
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@pytest.mark.parametrize("message", ["hello", "é" * 1000, b"\x00\xff" * 70, "x" * 32768, ""])
async def test_messages_come_back(message: str | bytes) -> None:
    async with opened() as house, connect(house.url, compression=None) as client:
        await client.send(message)
        assert await client.recv() == message


async def test_long_messages_go_out_in_frames_that_a_client_puts_together() -> None:
    async with opened() as house, connect(house.url, compression=None) as client:
        await client.send("x" * 30_000)
        await client.recv()
        session = house.app.sessions[0]
        assert session.socket is not None
        session.socket.send(b"y" * 100_000)
        assert await client.recv() == "y" * 100_000


async def test_a_sub_protocol_is_agreed() -> None:
    async with opened() as house, connect(house.url, subprotocols=["one", "two"]) as client:  # type: ignore[list-item]
        assert client.subprotocol == "one"


@pytest.mark.parametrize(
    ("code", "reason", "told"),
    [
        (1000, "", (1000, "")),
        (1001, "leaving", (1001, "leaving")),
        (4321, "own é", (4321, "own é")),
        (1005, "", (1005, "Client-side close frame status not set")),
    ],
)
async def test_a_client_that_closes_is_answered_in_kind(code: int, reason: str, told: tuple[int, str]) -> None:
    async with opened() as house, raw(house) as (reader, writer):
        payload = b"" if code == 1005 else code.to_bytes(2, "big") + reason.encode()
        writer.write(sent(CLOSE, payload))
        assert await reader.read() == close_frame(code)
        session = house.app.sessions[0]
        await session.gone.wait()
        assert session.ended == [told]


async def test_a_client_that_is_cut_is_told_as_such() -> None:
    async with opened() as house:
        async with raw(house) as (_, writer):
            writer.write(sent(TEXT, b"a"))
        session = house.app.sessions[0]
        await session.gone.wait()
        assert session.ended == [(1006, "Connection closed abnormally")]
        assert session.socket is not None
        session.socket.send(b"into the void")
        session.socket.close()
        session.socket.abort()


@pytest.mark.parametrize(
    ("data", "code"),
    [(sent(TEXT, b"\xff"), 1007), (sent(TEXT, b"x" * 40_000), 1009), (sent(3), 1002), (sent(CLOSE, b"\x03"), 1002)],
)
async def test_what_is_not_sound_ends_the_connection(data: bytes, code: int) -> None:
    async with opened() as house, raw(house) as (reader, writer):
        writer.write(data)
        answer = await reader.read()
        assert answer[:2] == bytes((0x80 | CLOSE, len(answer) - 2))
        assert int.from_bytes(answer[2:4], "big") == code
        session = house.app.sessions[0]
        await session.gone.wait()
        assert session.ended == [(1006, "Connection closed abnormally")]


async def test_pings_are_answered_and_pongs_are_nothing() -> None:
    async with opened() as house, raw(house) as (reader, writer):
        writer.write(sent(PONG, b"unasked") + sent(PING, b"are you there") + sent(TEXT, b"a"))
        assert await reader.readexactly(15 + 3) == frame(PONG, b"are you there") + frame(TEXT, b"a")


async def test_the_server_closes_and_waits_for_the_answer() -> None:
    async with opened() as house, connect(house.url, compression=None) as client:
        await client.send("a")
        await client.recv()
        session = house.app.sessions[0]
        assert session.socket is not None
        session.socket.close(4000, "enough")
        with pytest.raises(ConnectionClosed) as end:
            await client.recv()
        assert end.value.rcvd is not None
        assert (end.value.rcvd.code, end.value.rcvd.reason) == (4000, "enough")
        await session.gone.wait()
        assert session.ended == [(4000, "enough")]


async def test_a_client_that_does_not_answer_a_close_is_cut() -> None:
    async with opened() as house, raw(house) as (reader, writer):
        await asyncio.sleep(0.05)
        session = house.app.sessions[0]
        assert session.socket is not None
        session.socket.close(1000)
        assert await reader.readexactly(4) == close_frame(1000)
        writer.write(sent(TEXT, b"still talking"))
        house.tick(10)
        assert not session.gone.is_set()
        house.tick(1)
        await session.gone.wait()
        assert (session.heard, session.ended) == ([], [(1000, "")])


async def test_silence_and_age_end_a_connection() -> None:
    async with opened() as house, raw(house) as (reader, writer):
        for _ in range(4):
            house.tick(599)
            writer.write(sent(TEXT, b"a"))
            await reader.readexactly(3)
        house.tick(599)
        house.tick(1)
        assert await reader.readexactly(14) == close_frame(1001, "Going away")
        writer.write(sent(CLOSE, b"\x03\xe9"))
        session = house.app.sessions[0]
        await session.gone.wait()
        assert session.ended == [(1001, "Going away")]
    async with opened(WebSocketLimits(life=100)) as house, raw(house) as (reader, writer):
        for _ in range(3):
            house.tick(33)
            writer.write(sent(TEXT, b"a"))
            await reader.readexactly(3)
        house.tick(1)
        assert await reader.readexactly(14) == close_frame(1001, "Going away")


async def test_draining_says_goodbye() -> None:
    async with opened() as house, connect(house.url, compression=None) as client:
        await client.send("a")
        await client.recv()
        drained = asyncio.create_task(house.server.drain(5))
        with pytest.raises(ConnectionClosed) as end:
            await client.recv()
        assert end.value.rcvd is not None
        assert end.value.rcvd.code == 1001
        await drained


async def test_a_client_that_does_not_read_is_not_read_and_at_last_cut() -> None:
    async with opened() as house, raw(house) as (_, writer):
        await asyncio.sleep(0.05)
        session = house.app.sessions[0]
        assert session.socket is not None
        for _ in range(400):
            session.socket.send(b"x" * 100_000)
        await asyncio.sleep(0.05)
        writer.write(sent(TEXT, b"a"))
        await asyncio.sleep(0.05)
        assert session.heard == []
        house.tick(61)
        await session.gone.wait()
        assert session.ended == [(1006, "Connection closed abnormally")]


async def test_what_a_client_sends_without_waiting_is_not_lost() -> None:
    async with opened() as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(HEAD)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent(TEXT, b"a")[:3])
        await asyncio.sleep(0.02)
        writer.write(sent(TEXT, b"a")[3:])
        assert await reader.readexactly(3) == frame(TEXT, b"a")
        writer.close()


async def test_frames_that_come_with_the_handshake_are_not_lost() -> None:
    async with opened() as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(HEAD + sent(TEXT, b"a") + sent(TEXT, b"b")[:3])
        await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(3) == frame(TEXT, b"a")
        writer.write(sent(TEXT, b"b")[3:])
        assert await reader.readexactly(3) == frame(TEXT, b"b")
        writer.close()


async def test_what_a_client_does_not_read_is_bounded() -> None:
    limits = WebSocketLimits(unread=300_000)
    async with opened(limits) as house, raw(house) as (reader, _):
        await asyncio.sleep(0.05)
        session = house.app.sessions[0]
        assert session.socket is not None
        taken = 0
        while session.socket.send(b"x" * 100_000):
            taken += 1
            assert taken < 400
            await asyncio.sleep(0)
        assert session.socket.transport.get_write_buffer_size() < 500_000
        assert not session.socket.send(b"x")  # not in one turn either
        assert not session.gone.is_set()
        while taken:  # all that was taken arrives, and then there is room again
            await reader.readexactly(len(frames(TEXT, b"x" * 100_000, limits.sent_frame)))
            taken -= 1
        await asyncio.sleep(0.05)
        assert session.socket.send(b"again")
        assert await reader.readexactly(7) == frame(TEXT, b"again")


async def test_a_flood_of_one_client_leaves_turns_to_others() -> None:
    """Between the messages that one read has brought, the loop sees to others."""
    async with opened() as house, raw(house) as (reader, writer):
        await asyncio.sleep(0.05)
        session = house.app.sessions[0]
        assert session.socket is not None
        heard: list[int] = []

        async def count() -> None:
            while len(session.heard) < 20_000:
                heard.append(len(session.heard))
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        session.socket.data_received(sent(TEXT, b"") * 20_000)
        assert len(session.heard) < 5_000
        await counting
        assert max(after - before for before, after in pairwise(heard)) < 5_000
        assert await reader.readexactly(40_000) == frame(TEXT, b"") * 20_000
        writer.write(sent(TEXT, b"a"))
        assert await reader.readexactly(3) == frame(TEXT, b"a")


async def test_a_client_that_leaves_in_its_own_flood_is_heard_no_more() -> None:
    async with opened() as house, raw(house):
        await asyncio.sleep(0.05)
        session = house.app.sessions[0]
        assert session.socket is not None
        session.socket.data_received(sent(TEXT, b"") * 20_000)
        session.socket.abort()
        heard = len(session.heard)
        await session.gone.wait()
        assert len(session.heard) == heard


async def test_a_session_may_ask_for_a_pause() -> None:
    async with opened() as house, raw(house) as (reader, writer):
        await asyncio.sleep(0.05)
        session = house.app.sessions[0]
        assert session.socket is not None
        session.socket.pause()
        session.socket.pause()
        writer.write(sent(TEXT, b"a") * 10_000)
        await asyncio.sleep(0.1)
        assert session.heard == []
        session.socket.send(b"b")
        assert await reader.readexactly(3) == frame(TEXT, b"b")
        session.socket.resume()
        session.socket.resume()
        assert await reader.readexactly(30_000) == frame(TEXT, b"a") * 10_000
        session.socket.data_received(sent(TEXT, b"c") * 10_000)  # the pause comes amid what was read already
        session.socket.pause()
        heard = len(session.heard)
        await asyncio.sleep(0.05)
        assert len(session.heard) == heard < 20_000
        session.socket.resume()
        assert await reader.readexactly(30_000) == frame(TEXT, b"c") * 10_000


async def test_who_has_left_before_the_answer_came_is_gone() -> None:
    """Or sends no more: one cannot speak with such a client, nor hear of its end later."""

    class Slow(App):
        def handle(self, request: Request) -> None:
            asyncio.get_running_loop().call_later(0.2, super().handle, request)

    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    app = Slow(WebSocketLimits())
    server = Http1Server(app)
    await server.listen(sock)
    reader, writer = await asyncio.open_connection("127.0.0.1", sock.getsockname()[1])
    writer.write(HEAD)
    writer.write_eof()
    assert (await reader.read()).startswith(b"HTTP/1.1 101 ")
    (session,) = app.sessions
    await asyncio.wait_for(session.gone.wait(), 5)
    assert session.ended == [(1006, "Connection closed abnormally")]
    writer.close()
    await server.drain(1)
