"""A chunked body, read strictly (RFC 9112 section 7.1): size lines end in CR LF, extensions are dropped.

The decoder takes bytes as they come and says where the body ends, so that a pipelined request behind it is read as a
request and never as part of this one.
"""

from __future__ import annotations

import re
from typing import Final

from gatewright.net.http1.grammar import TOKEN, Refusal
from gatewright.net.http1.limits import Limits

_QUOTED: Final = rb'"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*+"'
_EXTENSION: Final = rb"(?:[ \t]*+;[ \t]*+" + TOKEN + rb"++(?:[ \t]*+=[ \t]*+(?:" + TOKEN + rb"++|" + _QUOTED + rb"))?+)"
# 15 hexadecimal digits are far above any body that is taken; more can only mean to overflow something.
_SIZE_LINE: Final = re.compile(rb"0*+([0-9A-Fa-f]{0,15})(" + _EXTENSION + rb"*+)").fullmatch
_TRAILER: Final = re.compile(TOKEN + rb"++:[\t\x20-\x7e\x80-\xff]*+").fullmatch

_SIZE, _DATA, _DATA_END, _TRAILERS = range(4)


class TooLarge(Exception):  # noqa: N818 - a verdict, not a defect
    """The body exceeds what was admitted."""


class ChunkedBody:
    """Collects a chunked body of at most `limit` bytes."""

    __slots__ = (
        "_extensions",
        "_limit",
        "_limits",
        "_pending",
        "_pieces",
        "_size",
        "_state",
        "_trailers",
        "_wanted",
        "trailers",
    )

    def __init__(self, limit: int, limits: Limits) -> None:
        self._limit = limit
        self._limits = limits
        self._pieces: list[bytes] = []
        self._pending = b""
        self._size = 0
        self._wanted = 0
        self._extensions = 0
        self._trailers = 0
        self._state = _SIZE
        self.trailers: list[bytes] = []

    @property
    def body(self) -> bytes:
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def take(self) -> bytes:
        """What has come since the last time."""
        data = self.body
        self._pieces.clear()
        return data

    def feed(self, data: bytes) -> bytes | None:
        """Take more bytes. None: the body goes on; else what follows it. Raises Refusal, TooLarge."""
        if self._pending:
            data = self._pending + data
            self._pending = b""
        at = 0
        while True:
            if self._state == _DATA:
                piece = data[at : at + self._wanted]
                if not piece:
                    return None
                self._pieces.append(piece)
                at += len(piece)
                self._wanted -= len(piece)
                if self._wanted:
                    return None
                self._state = _DATA_END
            elif self._state == _DATA_END:
                ending = data[at : at + 2]
                if not b"\r\n".startswith(ending):
                    raise Refusal(400)
                if len(ending) < 2:
                    self._pending = ending
                    return None
                at += 2
                self._state = _SIZE
            else:
                end = data.find(b"\r\n", at)
                if end < 0:
                    self._keep(data[at:])
                    return None
                line, at = data[at:end], end + 2
                if self._state == _SIZE:
                    self._size_line(line)
                elif not line:
                    return data[at:]
                else:
                    self._trailer(line)

    def _keep(self, rest: bytes) -> None:
        """Keep an incomplete line; refuse at once what no line can begin with."""
        room = self._limits.chunk_line if self._state == _SIZE else self._limits.trailers
        if len(rest) > room or b"\n" in rest or b"\r" in rest[:-1]:
            raise Refusal(400)
        if self._state == _SIZE and rest and rest[0] not in b"0123456789abcdefABCDEF":
            raise Refusal(400)
        self._pending = rest

    def _size_line(self, line: bytes) -> None:
        match = _SIZE_LINE(line)
        if match is None or len(line) > self._limits.chunk_line or line[:1] == b";" or not line:
            raise Refusal(400)
        digits, extensions = match.groups()
        if not digits and line[0] != 48:  # "0"
            raise Refusal(400)
        self._extensions += len(extensions)
        if self._extensions > self._limits.chunk_extensions:
            raise Refusal(400)
        size = int(digits, 16) if digits else 0
        self._wanted = size
        self._size += size
        if self._size > self._limit:
            raise TooLarge
        self._state = _DATA if size else _TRAILERS

    def _trailer(self, line: bytes) -> None:
        self._trailers += len(line) + 2
        if self._trailers > self._limits.trailers or _TRAILER(line) is None:
            raise Refusal(400)
        self.trailers.append(line)


class SizedBody:
    """Collects a body of a known length."""

    __slots__ = ("_missing", "_pieces")

    def __init__(self, length: int) -> None:
        self._missing = length
        self._pieces: list[bytes] = []

    @property
    def trailers(self) -> list[bytes]:
        return []

    @property
    def body(self) -> bytes:
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def take(self) -> bytes:
        """What has come since the last time."""
        data = self.body
        self._pieces.clear()
        return data

    def feed(self, data: bytes) -> bytes | None:
        """Take more bytes. None: the body goes on; else what follows it."""
        if len(data) < self._missing:
            self._pieces.append(data)
            self._missing -= len(data)
            return None
        self._pieces.append(data[: self._missing])
        return data[self._missing :]
