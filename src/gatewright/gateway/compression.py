"""Content codings. Answers: gzip or deflate when the client names it and the body is large enough. Requests: undone.

AWS: "Payload compression for REST APIs". A coding must be named explicitly (`*` is not enough) and not refused by q=0.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

CODINGS: Final = (b"gzip", b"deflate")
_REFUSED: Final = re.compile(rb"\s*q\s*=\s*0(?:\.0*)?\s*")
_CODED: Final = re.compile(rb"^content-encoding:", re.IGNORECASE | re.MULTILINE)
_MOST: Final = 4  # codings of one body: each may blow it up to the limit again
_WINDOW: Final = {b"gzip": 31, b"deflate": 15}


class BadCodingError(Exception):
    """An unknown coding, or data that are not in it."""


class TooLongError(Exception):
    """The decoded body is larger than allowed."""


def compress(head: bytes, body: bytes, threshold: int, accepted: bytes | None) -> tuple[bytes, bytes]:
    """The answer's head and body, compressed where client and threshold say so and no coding is there yet."""
    if not accepted or len(body) < threshold or not body or _CODED.search(head) is not None:
        return head, body
    coding = _choose(accepted.lower())
    if coding is None:
        return head, body
    packer = zlib.compressobj(6, zlib.DEFLATED, _WINDOW[coding])
    return head + b"Content-Encoding: " + coding + b"\r\n", packer.compress(body) + packer.flush()


def decompress(body: bytes, codings: bytes, limit: int) -> bytes:
    """Undo Content-Encoding, the last coding first. Raises BadCodingError, TooLongError."""
    named = [item.strip().lower() for item in codings.split(b",")]
    if len(named) > _MOST:
        raise BadCodingError(f"{len(named)} codings")
    for coding in reversed(named):
        if coding in (b"identity", b""):
            continue
        coding = b"gzip" if coding == b"x-gzip" else coding
        if coding not in _WINDOW:
            raise BadCodingError(coding.decode("latin-1"))
        body = _inflate(body, coding, limit)
    return body


def _inflate(body: bytes, coding: bytes, limit: int) -> bytes:
    windows = (_WINDOW[coding], -15) if coding == b"deflate" else (_WINDOW[coding],)  # deflate is sent raw by some
    for window in windows:
        unpacker = zlib.decompressobj(window)
        try:
            data = unpacker.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(data) > limit:
            raise TooLongError
        if not unpacker.eof or unpacker.unused_data:
            raise BadCodingError("the data end early or go on")
        return data
    raise BadCodingError("corrupt data")


def _choose(accepted: bytes) -> bytes | None:
    offered = {}
    for item in accepted.split(b","):
        name, _, parameters = item.partition(b";")
        offered[name.strip()] = _REFUSED.fullmatch(parameters) is None
    return next((coding for coding in CODINGS if offered.get(coding)), None)
