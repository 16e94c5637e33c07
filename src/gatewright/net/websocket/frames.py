"""Frames of a client: bytes in, whole messages and control frames out; and frames of the server.

Strict as RFC 6455 has it: frames must be masked, reserved bits clear, control frames short and whole, lengths in their
shortest form, texts UTF-8, close codes such as may be sent. A text that is no UTF-8 is refused with the frame in which
it stops being any. What is refused ends the connection with the code that section 7.4.1 gives for it.
"""

from __future__ import annotations

import codecs
from typing import Final

CONTINUATION, TEXT, BINARY = 0, 1, 2
CLOSE, PING, PONG = 8, 9, 10

NORMAL, GOING_AWAY, PROTOCOL_ERROR, UNSUPPORTED = 1000, 1001, 1002, 1003
NO_STATUS, ABNORMAL, INVALID_DATA, POLICY, TOO_BIG, INTERNAL = 1005, 1006, 1007, 1008, 1009, 1011

_CONTROL: Final = 8  # opcodes from here on
_SHORT: Final = 125  # bytes of payload that the second byte of a head can tell
_KNOWN: Final = frozenset({CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG})
# Codes that a close frame may carry (section 7.4, and the registry): others are for the ends' own use, or for nobody.
_SENDABLE: Final = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})

_number = int.from_bytes  # either order of bytes would do, and the one that need not be named is quicker
_TEXT_HEADS: Final = [
    bytes((0x80 | TEXT, length)) for length in range(_SHORT + 1)
]  # of short texts, which most messages are

Event = tuple[int, bytes]  # opcode (TEXT, BINARY, CLOSE, PING, PONG) and its whole payload


