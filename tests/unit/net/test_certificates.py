"""Which context a name gets, and real handshakes in it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509

from gatewright.net.base import MUTUAL, Request, TlsName
from gatewright.net.certificates import Certificates
from gatewright.net.http1 import Http1Server
from gatewright.net.tls import TlsError
from tests import pki
from tests.unit.net.support import PATIENCE

ROOT = pki.make("root", authority=True)
CLIENT = pki.make("client", ROOT)


class Told:
    """Answers with what the server knows of the connection."""

    def admit(self, request: Request) -> int:
        return 1000

    def handle(self, request: Request) -> None:
        secured = request.secured
        assert secured is not None
        client = "nobody" if secured.client is None else secured.client.subject
        assert (secured.version, secured.suite[:4]) in (("TLSv1.2", "TLS_"), ("TLSv1.3", "TLS_"))
        request.respond(200, b"", f"{request.listener} {secured.name} {client}".encode())


def put(folder: Path, name: str, pair: pki.Pair | None = None) -> Path:
    file = folder / f"{name}.pem"
    file.write_text((pair or pki.make(name, hosts=(name,))).both)
    return file


def certificate_of(certificates: Certificates, name: str) -> str | None:
    """Whose certificate a client sees, by its subject."""
    choice = certificates.choose(name)
    if choice is None:
        return None
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    one = context.wrap_bio(incoming, outgoing)
    other = choice.context.wrap_bio(outgoing, incoming, server_side=True)
    for _ in range(3):
        for side in (one, other):
            with contextlib.suppress(ssl.SSLError):
                side.do_handshake()
    shown = one.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown).subject.rfc4514_string().removeprefix("CN=")


def test_the_best_certificate_for_a_name(tmp_path: Path) -> None:
    files = {
        name: put(tmp_path, name.replace("*", "any")) for name in ("A.example.com", "*.example.com", "c.example.com")
    }
    default = put(tmp_path, "default")
    certificates = Certificates((default, default), files)
    certificates.serve(
        [
            TlsName("b.example.com", "TLS_1_2", pki.make("published b").both),
            TlsName("c.example.com", "TLS_1_2", pki.make("published c").both),
            TlsName("*.example.org", "TLS_1_2", pki.make("published org").both),
            TlsName("b.example.com", "TLS_1_2", pki.make("a later one").both),
        ]
    )
    seen = {
        name: certificate_of(certificates, name)
        for name in (
            "a.example.com",
            "b.example.com",
            "c.example.com",
            "d.example.com",
            "x.example.org",
            "",
            "elsewhere.net",
        )
    }
    assert seen == {
        "a.example.com": "A.example.com",
        "b.example.com": "published b",
        "c.example.com": "c.example.com",  # a file for exactly this name
        "d.example.com": "any.example.com",
        "x.example.org": "published org",
        "": "default",
        "elsewhere.net": "default",
    }
    assert certificate_of(certificates, "a.b.example.com") == "default"
    own = certificates.choose_own("b.example.com")
    assert own is not None
    assert own is not certificates.choose("b.example.com")


def test_without_a_default_unknown_names_lead_nowhere() -> None:
    certificates = Certificates(None, {})
    assert certificates.choose("a.example.com") is None
    certificates.serve([TlsName("a.example.com", "TLS_1_2", pki.make("a").both)])
    assert certificates.choose("a.example.com") is not None
    assert certificates.choose("b.example.com") is None
    assert certificates.choose("") is None


def test_names_that_cannot_be_served_are_refused_not_opened(tmp_path: Path) -> None:
    default = put(tmp_path, "default")
    certificates = Certificates((default, default), {})
    certificates.serve(
        [
            TlsName("nobody.example.com", "TLS_1_2", mutual=True),
            TlsName("damaged.example.com", "TLS_1_2", mutual=True, truststore="no PEM"),
            TlsName("policy.example.com", "SecurityPolicy_OF_TOMORROW"),
            TlsName("broken.example.com", "TLS_1_2", "no PEM"),
        ]
    )
    for name in ("nobody", "damaged", "policy", "broken"):
        assert certificates.choose(f"{name}.example.com") is None, name


def test_a_name_of_its_own_is_none_below_a_wildcard(tmp_path: Path) -> None:
    default = put(tmp_path, "default")
    certificates = Certificates((default, default), {})
    guarded = TlsName("*.example.com", "TLS_1_2", mutual=True, truststore=ROOT.pem)
    certificates.serve([guarded, TlsName("open.example.com", "TLS_1_2"), TlsName("other.example.org", "TLS_1_2")])
    choices = [certificates.choose(name) for name in ("a.example.com", "open.example.com", "other.example.org")]
    assert [choice is not None and choice.mutual for choice in choices] == [True, False, False]
    assert choices[1] is choices[2]  # nothing tells them apart


def test_names_with_mutual_tls_share_no_context(tmp_path: Path) -> None:
    default = put(tmp_path, "default")
    certificates = Certificates((default, default), {})
    names = [TlsName(f"{name}.example.com", "TLS_1_2", mutual=True, truststore=ROOT.pem) for name in ("a", "b")]
    certificates.serve(names)
    one, other = (certificates.choose(name.name) for name in names)
    assert one is not None
    assert other is not None
    assert one.context is not other.context


def test_a_certificate_that_cannot_be_read_is_nobodys(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    default = put(tmp_path, "default")
    certificates = Certificates((default, default), {})
    certificates.serve([TlsName("a.example.com", "TLS_1_2", mutual=True, truststore=ROOT.pem)])
    choice = certificates.choose("a.example.com")
    assert choice is not None
    handshake = choice.secure("a.example.com")
    assert not handshake.settle(Spoken(b"no DER"))
    assert not handshake.settle(Spoken(None))
    assert not handshake.holds()
    assert "cannot be read" in caplog.text


class Spoken(asyncio.BaseTransport):
    """A transport after a handshake in which a client has shown this."""

    def __init__(self, shown: bytes | None) -> None:
        super().__init__({"ssl_object": self})
        self._shown = shown

    def cipher(self) -> tuple[str, str, int]:
        return "TLS_AES_128_GCM_SHA256", "TLSv1.3", 128

    def getpeercert(self, binary_form: bool) -> bytes | None:
        return self._shown


def test_contexts_stay_until_what_they_are_made_of_changes(tmp_path: Path) -> None:
    default = put(tmp_path, "default")
    certificates = Certificates((default, default), {})
    mutual = TlsName("a.example.com", "TLS_1_2", None, True, ROOT.pem)
    certificates.serve([mutual])
    first = certificates.choose("a.example.com")
    assert first is not None
    certificates.serve([mutual, TlsName("b.example.com", "TLS_1_2")])
    assert certificates.choose("a.example.com") is first
    certificates.serve([TlsName("a.example.com", "TLS_1_2", None, True, ROOT.pem + CLIENT.pem)])
    second = certificates.choose("a.example.com")
    assert second is not None
    assert second is not first
    assert (first.retired, second.retired) == (True, False)
    certificates.serve([])
    assert (first.retired, second.retired) == (True, True)
    plain = certificates.choose("a.example.com")
    assert plain is not None
    assert not plain.mutual


def test_renewed_files_are_read_again_and_damaged_ones_are_not(tmp_path: Path) -> None:
    file = put(tmp_path, "default")
    certificates = Certificates((file, file), {})
    before = certificates.choose("")
    certificates.refresh()
    assert certificates.choose("") is before
    draft = put(tmp_path, "renewed")
    draft.replace(file)
    certificates.refresh()
    assert certificate_of(certificates, "") == "renewed"
    renewed = certificates.choose("")
    file.write_text("half a cert")
    certificates.refresh()
    assert certificates.choose("") is renewed
    file.unlink()
    certificates.refresh()
    assert certificates.choose("") is renewed


def test_files_that_cannot_be_used_are_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(TlsError, match="No such file"):
        Certificates((tmp_path / "none.pem", tmp_path / "none.pem"), {})
    bad = tmp_path / "bad.pem"
    bad.write_text("hello")
    with pytest.raises(TlsError, match="not a PEM file"):
        Certificates(None, {"a.example.com": bad})


# Real handshakes


class House:
    """A server whose names can change, and its clients."""

    def __init__(self, server: Http1Server, certificates: Certificates, port: int) -> None:
        self.server = server
        self.certificates = certificates
        self.port = port

    def serve(self, *names: TlsName) -> None:
        self.certificates.serve(names)
        self.server.retire_strangers()

    @contextlib.asynccontextmanager
    async def connected(
        self, name: str | None, client: pki.Pair | None = None, context: ssl.SSLContext | None = None
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", self.port, ssl=context or trusting(client), server_hostname=name or ""
            )
            try:
                yield reader, writer
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    async def ask(self, name: str | None, client: pki.Pair | None = None, context: ssl.SSLContext | None = None) -> str:
        async with self.connected(name, client, context) as (reader, writer):
            return await asked(reader, writer)


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return (await reader.readexactly(length)).decode()


def trusting(client: pki.Pair | None = None, folder: Path | None = None) -> ssl.SSLContext:
    """A client that takes any server and shows this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if client is not None:
        descriptor = os.memfd_create("client")
        os.write(descriptor, client.both.encode())
        context.load_cert_chain(f"/proc/self/fd/{descriptor}")
        os.close(descriptor)
    return context


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    default = put(tmp_path, "default")
    certificates = Certificates((default, default), {})
    server = Http1Server(Told())
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    server.listen_tls(sock, certificates.choose)
    yield House(server, certificates, port)
    await server.drain(1)


