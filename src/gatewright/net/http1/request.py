"""One request as the application sees it, and how its answer is put on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from gatewright.net.base import Header, Secured, Session, Taker
from gatewright.net.http1.block import check_block
from gatewright.net.http1.grammar import Fields
from gatewright.net.http1.wire import BODILESS, STATUS_LINES
from gatewright.net.networks import Networks
from gatewright.net.outbox import Outbox
from gatewright.net.websocket.connection import WebSocket, WebSocketLimits

_WAITING, _STREAMING, _DONE = range(3)
_NOT_FINAL: Final = "{} cannot be the status of a final answer"


class Sender(Protocol):
    """What an answer takes from its server."""

    date: bytes  # the Date line


class Carrier(Protocol):
    """The connection that a request came on, as far as its answer concerns it."""

    peer: str
    proxies: Networks | None  # when the peer is one of them
    scheme: str
    secured: Secured | None
    listener: str
    gone: bool
    last: bool
    write_paused: bool
    transport: asyncio.Transport
    outbox: Outbox

    @property
    def server(self) -> Sender: ...

    def take_body(self, taker: Taker) -> None: ...

    def resume_body(self) -> None: ...

    def answered(self) -> None: ...

    def drained(self) -> Awaitable[None]: ...

    def abort(self) -> None: ...

    def upgrade(self, head: bytes, session: Session, limits: WebSocketLimits) -> WebSocket: ...

    def reset(self) -> None: ...


class Http1Request:
    """Implements `net.base.Incoming`. Made by the connection when a head is complete; answered exactly once."""

    __slots__ = (
        "_chunked",
        "_connection",
        "_left",
        "_read",
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

    def __init__(
        self, connection: Carrier, method: str, target: bytes, read: Fields, headers: Sequence[Header], received: float
    ) -> None:
        self.method = method
        self.target = target
        self.path, _, self.query = target.partition(b"?")
        self.host = read.host
        self.headers = headers
        self.body = b""
        self.too_large = False
        self.peer: str = connection.peer
        self.scheme: str = connection.scheme
        self.listener: str = connection.listener
        self.received = received
        self.on_disconnect: Callable[[], None] | None = None
        self._read = read
        self._connection = connection
        self._state = _WAITING

    @property
    def client(self) -> str:
        proxies = self._connection.proxies
        return self.peer if proxies is None else proxies.client(self.peer, self.headers)

    @property
    def secured(self) -> Secured | None:
        return self._connection.secured

    @property
    def is_old(self) -> bool:
        """Whether it is of HTTP/1.0."""
        return self._read.block[:1] == b"0"

    @property
    def head_size(self) -> int:
        return len(self.target) + len(self._read.block)

    def header(self, name: bytes) -> bytes | None:
        return self._read.first.get(name)

    def take_body(self, taker: Taker) -> None:
        """See `Incoming.take_body`."""
        self._connection.take_body(taker)

    def upgrade(self, head: bytes, session: Session, limits: WebSocketLimits) -> WebSocket | None:
        """Answer with `head` (a whole one, of status 101), and go on as a WebSocket connection that leads to `session`.

        None when the client has gone; then the session hears nothing.
        """
        if self._state != _WAITING or self._connection.gone:
            return None
        self._state = _DONE
        self.on_disconnect = None
        return self._connection.upgrade(head, session, limits)

    def resume_body(self) -> None:
        """See `Incoming.resume_body`."""
        self._connection.resume_body()

    def respond(self, status: int, head: bytes, body: bytes, more: bytes = b"") -> None:
        """See `Request.respond`. Raises RuntimeError when the request was answered before."""
        if self._state != _WAITING:
            raise RuntimeError("the request was answered before")
        if more:
            check_block(head, repeated=True)
            check_block(more)
        else:
            check_block(head)
        if not 200 <= status <= 999:
            raise ValueError(_NOT_FINAL.format(status))
        self._state = _DONE
        connection = self._connection
        if connection.gone:
            return
        date = connection.server.date
        if self._read.plain and not connection.last and status not in BODILESS and self.method != "HEAD":
            data = b"%b%b%b%bContent-Length: %d\r\n\r\n%b" % (STATUS_LINES[status], date, head, more, len(body), body)
        else:
            data = b"%b%b%b%b%b" % (STATUS_LINES[status], date, head, more, self._ending(status, body))
        connection.outbox.write(connection.transport, data)
        connection.answered()

    def _ending(self, status: int, body: bytes) -> bytes:
        """What follows the application's lines, when the answer is not the usual one."""
        framing = self._persistence()
        if status in BODILESS:
            return framing + b"\r\n"
        if self.method == "HEAD":
            return b"%bContent-Length: %d\r\n\r\n" % (framing, len(body))
        return b"%bContent-Length: %d\r\n\r\n%b" % (framing, len(body), body)

    def start(self, status: int, head: bytes, length: int | None) -> None:
        """See `Request.start`. Raises ValueError for an unsound block, RuntimeError when answered before."""
        if self._state != _WAITING:
            raise RuntimeError("the request was answered before")
        check_block(head)
        if not 200 <= status <= 999:
            raise ValueError(_NOT_FINAL.format(status))
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
            elif self._read.minor == 1:
                framing = b"Transfer-Encoding: chunked\r\n"
                self._chunked = self.method != "HEAD"
            else:
                connection.last = True
        framing += self._persistence()
        connection.outbox.flush()
        connection.transport.write(b"%b%b%b%b\r\n" % (STATUS_LINES[status], connection.server.date, head, framing))

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
        # Where only the connection's end ends the body, an ordinary end would look like the answer's.
        unmarked = self._state == _STREAMING and not self._chunked and self._left is None
        self._state = _DONE
        if unmarked:
            self._connection.reset()
        else:
            self._connection.abort()

    def lost(self) -> None:
        """The client has gone: tell the application, once."""
        told, self.on_disconnect = self.on_disconnect, None
        if told is not None and self._state != _DONE:
            told()

    def _persistence(self) -> bytes:
        """The Connection line, where the version's default does not say it; tells the connection too."""
        connection = self._connection
        if connection.last or not self._read.keep_alive:
            connection.last = True
            return b"Connection: close\r\n"
        return b"" if self._read.minor == 1 else b"Connection: keep-alive\r\n"


def resolved() -> asyncio.Future[None]:
    """A future that is done already."""
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future
