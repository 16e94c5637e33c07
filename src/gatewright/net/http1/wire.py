"""Bytes that every answer needs, encoded once: status lines, the Date line, refusals."""

from __future__ import annotations

import time
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
BODILESS: Final = frozenset((204, 304))

_PHRASES: Final = {status.value: status.phrase.encode() for status in HTTPStatus} | {
    413: b"Request Entity Too Large",
    414: b"Request-URI Too Long",
}

# Index by status code; a status without a registered phrase gets an empty one (RFC 9112 section 4).
STATUS_LINES: tuple[bytes, ...] = tuple(b"HTTP/1.1 %d %b\r\n" % (n, _PHRASES.get(n, b"")) for n in range(1000))


def date_line(now: float | None = None) -> bytes:
    """The Date header line for a time in epoch seconds (now when None)."""
    return b"Date: %b\r\n" % formatdate(time.time() if now is None else now, usegmt=True).encode()


def refusal(status: int, date: bytes) -> bytes:
    """A complete answer that refuses a request and announces the connection's end."""
    body = b'{"message":"%b"}' % (_PHRASES.get(status, b"Bad Request"))
    return b"%b%bContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (
        STATUS_LINES[status],
        date,
        len(body),
        body,
    )
