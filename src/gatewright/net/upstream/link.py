"""One connection to an origin: a request out, its answer in, then back to the pool.

Theory of operation. A link carries one call at a time and never pipelines. The head of the answer is kept until it is
whole; then it is looked at as raw bytes for what llhttp reads leniently (obs-fold, a Transfer-Encoding that is not
exactly `chunked`, both framing fields), 1xx answers are dropped, and llhttp reads the rest. The answer is handed on
after the parser has returned, so that whoever takes it may start the next call on this very link. Bytes after the end
of an answer, or without a call, end the link: they could be taken for the next answer.

A backend under load sends the same head again and again (Date changes once per second). The last plain head is kept
with what it meant; an answer of the same size that begins with the same bytes needs no parser.
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol, cast

import httptools

from gatewright.net.base import Failure, Header, UpstreamError, UpstreamResponse
from gatewright.net.outbox import Outbox
from gatewright.net.upstream.call import Exchange, Fetch, Stream
from gatewright.net.upstream.message import IDEMPOTENT

_MAX_HEAD: Final = 256 * 1024
_MAX_INTERIM: Final = 16  # 1xx answers before the final one
_VERSIONS: Final = (b"HTTP/1.1 ", b"HTTP/1.0 ")
_BODILESS: Final = frozenset((204, 304))
_LARGE: Final = 64 * 1024  # of requests above this it is checked that they were sent before the link is used again


class _Extra(Exception):  # noqa: N818 - a signal out of the parser
    """More bytes than the answer has."""


class Owner(Protocol):
    """The pool, as its links see it."""

    outbox: Outbox

    def connected(self, link: Link) -> None: ...

    def release(self, link: Link) -> None: ...

    def lost(self, link: Link) -> None: ...

    def take_again(self, call: Exchange) -> None: ...


class Link:
    """The protocol of one upstream connection: an asyncio.Protocol by its methods, so that it can be compiled."""

    __slots__ = (
        "_body",
        "_coded",
        "_complete",
        "_headers",
        "_in_body",
        "_in_head",
        "_interim",
        "_keep_alive",
        "_known_head",
        "_known_headers",
        "_known_size",
        "_known_status",
        "_outbox",
        "_parser",
        "_paused",
        "_pending",
        "_size",
        "_status",
        "_until_close",
        "call",
        "closed",
        "connected",
        "idle_since",
        "pool",
        "transport",
        "used",
    )

    transport: asyncio.Transport

    def __init__(self, pool: Owner) -> None:
        self.pool = pool
        self._outbox: Outbox = pool.outbox
        self.call: Exchange | None = None
        self.connected = False
        self.closed = False
        self.used = 0  # calls begun
        self.idle_since = 0.0
        self._parser = httptools.HttpResponseParser(self)
        self._paused = False
        self._known_head = b""
        self._known_size = -1  # of head and body together
        self._known_status = 0
        self._known_headers: list[Header] = []
        self._reset()

    def _reset(self) -> None:
        self._headers: list[Header] = []
        self._body: list[bytes] = []
        self._in_head = True
        self._in_body = self._complete = self._until_close = self._coded = False
        self._pending = b""
        self._size = 0
        self._interim = 0

    def send(self, call: Exchange) -> None:
        """Begin a call on this idle link."""
        self.call = call
        call.link = self
        self.used += 1
        self._outbox.write(self.transport, call.data)

    def drop(self) -> None:
        """The call was given up: what is under way on this connection is of no more use."""
        self.call = None
        self.close()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.pool.lost(self)
            self.transport.abort()

    def pause(self) -> None:
        if not self._paused and not self.closed:
            self._paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        if self._paused and not self.closed:
            self._paused = False
            self.transport.resume_reading()

    # The transport's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.connected = True
        self.pool.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed:
            self.closed = True
            self.pool.lost(self)
        call, self.call = self.call, None
        if call is None:
            return
        if self._until_close and exc is None:
            self._deliver(call)
        elif self._in_head and not self._pending and self.used > 1 and call.method in IDEMPOTENT and not call.retried:
            call.retried = True
            call.link = None
            self.pool.take_again(call)
        else:
            call.link = None
            call.fail(UpstreamError(Failure.CLOSED, "the connection ended before the answer was complete"))

    def eof_received(self) -> bool:
        return False  # the transport closes, and connection_lost tells the rest

    def pause_writing(self) -> None:
        """A link writes one request at a time; its body is in memory anyway."""

    def resume_writing(self) -> None:
        """See `pause_writing`."""

    def data_received(self, data: bytes) -> None:
        call = self.call
        if call is None:
            self.close()
            return
        if len(data) == self._known_size and data.startswith(self._known_head) and self._repeats(call, data):
            return
        if self._in_head:
            fresh = not self._pending
            whole = self._head(data)
            if not whole:
                return
            data = whole
        else:
            fresh = False
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self._complete:
                if not call.over:
                    call.fail(UpstreamError(Failure.PROTOCOL, f"not a sound HTTP/1.1 answer: {error}"))
                return
            self._keep_alive = False
        if self._complete and not call.over:
            if fresh and self._keep_alive:
                self._remember(call, data)
            self._finish(call)

    def _repeats(self, call: Exchange, data: bytes) -> bool:
        """Complete a call whose answer has the head of the last one. False when it must be read after all."""
        if not self._in_head or self._pending or call.method == b"HEAD" or len(call.data) > _LARGE:
            return False
        body = data[len(self._known_head) :]
        if call.sink is not None or len(body) > call.max_body:
            return False
        self.call = call.link = None
        self.pool.release(self)
        cast("Fetch", call).complete(UpstreamResponse(self._known_status, self._known_headers, body))
        return True

    def _remember(self, call: Exchange, data: bytes) -> None:
        """Keep the head of an answer that came in one piece, with a length, and leaves the connection open."""
        if self._coded or self._until_close or call.sink is not None or call.method == b"HEAD":
            return
        self._known_size = len(data)
        self._known_head = data[: len(data) - self._size]
        self._known_status = self._status
        self._known_headers = self._headers

    # Reading an answer

    def _head(self, data: bytes) -> bytes | None:
        """All bytes so far, once the final answer's head is whole and sound; None when it is not (yet)."""
        if self._pending:
            data = self._pending + data
        while True:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                if len(data) > _MAX_HEAD or (b"\n\n" in data and b"\r\n" not in data):
                    self._protocol_error("the answer's head is too large or not HTTP")
                    return None
                self._pending = data
                return None
            if not data.startswith(_VERSIONS):
                self._protocol_error("not an HTTP/1.1 answer")
                return None
            if data[9:10] != b"1":
                break
            self._interim += 1
            if data[9:12] == b"101" or self._interim > _MAX_INTERIM:
                self._protocol_error("an unasked change of protocol, or no end of interim answers")
                return None
            data = data[end + 4 :]
            self._pending = data
            if not data:
                return None
        head = data[: end + 2].lower()
        if b"\r\n " in head or b"\r\n\t" in head:
            self._protocol_error("a folded header line")
            return None
        sized = b"\r\ncontent-length:" in head
        if b"\r\ntransfer-encoding:" in head:
            if sized or not _exactly_chunked(head):
                self._protocol_error("ambiguous framing of the answer")
                return None
            self._coded = True
        elif not sized:
            self._until_close = True
        self._pending = b""
        self._in_head = False
        return data

    def _protocol_error(self, why: str) -> None:
        if self.call is not None:
            self.call.fail(UpstreamError(Failure.PROTOCOL, why))

    def on_message_begin(self) -> None:
        if self._complete:
            raise _Extra

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_body:  # else it is a trailer
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._status = self._parser.get_status_code()
        self._in_body = True
        call = self.call
        assert call is not None
        if call.method == b"HEAD":
            # llhttp would wait for a body; whether the connection lasts is asked before the parser is replaced.
            self._keep_alive = self._parser.should_keep_alive()
            self._complete = True
        elif self._status in _BODILESS:
            self._until_close = False
        if call.sink is not None:
            self._stream_head(cast("Stream", call))

    def _stream_head(self, call: Stream) -> None:
        length: int | None = None
        for name, value in self._headers:
            if name.lower() == b"content-length":
                length = int(value)
        headers = self._without_coding()
        call.head(self._status, headers, length)

    def on_body(self, data: bytes) -> None:
        call = self.call
        if call is None or call.over:
            return
        if self._complete:
            raise _Extra
        if call.sink is not None:
            cast("Stream", call).piece(data)
            return
        self._size += len(data)
        if self._size > call.max_body:
            call.fail(UpstreamError(Failure.TOO_LARGE, f"the answer's body exceeds {call.max_body} bytes"))
            return
        self._body.append(data)

    def on_message_complete(self) -> None:
        self._complete = True
        self._keep_alive = self._parser.should_keep_alive()

    def _without_coding(self) -> list[Header]:
        return [item for item in self._headers if item[0].lower() != b"transfer-encoding"]

    # Ending it

    def _finish(self, call: Exchange) -> None:
        """The answer is whole: free the link, then hand the answer on."""
        self.call = None
        keep = self._keep_alive and not (len(call.data) > _LARGE and self.transport.get_write_buffer_size())
        if call.method == b"HEAD":
            self._parser = httptools.HttpResponseParser(self)
        if not keep:
            self.close()
        self._deliver(call)

    def _deliver(self, call: Exchange) -> None:
        call.link = None
        status, headers, body = self._status, self._headers, self._body
        if self._coded:
            headers = self._without_coding()
        self._reset()
        if not self.closed:
            self.resume()
            self.pool.release(self)
        if call.sink is not None:
            cast("Stream", call).ended()
        else:
            whole = body[0] if len(body) == 1 else b"".join(body)
            cast("Fetch", call).complete(UpstreamResponse(status, headers, whole))


def _exactly_chunked(head: bytes) -> bool:
    """Whether a lower-cased head has one Transfer-Encoding and it is `chunked`, in HTTP/1.1."""
    if head.count(b"\r\ntransfer-encoding:") != 1 or not head.startswith(b"http/1.1"):
        return False
    value = head.partition(b"\r\ntransfer-encoding:")[2].partition(b"\r\n")[0]
    return value.strip(b" \t") == b"chunked"
