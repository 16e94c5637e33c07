from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest

from gatewright.catalog.tls_policies import DEFAULT, POLICIES
from gatewright.net.base import Failure, Origin, Request, UpstreamError
from gatewright.net.http1 import Http1Server
from gatewright.net.tls import TlsError, pem_context, server_context
from gatewright.net.upstream import UpstreamClient
from tests import pki
from tests.unit.net.support import certificate


class Scheme:
    def admit(self, request: Request) -> int:
        return 1000

    def handle(self, request: Request) -> None:
        request.respond(200, b"", request.scheme.encode() + b" " + request.body)


async def serve(tmp_path: Path) -> tuple[Http1Server, Path, int]:
    cert, key = certificate(tmp_path)
    server = Http1Server(Scheme())
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    await server.listen(sock, ssl=server_context(cert, key), name="tls")
    return server, cert, sock.getsockname()[1]


async def test_a_client_that_trusts_the_certificate_gets_its_answer(tmp_path: Path) -> None:
    server, cert, port = await serve(tmp_path)
    client = UpstreamClient(trust=ssl.create_default_context(cafile=str(cert)))
    try:
        origin = Origin("https", "localhost", port)
        for _ in range(2):
            answer = await client.request(origin, b"POST", b"/", body=b"hello")
            assert (answer.status, answer.body) == (200, b"https hello")
    finally:
        await client.close()
        await server.drain(1)


async def test_a_client_that_does_not_trust_it_says_so_unless_told_not_to_check(tmp_path: Path) -> None:
    server, _, port = await serve(tmp_path)
    client = UpstreamClient()
    try:
        with pytest.raises(UpstreamError) as caught:
            await client.request(Origin("https", "localhost", port), b"GET", b"/")
        assert caught.value.failure is Failure.TLS
        answer = await client.request(Origin("https", "localhost", port, verify=False), b"GET", b"/")
        assert answer.status == 200
    finally:
        await client.close()
        await server.drain(1)


async def test_http_1_1_is_the_protocol_agreed_on_and_tls_1_1_is_too_old(tmp_path: Path) -> None:
    context = server_context(*certificate(tmp_path))
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    client, server = ssl.MemoryBIO(), ssl.MemoryBIO()
    offering = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    offering.check_hostname = False
    offering.verify_mode = ssl.CERT_NONE
    offering.set_alpn_protocols(["h2", "http/1.1"])
    one = offering.wrap_bio(server, client)
    other = context.wrap_bio(client, server, server_side=True)
    for _ in range(4):
        for side in (one, other):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert one.selected_alpn_protocol() == "http/1.1"


def test_unusable_files_are_named_with_what_is_wrong(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    (tmp_path / "other").mkdir()
    _, foreign = certificate(tmp_path / "other")
    text = tmp_path / "text.pem"
    text.write_text("hello")
    damaged = tmp_path / "damaged.pem"
    damaged.write_text("-----BEGIN CERTIFICATE-----\nxxxx\n-----END CERTIFICATE-----\n")
    for files, message in (
        ((tmp_path / "none.pem", key), "none.pem: No such file"),
        ((text, key), "not a PEM file"),
        ((cert, text), "text.pem: not a PEM file"),
        ((cert, foreign), "does not belong to"),
        ((damaged, key), "cannot be used"),
    ):
        with pytest.raises(TlsError, match=message):
            server_context(*files)


def test_an_encrypted_key_is_refused_without_asking_for_a_password(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, password=b"secret")
    with pytest.raises(TlsError, match="encrypted"):
        server_context(cert, key)


def test_contexts_offer_authenticated_ciphers_only(tmp_path: Path) -> None:
    context = server_context(*certificate(tmp_path))
    assert {suite["aead"] for suite in context.get_ciphers()} == {True}
    newest = server_context(*certificate(tmp_path), POLICIES["SecurityPolicy_TLS13_1_3_2025_09"])
    assert newest.minimum_version == ssl.TLSVersion.TLSv1_3


def test_a_context_from_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = pki.make("localhost", hosts=("localhost",))
    context = pem_context(pair.both, DEFAULT, pair.pem)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.num_tickets == 0
    assert context.options & ssl.OP_NO_TICKET
    assert pem_context(pair.both, DEFAULT).verify_mode is ssl.CERT_NONE
    monkeypatch.delattr("os.memfd_create")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert pem_context(pair.both, DEFAULT) is not None
    assert not list(tmp_path.iterdir())  # keys are not left lying about


def test_text_that_is_no_certificate_or_truststore() -> None:
    pair = pki.make("localhost")
    with pytest.raises(TlsError, match="cannot be used"):
        pem_context(pair.pem, DEFAULT)
    with pytest.raises(TlsError, match="truststore cannot be used"):
        pem_context(pair.both, DEFAULT, "hello")
