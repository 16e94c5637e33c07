"""An issuer of tokens for the bench: one key, one token, its two documents over HTTP."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

AUDIENCE = "bench"


@dataclass(frozen=True)
class Issuer:
    """Its name, where it is found, and an ID token of it that is good for an hour."""

    name: str
    url: str
    token: str


@contextlib.contextmanager
def issuer(name: str = "") -> Iterator[Issuer]:
    """It answers until the end. Without a name its URL is its name."""
    key = rsa.generate_private_key(65537, 2048)
    documents: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(documents[self.path])

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    name = name or url
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "RSA", "kid": "k", "alg": "RS256", "n": _number(numbers.n), "e": _number(numbers.e)}
    documents["/.well-known/openid-configuration"] = json.dumps({"issuer": name, "jwks_uri": f"{url}/keys"}).encode()
    documents["/keys"] = json.dumps({"keys": [jwk]}).encode()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Issuer(name, url, _token(name, key))
    finally:
        server.shutdown()
        server.server_close()


def _token(name: str, key: rsa.RSAPrivateKey) -> str:
    claims: dict[str, Any] = {"iss": name, "aud": AUDIENCE, "sub": "someone", "token_use": "id", "scope": "read write"}
    claims |= {"exp": int(time.time()) + 3600}
    parts = ({"alg": "RS256", "kid": "k"}, claims)
    signed = ".".join(_text(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{_text(key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8, "big"))
