"""Messages of an event stream (application/vnd.amazon.eventstream): written, and read as they arrive.

A message is: total length, length of headers, CRC-32 of these eight bytes, headers, payload, CRC-32 of all before it;
integers are big-endian. A header is: name length (1 byte), name, type, value; a string's type is 7, and its value is
its length (2 bytes) and itself. https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

import struct
from binascii import crc32

CONTENT_TYPE = b"application/vnd.amazon.eventstream"
LONGEST = 24 * 1024 * 1024  # bytes of one message; the SDKs take no more
_STRING = 7
_PRELUDE = struct.Struct(">III")
_LEAST = 16  # prelude and the CRC at the end
# Bytes of a header's value by its type; -1: a length of two bytes comes first.
_SIZES = (0, 0, 1, 2, 4, 8, -1, -1, 8, 16)


class MessageError(ValueError):
    """Bytes that are no event stream."""


def message(headers: dict[str, str], payload: bytes) -> bytes:
    """One message with string headers."""
    head = b"".join(_header(name.encode(), value.encode()) for name, value in headers.items())
    prelude = struct.pack(">II", _LEAST + len(head) + len(payload), len(head))
    start = prelude + struct.pack(">I", crc32(prelude)) + head + payload
    return start + struct.pack(">I", crc32(start))


def event(kind: str, media_type: str, payload: bytes) -> bytes:
    """An event of this kind."""
    return message({":event-type": kind, ":content-type": media_type, ":message-type": "event"}, payload)


def _header(name: bytes, value: bytes) -> bytes:
    return struct.pack(">B", len(name)) + name + struct.pack(">BH", _STRING, len(value)) + value


class Reader:
    """Reads messages out of bytes that come in any pieces."""

    def __init__(self) -> None:
        self._pending = bytearray()

    @property
    def between(self) -> bool:
        """Whether no message has begun and not ended."""
        return not self._pending

    def feed(self, data: bytes) -> list[tuple[dict[str, str], bytes]]:
        """The messages that are complete now: string headers and payload. Raises MessageError."""
        pending = self._pending
        pending += data
        found: list[tuple[dict[str, str], bytes]] = []
        while len(pending) >= _PRELUDE.size:
            total, head, check = _PRELUDE.unpack_from(pending)
            if crc32(pending[:8]) != check or not _LEAST + head <= total <= LONGEST:
                raise MessageError("not an event stream")
            if len(pending) < total:
                break
            whole = bytes(pending[:total])
            del pending[:total]
            if crc32(whole[:-4]) != int.from_bytes(whole[-4:], "big"):
                raise MessageError("a message's checksum is wrong")
            found.append((_headers(whole[12 : 12 + head]), whole[12 + head : -4]))
        return found


def _headers(block: bytes) -> dict[str, str]:
    """The string headers; those of other types are passed over."""
    headers: dict[str, str] = {}
    at = 0
    try:
        while at < len(block):
            start, at = at + 1, at + 1 + block[at]
            name, kind, at = block[start:at].decode(), block[at], at + 1
            size = _SIZES[kind]
            if size < 0:
                size, at = int.from_bytes(block[at : at + 2], "big"), at + 2
            value, at = block[at : at + size], at + size
            if len(value) != size:
                raise MessageError("a header goes beyond its message")
            if kind == _STRING:
                headers[name] = value.decode()
    except (IndexError, UnicodeDecodeError):
        raise MessageError("unreadable headers") from None
    return headers
