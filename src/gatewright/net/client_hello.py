"""The first message of a TLS client, as far as it says which name the client wants. RFC 8446 section 4.1.2, RFC 6066.

The context of a connection must be chosen before the handshake begins: what OpenSSL's callback for names swaps is the
certificate alone, while versions, ciphers and client authentication stay those of the first context. So the message is
read here, without being taken from OpenSSL, which reads it again. Nothing rests on both reading it alike: what a
connection may do depends on the context that was chosen.
"""

from __future__ import annotations

MOST = 32_768  # bytes of the message with its records; what browsers send has less than 3,000
_HANDSHAKE, _CLIENT_HELLO, _SERVER_NAME, _HOST = 22, 1, 0, 0
_RECORD = 16_384
_RECORDS = 16  # of one message: in records of a byte each it would be read again and again
_NAME = 255


class NoHelloError(Exception):
    """What a client sends is no TLS, or not sound."""


class _Cursor:
    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        taken = self.data[self.at : self.at + size]
        if len(taken) < size:
            raise NoHelloError
        self.at += size
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def vector(self, size: int) -> _Cursor:
        """What a length of `size` bytes announces."""
        return _Cursor(self.take(self.number(size)))

    @property
    def more(self) -> bool:
        return self.at < len(self.data)


def read(data: bytes) -> str | int:
    """The name in lower case, "" when the client asks for none; or how many bytes there must be at least to tell.

    `data` is all that the client has sent. Raises NoHelloError.
    """
    message = b""
    at = 0
    for _ in range(_RECORDS):
        head = data[at : at + 5]
        if head and (head[0] != _HANDSHAKE or (len(head) > 1 and head[1] != 3)):
            raise NoHelloError
        if len(head) < 5:
            return _within(at + 5)
        size = int.from_bytes(head[3:5], "big")
        if not 0 < size <= _RECORD:
            raise NoHelloError
        end = at + 5 + size
        if len(data) < end:
            return _within(end)
        message += data[at + 5 : end]
        at = end
        if message[0] != _CLIENT_HELLO:
            raise NoHelloError
        if len(message) >= 4:
            whole = 4 + int.from_bytes(message[1:4], "big")
            _within(whole)
            if len(message) >= whole:
                return _name(_Cursor(message[4:whole]))
    raise NoHelloError


def _within(size: int) -> int:
    if size > MOST:
        raise NoHelloError
    return size


def _name(hello: _Cursor) -> str:
    hello.take(2 + 32)  # version, random
    hello.vector(1)  # session
    hello.vector(2)  # cipher suites
    hello.vector(1)  # compression
    if not hello.more:
        return ""
    extensions = hello.vector(2)
    found: str | None = None
    while extensions.more:
        kind, content = extensions.number(2), extensions.vector(2)
        if kind == _SERVER_NAME:
            if found is not None:
                raise NoHelloError  # one extension of a kind (RFC 8446 section 4.2)
            found = _host(content.vector(2))
    return found or ""


def _host(names: _Cursor) -> str:
    """RFC 6066 section 3: a list, of which only the one entry of type host_name is defined."""
    if names.number(1) != _HOST:
        raise NoHelloError
    raw = names.vector(2).data
    if names.more or not 0 < len(raw) <= _NAME or not raw.isascii() or b"\0" in raw:
        raise NoHelloError
    return raw.decode().lower().removesuffix(".")
