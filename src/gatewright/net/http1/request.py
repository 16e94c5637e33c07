"""One request as the application sees it, and how its answer is put on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from gatewright.net.http1.block import check_block
from gatewright.net.http1.wire import BODILESS, STATUS_LINES

if TYPE_CHECKING:
    from gatewright.net.http1.connection import Connection
    from gatewright.net.http1.grammar import Head

_WAITING, _STREAMING, _DONE = range(3)


class Http1Request:
    """Implements `net.base.Request`. Made by the connection when a head is complete; answered exactly once."""

    __slots__ = (
        "_chunked",
        "_connection",
        "_index",
        "_keep_alive",
        "_left",
        "_minor",
        "_state",
        "body",
        "headers",
        "host",
        "listener",
        "method",
        "on_disconnect",
        "path",
        "peer",
        "query",
        "received",
        "scheme",
        "target",
        "too_large",
    )

    def __init__(self, connection: Connection, head: Head, received: float) -> None:
        self.method, self.target, self.host, self.headers, self._index, self._minor, _, self._keep_alive = head
        self.path, _, self.query = self.target.partition(b"?")
        self.body = b""
        self.too_large = False
        self.peer: str = connection.peer
        self.scheme: str = connection.scheme
        self.listener: str = connection.listener
        self.received = received
        self.on_disconnect: Callable[[], None] | None = None
        self._connection = connection
        self._state = _WAITING

    def header(self, name: bytes) -> bytes | None:
        return self._index.get(name)

    def respond(self, status: int, head: bytes, body: bytes) -> None:
        """See `Request.respond`. Raises RuntimeError when the request was answered before."""
        if self._state != _WAITING:
            raise RuntimeError("the request was answered before")
        check_block(head)
        connection = self._connection
        if connection.gone:
            self._state = _DONE
            return
        framing = self._persistence()
        if status not in BODILESS:
            framing = b"%bContent-Length: %d\r\n" % (framing, len(body))
            if self.method == "HEAD":
                body = b""
        else:
            body = b""
        data = b"%b%b%b%b\r\n%b" % (_status_line(status), connection.server.date, head, framing, body)
        self._state = _DONE
        connection.transport.write(data)
        connection.answered()

    def start(self, status: int, head: bytes, length: int | None) -> None:
        """See `Request.start`. Raises ValueError for an unsound block, RuntimeError when answered before."""
        if self._state != _WAITING:
            raise RuntimeError("the request was answered before")
        check_block(head)
        line = _status_line(status)
        connection = self._connection
        self._state = _STREAMING
        self._chunked = False
        bodiless = status in BODILESS
        self._left = 0 if bodiless or self.method == "HEAD" else length
        if connection.gone:
            return
        framing = b""
        if not bodiless:
            if length is not None:
                framing = b"Content-Length: %d\r\n" % length
            elif self._minor == b"1":
                framing = b"Transfer-Encoding: chunked\r\n"
                self._chunked = self.method != "HEAD"
            else:
                self._keep_alive = False
        framing += self._persistence()
        connection.transport.write(b"%b%b%b%b\r\n" % (line, connection.server.date, head, framing))

    def write(self, data: bytes) -> bool:
        """See `Request.write`. Raises ValueError for more than the length announced."""
        if self._state != _STREAMING:
            raise RuntimeError("no streamed answer has been started, or it has ended")
        connection = self._connection
        if connection.gone or not data:
            return True
        if self._chunked:
            connection.transport.write(b"%x\r\n%b\r\n" % (len(data), data))
        elif self._left is None:
            connection.transport.write(data)
        elif self.method != "HEAD":
            if len(data) > self._left:
                raise ValueError("a streamed answer is longer than announced")
            self._left -= len(data)
            connection.transport.write(data)
        return not connection.write_paused

    def drained(self) -> Awaitable[None]:
        return self._connection.drained()

    def finish(self) -> None:
        """See `Request.finish`. An answer shorter than announced drops the connection."""
        if self._state != _STREAMING:
            raise RuntimeError("no streamed answer has been started, or it has ended")
        if self._left:
            self.abort()
            return
        self._state = _DONE
        connection = self._connection
        if connection.gone:
            return
        if self._chunked:
            connection.transport.write(b"0\r\n\r\n")
        connection.answered()

    def abort(self) -> None:
        self._state = _DONE
        self._connection.abort()

    def lost(self) -> None:
        """The client has gone: tell the application, once."""
        told, self.on_disconnect = self.on_disconnect, None
        if told is not None and self._state != _DONE:
            told()

    def _persistence(self) -> bytes:
        """The Connection line, where the version's default does not say it; tells the connection too."""
        connection = self._connection
        if not self._keep_alive or connection.closing or connection.server.draining:
            connection.closing = True
            return b"Connection: close\r\n"
        return b"" if self._minor == b"1" else b"Connection: keep-alive\r\n"


def _status_line(status: int) -> bytes:
    if not 200 <= status <= 999:
        raise ValueError(f"{status} cannot be the status of a final answer")
    return STATUS_LINES[status]


def resolved() -> asyncio.Future[None]:
    """A future that is done already."""
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future
