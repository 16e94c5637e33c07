from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import pytest

from gatewright.net.base import Failure, Identity, Origin, UpstreamError
from gatewright.net.tls import server_context
from gatewright.net.upstream.dial import Dialer
from tests.unit.net.support import PATIENCE, certificate


class Up(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport


async def failure(origin: Origin, timeout: float = PATIENCE) -> Failure:
    with pytest.raises(UpstreamError) as caught:
        await Dialer(timeout).open(origin, Up)
    return caught.value.failure


async def test_each_way_not_to_connect_has_its_name(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert await failure(Origin("http", "127.0.0.1", port)) is Failure.REFUSED
    assert await failure(Origin("http", "name.invalid", 80)) is Failure.UNRESOLVABLE
    assert await failure(Origin("http", "bad\x00name", 80)) is Failure.UNRESOLVABLE
    assert await failure(Origin("http", "x", 80, unix=str(tmp_path / "none.sock"))) is Failure.REFUSED


async def test_a_connection_that_does_not_come_up_in_time() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        assert await failure(Origin("https", "127.0.0.1", deaf.getsockname()[1]), 0.1) is Failure.CONNECT_TIMEOUT


async def test_a_server_that_speaks_no_tls() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    assert await failure(Origin("https", "localhost", server.sockets[0].getsockname()[1])) is Failure.TLS
    server.close()


async def test_localhost_is_tried_on_both_families() -> None:
    try:
        sock = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with sock:
        made: list[Up] = []

        def factory() -> Up:
            made.append(Up())
            return made[-1]

        await Dialer(PATIENCE).open(Origin("http", "any.localhost", sock.getsockname()[1]), factory)
        made[-1].transport.abort()  # type: ignore[attr-defined]


async def test_a_connection_by_another_address_keeps_the_name(tmp_path: Path) -> None:
    """`via` says where to; the certificate is checked against the origin's own host."""
    cert, key = certificate(tmp_path)
    context = server_context(cert, key)
    seen: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: seen.append(name)
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    via = ("127.0.0.1", server.sockets[0].getsockname()[1])
    dialer = Dialer(PATIENCE, ssl.create_default_context(cafile=str(cert)))
    await dialer.open(Origin("https", "localhost", 443, via=via), Up)
    with pytest.raises(UpstreamError) as refused:
        await dialer.open(Origin("https", "elsewhere.test", 443, via=via), Up)
    assert refused.value.failure is Failure.TLS
    assert seen == ["localhost", "elsewhere.test"]
    server.close()


@pytest.mark.parametrize("verify", [True, False])
async def test_an_identity_is_shown(tmp_path: Path, verify: bool) -> None:
    cert, key = certificate(tmp_path)
    context = server_context(cert, key)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cert)
    shown: asyncio.Queue[object] = asyncio.Queue()

    async def look(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await shown.put(writer.get_extra_info("peercert"))
        writer.close()

    server = await asyncio.start_server(look, "127.0.0.1", 0, ssl=context)
    identity = Identity(cert.read_text(), key.read_text())
    dialer = Dialer(PATIENCE, ssl.create_default_context(cafile=str(cert)))
    origin = Origin("https", "localhost", server.sockets[0].getsockname()[1], verify=verify, identity=identity)
    await dialer.open(origin, Up)
    assert await asyncio.wait_for(shown.get(), PATIENCE)
    await dialer.open(origin, Up)
    assert await asyncio.wait_for(shown.get(), PATIENCE)
    server.close()
