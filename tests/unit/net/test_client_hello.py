from __future__ import annotations

import ssl

import pytest

from gatewright.net.client_hello import MOST, NoHelloError, read


def hello(name: str | None, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> bytes:
    """What OpenSSL sends first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = version
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    side = context.wrap_bio(incoming, outgoing, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        side.do_handshake()
    return outgoing.read()


def record(content: bytes, kind: int = 22) -> bytes:
    return bytes((kind, 3, 1)) + len(content).to_bytes(2, "big") + content


def message(extensions: bytes | None, kind: int = 1) -> bytes:
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0"
    if extensions is not None:
        body += len(extensions).to_bytes(2, "big") + extensions
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def extension(names: bytes, kind: int = 0) -> bytes:
    content = len(names).to_bytes(2, "big") + names
    return kind.to_bytes(2, "big") + len(content).to_bytes(2, "big") + content


def host(name: bytes, kind: int = 0) -> bytes:
    return bytes((kind,)) + len(name).to_bytes(2, "big") + name


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_the_name_that_openssl_asks_for(version: ssl.TLSVersion) -> None:
    assert read(hello("API.Example.com", version)) == "api.example.com"
    assert read(hello(None, version)) == ""


def test_a_message_in_pieces_says_how_much_is_needed() -> None:
    whole = hello("a.example.com")
    at = 0
    for _ in range(10):
        needed = read(whole[:at])
        if isinstance(needed, str):
            break
        assert at < needed <= len(whole)
        at = needed
    assert (read(whole[:at]), at) == ("a.example.com", len(whole))


def test_every_beginning_of_a_message_is_incomplete() -> None:
    whole = hello("a.example.com")
    assert all(isinstance(read(whole[:at]), int) for at in range(len(whole)))
    assert read(whole + b"more") == "a.example.com"


def test_a_message_in_several_records() -> None:
    whole = message(extension(host(b"a.example.com")))
    assert read(record(whole[:3]) + record(whole[3:50]) + record(whole[50:])) == "a.example.com"
    assert read(record(whole[:3])) == 8 + 5


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x80\x2e\x01",  # SSL 2
        b"\x16\x02",
        record(b"\x02\0\0\0"),  # a server's
        record(b"\0"),
        record(message(None), kind=23),
        b"\x16\x03\x01\0\0",
        b"\x16\x03\x01\xff\xff",
        record(b"\x01\xff\xff\xff"),  # larger than any
        record(message(extension(host(b"a.example.com")) * 2)),
        record(message(extension(host(b"a.example.com", kind=1)))),
        record(message(extension(host(b"a.example.com") + host(b"b.example.com")))),
        record(message(extension(host(b"")))),
        record(message(extension(b""))),
        record(message(extension(host(b"a.example.com\0.example.org")))),
        record(message(extension(host(b"\xc3\xa4.example.com")))),
        record(message(extension(host(b"a" * 256)))),
        record(message(b"\0\0\0\x20abc")),
    ],
)
def test_what_is_no_sound_hello(data: bytes) -> None:
    with pytest.raises(NoHelloError):
        read(data)


def test_names_are_compared_without_case_and_final_dot() -> None:
    assert read(record(message(extension(host(b"A.Example.COM."))))) == "a.example.com"
    assert read(record(message(None))) == ""
    assert read(record(message(extension(b"", kind=7)))) == ""


def test_a_message_is_not_taken_byte_by_byte() -> None:
    with pytest.raises(NoHelloError):
        read(b"".join(record(bytes((byte,))) for byte in message(None)))


def test_no_message_is_waited_for_without_end() -> None:
    with pytest.raises(NoHelloError):
        read(record(b"\x01" + MOST.to_bytes(3, "big") + bytes(100)))
