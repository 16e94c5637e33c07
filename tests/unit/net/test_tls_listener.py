"""From the first bytes of a client to its handshake."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator

import pytest

from gatewright.net.base import Request, TlsName
from gatewright.net.certificates import Certificates
from gatewright.net.http1 import Http1Server, Limits
from tests import pki
from tests.unit.net.support import PATIENCE
from tests.unit.net.test_client_hello import hello

UNRECOGNIZED = b"\x15\x03\x03\x00\x02\x02\x70"


class Scheme:
    def admit(self, request: Request) -> int:
        return 1000

    def handle(self, request: Request) -> None:
        request.respond(200, b"", request.scheme.encode())


@contextlib.asynccontextmanager
async def serving(limits: Limits | None = None) -> AsyncIterator[tuple[Http1Server, int]]:
    certificates = Certificates(None, {})
    certificates.serve([TlsName("a.example.com", "TLS_1_2", pki.make("a").both)])
    server = Http1Server(Scheme(), limits)
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    server.listen_tls(sock, certificates.choose)
    yield server, port
    await server.drain(0)


async def rest(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


@contextlib.asynccontextmanager
async def raw(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def test_an_unknown_name_gets_the_alert_for_it() -> None:
    async with serving() as (_, port):
        for name in ("b.example.com", None):
            async with raw(port) as (reader, writer):
                writer.write(hello(name))
                assert await rest(reader) == UNRECOGNIZED


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\0\0", b""], ids=["http", "empty", "nothing"]
)
async def test_what_is_no_tls_is_cut_off(data: bytes) -> None:
    async with serving() as (_, port), raw(port) as (reader, writer):
        if data:
            writer.write(data)
        else:
            writer.write_eof()
        assert await rest(reader) == b""


async def test_a_first_message_in_pieces() -> None:
    """As those with large keys come; the rest of the handshake is OpenSSL's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    side = context.wrap_bio(incoming, outgoing, server_hostname="a.example.com")
    async with serving() as (_, port), raw(port) as (reader, writer), asyncio.timeout(PATIENCE):
        with pytest.raises(ssl.SSLWantReadError):
            side.do_handshake()
        first = outgoing.read()
        for piece in (first[:3], first[3:40], first[40:]):
            writer.write(piece)
            await asyncio.sleep(0.03)
        while True:
            try:
                side.do_handshake()
                break
            except ssl.SSLWantReadError:
                incoming.write(await reader.read(4096))
        side.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        writer.write(outgoing.read())
        answer = b""
        while not answer:
            with contextlib.suppress(ssl.SSLWantReadError):
                answer = side.read(4096)
                break
            incoming.write(await reader.read(4096))
    assert answer.startswith(b"HTTP/1.1 200 ")


async def test_who_begins_and_does_not_go_on_is_cut_off() -> None:
    async with serving(Limits(header_timeout=0.1)) as (_, port):
        for size in (0, 3, 50):
            async with raw(port) as (reader, writer):
                writer.write(hello("a.example.com")[:size])
                assert await rest(reader) == b""


async def test_who_begins_and_leaves_is_forgotten() -> None:
    """At once where the system tells that a client has left, else when its time is over."""
    async with serving(Limits(header_timeout=PATIENCE / 2)) as (_, port):
        for size in (3, 50):
            async with raw(port) as (reader, writer):
                writer.write(hello("a.example.com")[:size])
                writer.write_eof()
                assert await rest(reader) == b""


async def test_no_more_connections_than_allowed() -> None:
    async with serving(Limits(connections=1)) as (_, port), raw(port):
        await asyncio.sleep(0.05)  # until it is waited for
        async with raw(port) as (reader, _):
            assert await rest(reader) == b""


async def test_closing_ends_those_who_have_not_begun() -> None:
    async with serving() as (server, port), raw(port) as (reader, _):
        await asyncio.sleep(0.05)
        await server.drain(0)
        assert await rest(reader) == b""
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", port)
