"""One client connection: bytes in, requests to the application one after the other, answers out in order.

Theory of operation. A connection is in one of five phases: HEAD (between requests, or a head is arriving), BODY (a body
is arriving), BUSY (the application has the request), LINGER (refused or ended; what still arrives is thrown away so
that the answer is not lost to a reset), GONE. `_pending` holds bytes that were read but not yet understood: an
incomplete head, or pipelined requests while BUSY; beyond `limits.pipeline` reading stops. Nothing is read from
`_pending` unless the phase is HEAD, so answers cannot overtake one another.

`_advance` is a loop, not a recursion: an application that answers at once returns into it. No timers here: the server
calls `sweep` once per second, and `since` remembers the tick at which the present wait began.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from typing import Final, Protocol, cast

from gatewright.net.base import App, Secured, Session, Taker
from gatewright.net.http1.chunked import ChunkedBody, SizedBody, TooLarge
from gatewright.net.http1.grammar import (
    METHODS,
    Fields,
    Refusal,
    check_partial,
    fields_of,
    read_line,
    reduce_target,
    unusual_method,
)
from gatewright.net.http1.limits import Limits
from gatewright.net.http1.request import Http1Request, resolved
from gatewright.net.http1.wire import CONTINUE, refusal
from gatewright.net.networks import Networks, plain
from gatewright.net.outbox import Outbox
from gatewright.net.websocket.connection import WebSocket, WebSocketLimits

_HEAD, _BODY, _BUSY, _LINGER, _GONE = range(5)
_LINGER_BYTES: Final = 8 * 1024 * 1024
_DRAIN_GRACE: Final = 2  # ticks that a draining server waits for the first byte of a connection it has just accepted
_SLASH: Final = ord("/")


class Owner(Protocol):
    """What a connection needs of its server."""

    app: App
    limits: Limits
    loop: asyncio.AbstractEventLoop
    time: Callable[[], float]
    outbox: Outbox
    tick: int
    date: bytes
    proxies: Networks
    draining: bool
    held: int  # bytes of all bodies that did not come at once, until their requests are answered

    def remember(self, connection: Connection) -> None: ...

    def forget(self, connection: Connection | WebSocket) -> None: ...

    def adopt(self, connection: WebSocket) -> None: ...


class Connection:
    """The protocol of one accepted socket: an asyncio.Protocol by its methods, so that it can be compiled."""

    __slots__ = (
        "_advancing",
        "_became",
        "_body",
        "_eof",
        "_fresh",
        "_held",
        "_known",
        "_lingered",
        "_pending",
        "_phase",
        "_reading_paused",
        "_request",
        "_scanned",
        "_skipped",
        "_taker",
        "_waiter",
        "gone",
        "last",
        "listener",
        "outbox",
        "peer",
        "proxies",
        "scheme",
        "secured",
        "server",
        "since",
        "transport",
        "write_paused",
    )

    transport: asyncio.Transport

    def __init__(self, server: Owner, listener: str, scheme: str, secured: Secured | None = None) -> None:
        self.server = server
        self.outbox: Outbox = server.outbox  # one look-up less for each answer
        self.listener = listener
        self.scheme = scheme
        self.secured = secured
        self.peer = ""
        self.proxies: Networks | None = None
        self.last = False  # the next answer is the last
        self.gone = False
        self.write_paused = False
        self.since = server.tick
        self._phase = _HEAD
        self._pending = b""
        self._scanned = 0
        self._skipped = False  # one empty line before the request line was seen
        self._fresh = True  # no request yet
        self._eof = False  # the client sends no more
        self._advancing = False
        self._became: WebSocket | None = None
        self._reading_paused = False
        self._lingered = 0
        self._held = 0  # bytes of the present body that count in `server.held`
        self._known: Fields | None = None  # of the last head: clients mostly repeat them to the byte
        self._body: SizedBody | ChunkedBody | None = None
        self._request: Http1Request | None = None
        self._taker: Taker | None = None  # of the present body, when the application wants it as it arrives
        self._waiter: asyncio.Future[None] | None = None

    # The transport's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        if isinstance(peer, tuple):
            self.peer = plain(peer[0])
            if self.server.proxies.contains(self.peer):
                self.proxies = self.server.proxies
        self.server.remember(self)
        if self.secured is not None and not self.secured.settle(transport):
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        self._phase = _GONE
        self._pending = b""
        self._body = None
        self._taker = None
        self._release()
        self.server.forget(self)
        self._wake()
        request, self._request = self._request, None
        if request is not None:
            request.lost()

    def eof_received(self) -> bool:
        """The client sends no more. It may wait for its answer or have gone: the application chooses."""
        if self._phase != _BUSY or self.scheme == "https":
            return False
        self._eof = True
        if self._request is not None:
            self._request.lost()
        return True

    def data_received(self, data: bytes) -> None:
        phase = self._phase
        if phase == _HEAD and not self.write_paused:
            self._advance(self._pending + data if self._pending else data)
        elif phase == _BODY:
            self.since = self.server.tick
            self._advance(data)
        elif phase <= _BUSY:
            self._pending += data
            if len(self._pending) > self.server.limits.pipeline and not self._reading_paused:
                self._reading_paused = True
                self.transport.pause_reading()
        elif phase == _LINGER:
            self._lingered += len(data)
            if self._lingered > _LINGER_BYTES:
                self.transport.abort()

    def pause_writing(self) -> None:
        self.write_paused = True
        self.since = self.server.tick

    def resume_writing(self) -> None:
        self.write_paused = False
        self.since = self.server.tick
        self._wake()
        if self._phase == _HEAD and self._pending and not self._advancing:
            self._advance(self._pending)
        self._resume_reading()

    # From bytes to requests

    def _advance(self, data: bytes) -> None:
        """Understand `data` (all that is unread) as far as it goes; keep the rest in `_pending`."""
        self._advancing = True
        try:
            while data:
                if self._phase == _HEAD:
                    rest = self._head(data)
                elif self._phase == _BODY:
                    rest = self._feed(data)
                else:
                    rest = None
                if rest is None:
                    break
                data = rest
                if self._became is not None:
                    if data:  # a client that did not wait for the answer
                        self._became.data_received(data)
                    break
                if self._phase == _BUSY or self.write_paused:
                    self._pending = data
                    break
                self._pending = b""
            # An answer given at once leaves the phase at HEAD and the loop goes on with what is pending.
        except Refusal as refused:
            self._refuse(refused.status)
        finally:
            self._advancing = False

    def _head(self, data: bytes) -> bytes | None:
        """Read one head; what follows it, or None when it is incomplete (and kept) or the connection has ended."""
        if data[0] == 13 and not self._skipped and data[:2] == b"\r\n":
            data = data[2:]
            self._skipped = True
            self._scanned = 0
        server = self.server
        limits = server.limits
        end = data.find(b"\r\n\r\n", self._scanned - 3 if self._scanned > 3 else 0)
        if end < 0:
            if not self._pending:
                self.since = server.tick
            check_partial(data, self._scanned, limits.request_line, limits.headers)
            self._pending = data
            self._scanned = len(data)
            return None
        raw_method, target, start = read_line(data, limits.request_line)
        block = data[start : end + 2]
        read = self._known
        if read is None or read.block != block:
            read = self._known = fields_of(block, limits.headers, limits.header_count)
        method = METHODS.get(raw_method) or unusual_method(raw_method)
        if target[0] != _SLASH:
            target, read = reduce_target(target, read)
        self._pending = b""
        self._scanned = 0
        self._skipped = self._fresh = False
        request = self._request = Http1Request(self, method, target, read, read.fields, server.time())
        rest = data[end + 4 :]
        if read.length:
            return self._begin_body(request, read, rest)
        if b"expect" in read.first:
            _expects_continue(read)
        self._phase = _BUSY
        server.app.handle(request)
        return rest

    def _begin_body(self, request: Http1Request, read: Fields, rest: bytes) -> bytes | None:
        expected = _expects_continue(read)
        admitted = self.server.app.admit(request)
        if read.length > admitted:
            self._too_large(request)
            return None
        self._body = SizedBody(read.length) if read.length > 0 else ChunkedBody(admitted, self.server.limits)
        self._phase = _BODY
        self.since = self.server.tick
        if rest:
            return rest
        if expected:
            self.outbox.write(self.transport, CONTINUE)
        return None

    def _feed(self, data: bytes) -> bytes | None:
        body, request = self._body, self._request
        assert body is not None
        assert request is not None
        try:
            rest = body.feed(data)
        except TooLarge:
            self._too_large(request)
            return None
        if self._taker is not None:
            self._give(self._taker, body, ended=rest is not None)
        if rest is not None:
            request.body = body.body
            self._hand_over(request)
        elif self._taker is None:
            self._hold(len(data))
        return rest

    def take_body(self, taker: Taker) -> None:
        """See `Incoming.take_body`."""
        self._taker = taker

    def resume_body(self) -> None:
        """See `Incoming.resume_body`."""
        if self._phase == _BODY:
            self._resume_reading()

    def _give(self, taker: Taker, body: SizedBody | ChunkedBody, *, ended: bool) -> None:
        piece = body.take()
        if piece and not taker.piece(piece) and not ended and not self._reading_paused and not self.gone:
            self._reading_paused = True
            self.transport.pause_reading()
        if ended and body.trailers:
            taker.trailers(body.trailers)

    def _hold(self, size: int) -> None:
        """Count a part of a body that goes on. Raises Refusal when all of them together are too much."""
        self._held += size
        self.server.held += size
        if self.server.held > self.server.limits.held:
            raise Refusal(503)

    def _release(self) -> None:
        self.server.held -= self._held
        self._held = 0

    def _too_large(self, request: Http1Request) -> None:
        """The application answers; the rest of the body is thrown away and the connection ends."""
        request.too_large = True
        self.last = True
        self._lingered = 1
        self._hand_over(request)

    def _hand_over(self, request: Http1Request) -> None:
        self._body = None
        self._taker = None
        self._phase = _BUSY
        self.server.app.handle(request)

    def upgrade(self, head: bytes, session: Session, limits: WebSocketLimits) -> WebSocket:
        """See `Http1Request.upgrade`."""
        socket = self._became = WebSocket(self.server, self.transport, session, limits, self.listener, self.secured)
        pending, self._pending = self._pending, b""
        self._request = None
        self._phase = _GONE
        self.gone = True
        self._release()
        self.server.forget(self)
        self.server.adopt(socket)
        self.transport.set_protocol(cast("asyncio.Protocol", socket))
        self.outbox.write(self.transport, head)
        if pending:  # as above; the session learns of its channel first
            socket.hold(pending)
        elif self._reading_paused:
            self.transport.resume_reading()
        if self.last:  # the server drains
            socket.retire()
        if self._eof:  # the client sends no more, which nobody would tell again
            self.outbox.flush()
            self.server.loop.call_soon(socket.abort)
        return socket

    # From answers to the next request

    def answered(self) -> None:
        """The present request's answer is complete."""
        self._request = None
        self.since = self.server.tick
        if self._held:
            self._release()
        if self.last:
            self._end()
            return
        self._phase = _HEAD
        if self._advancing:
            return
        if self._pending and not self.write_paused:
            self._advance(self._pending)
        if self._reading_paused:
            self._resume_reading()
        if self._eof and self._phase == _HEAD and not self.write_paused:
            self.outbox.flush()
            self.transport.close()

    def _resume_reading(self) -> None:
        if self._reading_paused and len(self._pending) <= self.server.limits.pipeline and not self.gone:
            self._reading_paused = False
            self.transport.resume_reading()

    def _refuse(self, status: int) -> None:
        request, self._request = self._request, None
        self._body = None
        if self._taker is not None and request is not None:
            self._taker = None
            request.lost()
        self._release()
        self._lingered = 1
        self.outbox.write(self.transport, refusal(status, self.server.date))
        self._end()

    def _end(self) -> None:
        """Close after what was written; linger where the client may still be sending."""
        self.outbox.flush()
        pending, self._pending = self._pending, b""
        if not self._lingered and not pending:
            self._phase = _GONE
            self.transport.close()
            return
        self._phase = _LINGER
        self.since = self.server.tick
        if self._reading_paused:
            self._reading_paused = False
            self.transport.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def abort(self) -> None:
        """Cut the connection; what was not sent is lost."""
        if not self.gone:
            self.transport.abort()

    def reset(self) -> None:
        """Cut the connection in a way that the client's TCP reports as an error."""
        sock = self.transport.get_extra_info("socket")
        if sock is not None and not self.gone:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.abort()

    # Back-pressure, time, drain

    def drained(self) -> asyncio.Future[None]:
        if not self.write_paused or self.gone:
            return resolved()
        if self._waiter is None or self._waiter.done():
            self._waiter = self.server.loop.create_future()
        return self._waiter

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def sweep(self, tick: int) -> None:
        """Called about once per second: end what has waited too long."""
        waited = tick - self.since
        limits = self.server.limits
        if self.write_paused:
            if waited > limits.body_timeout:
                self.transport.abort()
        elif self._phase == _HEAD:
            if self.server.draining and self._fresh and not self._pending:
                if waited >= _DRAIN_GRACE:
                    self.transport.close()
            elif self._pending:
                if waited > limits.header_timeout:
                    self._refuse(408)
            elif waited > (limits.header_timeout if self._fresh else limits.idle_timeout):
                self.transport.close()
        elif self._phase == _BODY:
            if waited > limits.body_timeout:
                self._refuse(408)
        elif self._phase == _LINGER and waited > limits.linger:
            self.transport.abort()

    def retire(self) -> None:
        """The server drains: an idle connection closes now, any other when it has finished."""
        if self._phase == _HEAD and not self._pending and not self._fresh:
            self.transport.close()
        else:
            self.last = True
            if self._fresh:
                self.since = self.server.tick


def _expects_continue(read: Fields) -> bool:
    """Whether the client waits for 100 Continue. Raises Refusal for any other expectation (RFC 9110 section 10.1.1)."""
    expect = read.first.get(b"expect")
    if expect is None:
        return False
    if expect.lower() != b"100-continue":
        raise Refusal(417)
    return read.minor == 1