class FrameError(Exception):
    """A frame that ends the connection. `code`: of the close frame that answers it."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class FrameReader:
    """The frames of one client. `max_frame`, `max_message`: bytes of payload."""

    __slots__ = ("_decoder", "_held", "_kind", "_max_frame", "_max_message", "_parts", "_size", "_wanted", "refused")

    def __init__(self, max_frame: int, max_message: int) -> None:
        self._max_frame = max_frame
        self._max_message = max_message
        self._held: bytearray | None = None  # the beginning of a frame, of which `_wanted` bytes are needed to go on
        self._wanted = 0
        self._kind = 0  # of the message whose fragments are arriving; 0: none
        self._parts: list[bytes] = []
        self._size = 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self.refused: FrameError | None = None

    def feed(self, data: bytes) -> list[Event]:
        """What has become whole with these bytes, up to a frame that is `refused`: nothing may be fed after that."""
        events: list[Event] = []
        held = self._held
        if held is not None:
            held += data
            if len(held) < self._wanted:
                return events
            data = bytes(held)
            self._held = None
        start, end = 0, len(data)
        while start < end:
            try:
                taken = self._frame(data, start, end, events)
            except FrameError as error:
                self.refused = error
                break
            if not taken:
                break
            start += taken
            if events and events[-1][0] == CLOSE:
                start = end  # what comes after a close frame is not looked at
        if start < end and self.refused is None:
            self._held = bytearray(data[start:] if start else data)
        return events

    def _frame(self, data: bytes, start: int, end: int, events: list[Event]) -> int:
        """Read one frame; its bytes, or 0 when it is not whole yet: then `_wanted` says what it takes."""
        self._wanted = 2
        if end - start < 2:
            return 0
        first, second = data[start], data[start + 1]
        opcode, length = first & 0x0F, second & 0x7F
        if first & 0x70:
            raise FrameError(PROTOCOL_ERROR, "a reserved bit is set")
        if opcode not in _KNOWN:
            raise FrameError(PROTOCOL_ERROR, "unknown opcode")
        if not second & 0x80:
            raise FrameError(PROTOCOL_ERROR, "a client's frame is not masked")
        at = start + 2
        if length > _SHORT:
            if opcode >= _CONTROL:
                raise FrameError(PROTOCOL_ERROR, "a control frame is too long")
            wide = 2 if length == 126 else 8
            if end - at < wide:
                self._wanted = 2 + wide
                return 0
            length = int.from_bytes(data[at : at + wide], "big")
            if length <= (_SHORT if wide == 2 else 0xFFFF) or length >> 63:
                raise FrameError(PROTOCOL_ERROR, "a length is not in its shortest form")
            at += wide
        if opcode >= _CONTROL:
            if not first & 0x80:
                raise FrameError(PROTOCOL_ERROR, "a control frame is fragmented")
        else:
            self._check(opcode, length)
        if end - at < 4 + length:
            self._wanted = at - start + 4 + length
            return 0
        payload = unmask(data[at + 4 : at + 4 + length], data[at : at + 4])
        if opcode >= _CONTROL:
            events.append((opcode, payload))
        else:
            self._data(opcode, payload, bool(first & 0x80), events)
        return at + 4 + length - start

    def _check(self, opcode: int, length: int) -> None:
        """Refuse a data frame as soon as its head is known."""
        if opcode == CONTINUATION and not self._kind:
            raise FrameError(PROTOCOL_ERROR, "there is no message to continue")
        if opcode != CONTINUATION and self._kind:
            raise FrameError(PROTOCOL_ERROR, "the message before is not complete")
        if length > self._max_frame or self._size + length > self._max_message:
            raise FrameError(TOO_BIG, "")

    def _data(self, opcode: int, payload: bytes, last: bool, events: list[Event]) -> None:
        if last and opcode != CONTINUATION:
            if opcode == TEXT:
                _check_text(payload)
            events.append((opcode, payload))
            return
        if opcode != CONTINUATION:
            self._kind = opcode
            self._decoder = codecs.getincrementaldecoder("utf-8")() if opcode == TEXT else None
        if self._decoder is not None:
            try:
                self._decoder.decode(payload, last)
            except UnicodeDecodeError:
                raise FrameError(INVALID_DATA, "a text is not UTF-8") from None
        if payload:  # fragments without any could go on for ever
            self._parts.append(payload)
        self._size += len(payload)
        if last:
            events.append((self._kind, b"".join(self._parts)))
            self._kind, self._parts, self._size, self._decoder = 0, [], 0, None


def _check_text(payload: bytes) -> None:
    if not payload.isascii():
        try:
            payload.decode()
        except UnicodeDecodeError:
            raise FrameError(INVALID_DATA, "a text is not UTF-8") from None


def unmask(payload: bytes, mask: bytes) -> bytes:
    """A payload without (or with) its mask (section 5.3)."""
    length = len(payload)
    if not length:
        return b""
    return (_number(payload) ^ _number((mask * (length // 4 + 1))[:length])).to_bytes(length, "big")


def read_close(payload: bytes) -> tuple[int, str]:
    """Code and reason of a close frame; 1005 for one without. Raises FrameError."""
    if not payload:
        return NO_STATUS, ""
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or not (code in _SENDABLE or 3000 <= code <= 4999):
        raise FrameError(PROTOCOL_ERROR, "a close code that may not be sent")
    try:
        return code, payload[2:].decode()
    except UnicodeDecodeError:
        raise FrameError(INVALID_DATA, "the reason of a close is not UTF-8") from None


def frame(opcode: int, payload: bytes, *, last: bool = True) -> bytes:
    """A frame as the server sends it: without a mask."""
    length = len(payload)
    first = opcode | 0x80 if last else opcode
    if length <= _SHORT:
        return (_TEXT_HEADS[length] if first == 0x81 else bytes((first, length))) + payload
    if length <= 0xFFFF:
        return bytes((first, 126)) + length.to_bytes(2, "big") + payload
    return bytes((first, 127)) + length.to_bytes(8, "big") + payload


def frames(opcode: int, payload: bytes, most: int) -> bytes:
    """A message in frames of at most `most` bytes of payload each."""
    if len(payload) <= most:
        return frame(opcode, payload)
    parts = [payload[at : at + most] for at in range(0, len(payload), most)]
    ends = len(parts) - 1
    return b"".join(
        frame(opcode if number == 0 else CONTINUATION, part, last=number == ends) for number, part in enumerate(parts)
    )


def close_frame(code: int, reason: str = "") -> bytes:
    """A close frame; without a status for 1005."""
    if code == NO_STATUS:
        return frame(CLOSE, b"")
    text = reason.encode()[: _SHORT - 2].decode(errors="ignore").encode()
    return frame(CLOSE, code.to_bytes(2, "big") + text)
