"""The opening handshake, as the server reads and answers it (RFC 6455, section 4.2)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha1
from typing import Final

from gatewright.net.base import Request

_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
VERSION: Final = b"13"


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a client asks for. `protocols`: the sub-protocols that it offers, in its order."""

    key: bytes
    protocols: tuple[bytes, ...]


def read(request: Request) -> Handshake | None:
    """The handshake that a request is; None: it is none, or not a sound one of this version."""
    upgrade = _tokens(request, b"upgrade")
    if request.method != "GET" or b"websocket" not in upgrade or b"upgrade" not in _tokens(request, b"connection"):
        return None
    if request.header(b"transfer-encoding") is not None or request.header(b"content-length") not in (None, b"0"):
        return None
    if _only(request, b"sec-websocket-version") != VERSION:
        return None
    key = _only(request, b"sec-websocket-key")
    if key is None or not _is_key(key):
        return None
    offers = (value for name, value in request.headers if name.lower() == b"sec-websocket-protocol")
    protocols = tuple(each.strip() for value in offers for each in value.split(b",") if each.strip())
    return Handshake(key, protocols)


def head(handshake: Handshake, protocol: bytes | None = None, more: bytes = b"") -> bytes:
    """The answer that opens the connection. `protocol`: one of those offered; `more`: further header lines."""
    accept = base64.b64encode(sha1(handshake.key + _GUID).digest())  # noqa: S324 - what the RFC wants
    chosen = b"" if protocol is None else b"Sec-WebSocket-Protocol: %b\r\n" % protocol
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\n%b%b\r\n" % (accept, chosen, more)
    )


def _tokens(request: Request, wanted: bytes) -> set[bytes]:
    values = (value for name, value in request.headers if name.lower() == wanted)
    return {token.strip().lower() for value in values for token in value.split(b",")}


def _only(request: Request, wanted: bytes) -> bytes | None:
    """The value of a header that must come once."""
    values = [value for name, value in request.headers if name.lower() == wanted]
    return values[0].strip() if len(values) == 1 else None


def _is_key(key: bytes) -> bool:
    """Whether this is 16 bytes in base64."""
    try:
        return len(key) == 24 and len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return False
