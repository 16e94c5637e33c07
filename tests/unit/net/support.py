"""What tests of the wire share: raw conversations over real sockets, applications, a certificate."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gatewright.net.base import Request
from gatewright.net.http1 import Http1Server, Limits

PATIENCE = 10.0  # seconds until a conversation that hangs is a failure


class Recorder:
    """An application that keeps what it gets and answers with `answer` (or not at all)."""

    def __init__(self, answer: Callable[[Request], None] | None = None, limit: int = 1_000_000) -> None:
        self.requests: list[Request] = []
        self.arrived = asyncio.Event()
        self.limit = limit
        self.admitted: list[Request] = []
        self._answer = answer or echo

    def admit(self, request: Request) -> int:
        self.admitted.append(request)
        return self.limit

    def handle(self, request: Request) -> None:
        self.requests.append(request)
        self.arrived.set()
        self._answer(request)


def echo(request: Request) -> None:
    """Answer with the method, target and body."""
    if request.too_large:
        request.respond(413, b"", b"too large")
    else:
        request.respond(200, b"X-App: 1\r\n", b"%b %b %b" % (request.method.encode(), request.target, request.body))


def silent(request: Request) -> None:
    """Do not answer."""


@contextlib.asynccontextmanager
async def serving(app: Recorder, limits: Limits | None = None) -> AsyncIterator[tuple[Http1Server, int]]:
    """A server on an ephemeral port."""
    server = Http1Server(app, limits)
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    await server.listen(sock)
    try:
        yield server, sock.getsockname()[1]
    finally:
        await server.drain(0)


class Wire:
    """A client that sends exactly the bytes it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, *, head_only: bool = False) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers by lower-case name, body."""
        async with asyncio.timeout(PATIENCE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *lines = head[:-4].split("\r\n")
            status = int(line.split(" ")[1])
            headers = {name.lower(): value for name, _, value in (item.partition(": ") for item in lines)}
            if head_only or status in (204, 304) or status < 200:
                return status, headers, b""
            if headers.get("transfer-encoding") == "chunked":
                return status, headers, await self._chunks()
            if "content-length" in headers:
                return status, headers, await self.reader.readexactly(int(headers["content-length"]))
            return status, headers, await self.reader.read()

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        assert await self.reader.readexactly(2) == b"\r\n"
        return body

    async def rest(self) -> bytes:
        """All bytes up to the connection's end."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def ask(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        await self.send(data)
        return await self.answer()


@contextlib.asynccontextmanager
async def wire(port: int) -> AsyncIterator[Wire]:
    """A raw connection to a port of the loopback."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


@contextlib.asynccontextmanager
async def origin(
    answers: list[bytes | None], *, close_after: int | None = None
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A backend that answers its n-th request with `answers[n]` as it stands (None: by closing at once).

    Yields its port and the requests it got, heads and sized bodies. `close_after`: answers per connection.
    """
    seen: list[bytes] = []
    served = iter(answers)
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        count = 0
        try:
            while close_after is None or count < close_after:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next((int(x[15:]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:")), 0)
                seen.append(head + await reader.readexactly(length))
                answer = next(served, None)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
                count += 1
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(talk(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], seen
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


def certificate(folder: Path, password: bytes | None = None, host: str = "localhost") -> tuple[Path, Path]:
    """A self-signed certificate for a name and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        protection = serialization.BestAvailableEncryption(password)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(encoding, form, protection))
    return cert_file, key_file
