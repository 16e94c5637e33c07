"""One WebSocket connection, the server's end.

Theory of operation. The HTTP/1.1 connection hands its transport over after the handshake; from then on this is the
transport's protocol, and it takes its predecessor's place in the server, which sweeps it once per second. Whole
messages go to the session at once, on the loop; pings are answered here. A connection is OPEN until either side sends
a close frame. CLOSING waits for the client's own (it has `close_wait` seconds), and what it still sends is thrown away.
However it ends, `Session.closed` is called once.

A client that does not read what it is sent is not read either, and is cut after `stalled` seconds. What it has not
read is bounded: from `unread` bytes on `send` takes nothing. One read can bring tens of thousands of small frames: they
are understood in slices, a turn of the loop each, and nothing more is read until then. Nor is it while the session has
asked for a pause.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final, Protocol

from gatewright.net.base import Secured, Session
from gatewright.net.outbox import Outbox
from gatewright.net.websocket.frames import (
    ABNORMAL,
    BINARY,
    CLOSE,
    GOING_AWAY,
    NO_STATUS,
    NORMAL,
    PING,
    PONG,
    TEXT,
    FrameError,
    FrameReader,
    close_frame,
    frame,
    frames,
    read_close,
)

_OPEN, _CLOSING, _GONE = range(3)


@dataclass(frozen=True, slots=True)
class WebSocketLimits:
    """Bytes and seconds. The defaults are AWS's.

    `everything`: binary and empty messages are for sessions to take and to send, as others; AWS has neither.
    """

    frame: int = 32 * 1024
    message: int = 128 * 1024
    sent_frame: int = 32 * 1024  # a longer message goes out in several frames
    idle: float = 600.0  # without a message either way
    life: float = 7200.0
    close_wait: float = 10.0
    stalled: float = 60.0
    everything: bool = False
    unread: int = 512 * 1024  # what is not read of what was sent


_SLICE: Final = 16 * 1024  # bytes that are understood in one turn of the loop
_LARGE: Final = 8 * 1024  # bytes; such a message is written at once, so that the next one finds it counted


class Owner(Protocol):
    """What a connection needs of its server."""

    loop: asyncio.AbstractEventLoop
    outbox: Outbox
    tick: int

    def adopt(self, connection: WebSocket) -> None: ...

    def forget(self, connection: Any) -> None: ...


class WebSocket:
    """See `net.base.Channel`."""

    __slots__ = (
        "_at",
        "_born",
        "_limits",
        "_paused",
        "_reader",
        "_session",
        "_since",
        "_stalled",
        "_state",
        "_told",
        "_unseen",
        "listener",
        "outbox",
        "secured",
        "server",
        "transport",
    )

    def __init__(
        self,
        server: Owner,
        transport: asyncio.Transport,
        session: Session,
        limits: WebSocketLimits,
        listener: str,
        secured: Secured | None,
    ) -> None:
        self.server = server
        self.outbox = server.outbox
        self.transport = transport
        self.listener = listener
        self.secured = secured
        self._session = session
        self._limits = limits
        self._reader: FrameReader | None = FrameReader(limits.frame, limits.message)
        self._state = _OPEN
        self._born = self._since = server.tick
        self._paused = False  # by the session
        self._stalled: int | None = None  # the tick at which the client stopped reading
        self._told: tuple[int, str] | None = None  # how it ends, when that is known
        self._unseen = b""  # what was received and waits for its turn, from `_at` on
        self._at = 0

    # What the session does

    def send(self, data: bytes, *, binary: bool = False) -> bool:
        """See `Channel.send`."""
        if self._state != _OPEN:
            return True
        if self._stalled is not None and self.transport.get_write_buffer_size() >= self._limits.unread:
            return False
        self._since = self.server.tick
        self.outbox.write(self.transport, frames(BINARY if binary else TEXT, data, self._limits.sent_frame))
        if len(data) >= _LARGE:
            self.outbox.flush()
        return True

    def pause(self) -> None:
        """See `Channel.pause`."""
        if not self._paused:
            self._paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        """See `Channel.resume`."""
        if self._paused:
            self._paused = False
            self._go_on()

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Say goodbye; the client's answer, or its silence, ends the connection."""
        if self._state == _OPEN:
            self._say_goodbye(code, reason, (code, reason))

    def abort(self) -> None:
        """Cut the connection."""
        if self._state != _GONE:
            self._reader = None
            self.transport.abort()

    # The transport's callbacks

    def data_received(self, data: bytes) -> None:
        if self._unseen:
            self._unseen = self._unseen[self._at :] + data
            self._at = 0
        elif len(data) > _SLICE or self._paused or self._stalled is not None:
            self.hold(data)
        else:
            self._understand(data)

    def hold(self, data: bytes) -> None:
        """Take these bytes for received, in turns of their own; no more is read until they are understood."""
        self._unseen = data
        self.transport.pause_reading()
        self.server.loop.call_soon(self._next)

    def _next(self) -> None:
        """Understand one slice of what waits. While the client does not read, or in a pause, it waits longer."""
        data, start = self._unseen, self._at
        if self._state == _GONE or self._paused or self._stalled is not None or not data:
            return
        end = self._at = start + _SLICE
        last = end >= len(data)
        if last:
            self._unseen, self._at = b"", 0
        self._understand(data[start:end])
        if self._state != _GONE:
            self._go_on()

    def _go_on(self) -> None:
        """With what waits, or with reading, unless there is a reason not to."""
        if self._paused or self._stalled is not None:
            return
        if self._unseen:
            self.server.loop.call_soon(self._next)
        else:
            self.transport.resume_reading()

    def _understand(self, data: bytes) -> None:
        reader = self._reader
        if reader is None:
            return  # closed for our part and theirs
        try:
            for opcode, payload in reader.feed(data):
                self._take(opcode, payload)
            if reader.refused is not None:
                raise reader.refused
        except FrameError as error:
            self._reader = None
            if self._state == _OPEN:
                self._say_goodbye(error.code, error.reason, (ABNORMAL, "Connection closed abnormally"))
            self._end()

    def eof_received(self) -> bool:
        return False

    def pause_writing(self) -> None:
        if self._stalled is None:
            self._stalled = self.server.tick
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        if self._stalled is not None:
            self._stalled = None
            self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        self._state = _GONE
        self._reader = None
        self._unseen = b""
        self.server.forget(self)
        code, reason = self._told or (ABNORMAL, "Connection closed abnormally")
        self._session.closed(code, reason)

    # What the server does

    def sweep(self, tick: int) -> None:
        """Called about once per second: end what has lasted, waited or been silent too long."""
        limits = self._limits
        if self._stalled is not None and tick - self._stalled > limits.stalled:
            self.abort()
        elif self._state == _CLOSING:
            if tick - self._since > limits.close_wait:
                self.abort()
        elif tick - self._since >= limits.idle or tick - self._born >= limits.life:
            self.close(GOING_AWAY, "Going away")

    def retire(self) -> None:
        """The server drains."""
        self.close(GOING_AWAY, "Going away")

    # Inside

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            self._goodbye(payload)
        elif self._state != _OPEN:
            return  # the client has not seen our goodbye yet
        elif opcode == PING:
            self.outbox.write(self.transport, frame(PONG, payload))
        elif opcode != PONG:
            self._since = self.server.tick
            self._session.message(payload, opcode == BINARY)

    def _goodbye(self, payload: bytes) -> None:
        """The client has sent its close frame: answer it, unless ours came first, and end. Raises FrameError."""
        code, reason = read_close(payload)
        if self._state == _OPEN:
            shown = reason if code != NO_STATUS else "Client-side close frame status not set"
            self._say_goodbye(code, "", (code, shown))
        self._reader = None
        self._end()

    def _say_goodbye(self, code: int, reason: str, told: tuple[int, str]) -> None:
        self._state = _CLOSING
        self._since = self.server.tick
        self._told = told
        self.outbox.write(self.transport, close_frame(code, reason))

    def _end(self) -> None:
        self.outbox.flush()
        self.transport.close()
