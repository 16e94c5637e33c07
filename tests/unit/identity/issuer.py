"""An issuer of tokens on the loopback: keys, signed tokens, and its two documents over real HTTP."""

from __future__ import annotations

import json
import ssl
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

_HASHES = {"256": SHA256(), "384": SHA384(), "512": SHA512()}
DISCOVERY = "/.well-known/openid-configuration"
JWKS = "/keys"


def private_key(which: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """One of the test keys, the same one every time."""
    return _made(which, bits)


@cache
def _made(which: int, bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def encoded(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big")).decode()


def jwk(key_id: str, key: rsa.RSAPrivateKey | None = None, **members: Any) -> dict[str, Any]:
    """A public key as a set lists it; members that are None are left out."""
    numbers = (key or private_key()).public_key().public_numbers()
    made = {"kty": "RSA", "kid": key_id, "use": "sig", "alg": "RS256", "n": number(numbers.n), "e": number(numbers.e)}
    return {name: value for name, value in (made | members).items() if value is not None}


def sign(
    claims: Mapping[str, Any] | bytes,
    key_id: str = "k",
    *,
    key: rsa.RSAPrivateKey | None = None,
    alg: str = "RS256",
    header: Mapping[str, Any] | bytes | None = None,
) -> str:
    """A token. `header` replaces the whole header, bytes are taken as they are."""
    head = header if header is not None else {"alg": alg, "typ": "JWT", "kid": key_id}
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (head, claims)]
    signed = b".".join(encoded(part) for part in parts)
    digest = _HASHES[alg[2:]]
    scheme = padding.PKCS1v15() if alg.startswith("RS") else padding.PSS(padding.MGF1(digest), digest.digest_size)
    return (signed + b"." + encoded((key or private_key()).sign(signed, scheme, digest))).decode()


class LiveIssuer:
    """What `running` gives. `keys` and `documents` may be changed at any time; `asked` are the paths that were."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = url  # as its tokens and documents have it
        self.keys = [jwk("k")]
        self.documents: dict[str, tuple[int, bytes]] = {}  # instead of the right ones
        self.asked: list[str] = []
        self.open = threading.Event()  # cleared: whoever asks has to wait
        self.open.set()
        self.location = ""  # of redirects

    def claims(self, **members: Any) -> dict[str, Any]:
        """Good claims; members that are None are left out."""
        now = int(time.time())
        made = {"iss": self.name, "aud": "client", "sub": "someone", "iat": now - 10, "exp": now + 3600} | members
        return {name: value for name, value in made.items() if value is not None}

    def token(self, key_id: str = "k", **members: Any) -> str:
        return sign(self.claims(**members), key_id)

    def answer(self, path: str) -> tuple[int, bytes]:
        found = {
            DISCOVERY: {"issuer": self.name, "jwks_uri": self.url + JWKS},
            JWKS: {"keys": self.keys},
        }.get(path)
        return self.documents.get(path) or ((404, b"") if found is None else (200, json.dumps(found).encode()))


@contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[LiveIssuer]:
    """An issuer on a port of its own; over TLS as https://localhost:<port>."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            issuer.open.wait()
            status, body = issuer.answer(self.path)
            self.send_response(status)
            if issuer.location:
                self.send_header("Location", issuer.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # who asked may have gone
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    place = "http://127.0.0.1" if tls is None else "https://localhost"
    issuer = LiveIssuer(f"{place}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        issuer.open.set()
        server.shutdown()
        server.server_close()
        thread.join()