GUARDED = TlsName("a.example.com", "TLS_1_2", mutual=True, truststore=ROOT.pem)


async def test_clients_are_known_by_their_certificates(house: House) -> None:
    house.serve(GUARDED)
    assert await house.ask("a.example.com", CLIENT) == f"{MUTUAL} a.example.com CN=client"
    assert await house.ask("b.example.com", CLIENT) == "public b.example.com nobody"
    assert await house.ask(None) == "public  nobody"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(
    "client",
    [
        None,
        pki.make("client"),
        pki.make("client", pki.make("root", authority=True)),
        pki.make("client", ROOT, days=-1),
        pki.make("client", ROOT, usage=pki.SERVER_ONLY),
        pki.make("below", CLIENT),
    ],
    ids=["none", "self-signed", "impostor", "expired", "for servers", "not by an authority"],
)
async def test_strangers_do_not_pass_the_handshake(
    house: House, client: pki.Pair | None, version: ssl.TLSVersion
) -> None:
    house.serve(GUARDED)
    context = trusting(client)
    context.maximum_version = version
    with pytest.raises((OSError, asyncio.IncompleteReadError)):
        await house.ask("a.example.com", context=context)


async def test_whom_only_openssl_would_let_in_is_nobody(house: House) -> None:
    authorities = pki.chain(5)
    truststore = "".join(each.pem for each in authorities)
    house.serve(TlsName("a.example.com", "TLS_1_2", mutual=True, truststore=truststore))
    assert await house.ask("a.example.com", pki.make("c", authorities[3])) == f"{MUTUAL} a.example.com CN=c"
    assert await house.ask("a.example.com", pki.make("c", authorities[4])) == f"{MUTUAL} a.example.com nobody"


async def test_a_new_truststore_counts_at_once_for_open_connections_too(house: House) -> None:
    house.serve(GUARDED)
    async with house.connected("a.example.com", CLIENT) as (reader, writer):
        assert await asked(reader, writer) == f"{MUTUAL} a.example.com CN=client"
        other = pki.make("other", authority=True)
        house.serve(TlsName("a.example.com", "TLS_1_2", mutual=True, truststore=other.pem))
        with pytest.raises((OSError, asyncio.IncompleteReadError)):
            await asked(reader, writer)
    with pytest.raises((OSError, asyncio.IncompleteReadError)):
        await house.ask("a.example.com", CLIENT)
    assert await house.ask("a.example.com", pki.make("x", other)) == f"{MUTUAL} a.example.com CN=x"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_sessions_of_one_name_are_none_of_another(house: House, version: ssl.TLSVersion) -> None:
    """Nor does a session let anybody in who shows no certificate any more."""
    house.serve(GUARDED, TlsName("b.example.com", "TLS_1_2"))
    stranger = trusting()
    stranger.maximum_version = version
    with socket.create_connection(("127.0.0.1", house.port)) as plain:
        session = await asyncio.to_thread(_session, stranger, plain, "b.example.com")
    assert session is not None
    with socket.create_connection(("127.0.0.1", house.port)) as plain, pytest.raises(OSError):
        await asyncio.to_thread(_session, stranger, plain, "a.example.com", session)


def _session(
    context: ssl.SSLContext, plain: socket.socket, name: str, session: ssl.SSLSession | None = None
) -> ssl.SSLSession | None:
    plain.settimeout(PATIENCE)
    with context.wrap_socket(plain, server_hostname=name, session=session) as spoken:
        spoken.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        if not spoken.recv(1000):
            raise ConnectionResetError
        return spoken.session


async def test_a_policy_decides_versions_and_ciphers(house: House) -> None:
    house.serve(
        TlsName("new.example.com", "SecurityPolicy_TLS13_1_3_2025_09"),
        TlsName("fips.example.com", "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09"),
    )
    older = trusting()
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(OSError):
        await house.ask("new.example.com", context=older)
    assert await house.ask("fips.example.com", context=older) == "public fips.example.com nobody"
    weak = trusting()
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    weak.set_ciphers("ECDHE+AES:!AESGCM:!AESCCM")
    with pytest.raises(OSError):
        await house.ask("fips.example.com", context=weak)
    chacha = trusting()
    chacha.maximum_version = ssl.TLSVersion.TLSv1_2
    chacha.set_ciphers("ECDHE+CHACHA20")
    assert await house.ask("b.example.com", context=chacha) == "public b.example.com nobody"
    with pytest.raises(OSError):
        await house.ask("fips.example.com", context=chacha)
