"""The Protocols of this room: what a server hands to an application, and what an upstream client gives back.

Bytes stay bytes: nothing here decodes a header, a path or a body. Header names keep the sender's spelling; look-ups
take the lower-case name. Callbacks, not coroutines, are the ground floor, because a Task per request costs more than
most of the work that a request needs; `await`-able conveniences are built on top.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

Header = tuple[bytes, bytes]
MUTUAL = "mutual"  # listener of the requests on connections where clients have shown certificates


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A client's certificate as APIs see it. `expires` in epoch seconds."""

    pem: str
    subject: str
    issuer: str
    serial: str
    not_before: str
    not_after: str
    expires: float


class Secured(Protocol):
    """What a TLS handshake has settled.

    `name`: which the client asked for, lower-case; "" when it asked for none. `client`: who it has proved to be.
    `version` ("TLSv1.3") and `suite` (IANA's name) of the connection.
    """

    name: str
    version: str
    suite: str
    client: ClientCertificate | None

    def holds(self) -> bool:
        """Whether the client counts as known still: its certificate may have expired, the truststore have changed."""
        ...

    def settle(self, transport: asyncio.BaseTransport) -> bool:
        """Read the handshake's outcome, once it is over; False: the connection must not go on."""
        ...


class TlsChoice(Protocol):
    """How TLS is spoken on a connection. `mutual`: its client shows a certificate."""

    @property
    def context(self) -> ssl.SSLContext: ...

    @property
    def mutual(self) -> bool: ...

    def secure(self, name: str) -> Secured:
        """For a connection whose client asks for this name."""
        ...


@dataclass(frozen=True, slots=True)
class TlsName:
    """How TLS is spoken under one name, or under all names one level below ("*.example.com").

    `certificate`: chain and private key, PEM; None: whatever the server has for it. `mutual`: clients must show a
    certificate that `truststore` (PEM) vouches for; without a truststore nobody is let in.
    """

    name: str
    policy: str
    certificate: str | None = field(default=None, repr=False)
    mutual: bool = False
    truststore: str | None = field(default=None, repr=False)


class Request(Protocol):
    """One complete request, valid by RFC 9112's strict reading. `respond` (or `start`…`finish`) must be called once."""

    method: str
    target: bytes  # as sent, origin-form (absolute-form is reduced to it; its authority is then `host`)
    path: bytes  # target up to the first "?"; never empty; not decoded
    query: bytes  # after the first "?"; b"" when there is none
    host: bytes  # Host field, lower-cased, with port if sent; b"" (HTTP/1.0 only)
    body: bytes  # b"" when none; complete unless `too_large`
    too_large: (
        bool  # the body was larger than `App.admit` allowed; `body` is b"" and the connection ends after the answer
    )
    peer: str  # the IP address at the other end; "" on a unix socket
    scheme: str  # "http" | "https"
    listener: str  # the name given to the listener this came in on
    received: float  # loop.time() when the head was complete
    # Set it to be told, once, when the client leaves, or says that it sends no more, before it has its answer. A client
    # of the second kind may still be waiting: an answer given all the same reaches it.
    on_disconnect: Callable[[], None] | None

    @property
    def client(self) -> str:
        """The client's IP address: `peer`, or what trusted proxies say of whom they are called by."""
        ...

    @property
    def secured(self) -> Secured | None:
        """What the TLS handshake of its connection has settled; None without TLS, or where nobody looked."""
        ...

    @property
    def headers(self) -> Sequence[Header]:
        """In order of arrival, names as sent. The same object for requests with the same head: worth remembering by."""
        ...

    @property
    def head_size(self) -> int:
        """Bytes of the target and the header lines together."""
        ...

    def header(self, name: bytes) -> bytes | None:
        """The first value of the header with this lower-case name."""
        ...

    def respond(self, status: int, head: bytes, body: bytes, more: bytes = b"") -> None:
        """Send the answer in one write.

        `head` is a block of complete header lines, each ended by CRLF, without Date, Content-Length, Connection and
        Transfer-Encoding: the server adds these. `more` are further lines: who answers with the same `head` again and
        again puts there what differs, and the head is checked once. For HEAD, `body` gives the length and is not
        sent; 204 and 304 carry neither. After the client has gone this does nothing. Raises ValueError for an unsound
        block.
        """
        ...

    def start(self, status: int, head: bytes, length: int | None) -> None:
        """Begin a streamed answer; `length` in bytes if known, else chunked (or until close for HTTP/1.0)."""
        ...

    def write(self, data: bytes) -> bool:
        """Send a piece of a streamed answer; False when the caller should wait for `drained()`."""
        ...

    def drained(self) -> Awaitable[None]:
        """Resolves when the client has taken enough (or has gone)."""
        ...

    def finish(self) -> None:
        """End a streamed answer."""
        ...

    def abort(self) -> None:
        """Drop the connection: a streamed answer that cannot be completed must not look complete."""
        ...


class Taker(Protocol):
    """Takes a request's body as it arrives. The end is `App.handle`, or the request's `on_disconnect`."""

    def piece(self, data: bytes) -> bool:
        """False: stop reading until `Incoming.resume_body`."""
        ...

    def trailers(self, lines: Sequence[bytes]) -> None:
        """The body's trailer lines, just before its end, when it has any."""
        ...


class Incoming(Request, Protocol):
    """A request whose body can be taken as it arrives."""

    def take_body(self, taker: Taker) -> None:
        """Ask for it, within `App.admit`; `body` stays empty then."""
        ...

    def resume_body(self) -> None:
        """Go on reading after `Taker.piece` has returned False. Safe at any time."""
        ...


class Session(Protocol):
    """What a WebSocket connection leads to."""

    def message(self, data: bytes, binary: bool) -> None:
        """A whole message of the client; a text is UTF-8. Must not raise and must not block."""
        ...

    def closed(self, code: int, reason: str) -> None:
        """The connection has ended; called once. 1006 when it was cut, 1005 when the client gave no code."""
        ...


class Channel(Protocol):
    """The server's end of a WebSocket connection."""

    def send(self, data: bytes, *, binary: bool = False) -> bool:
        """Send a message; False: not taken, the client has not read enough of what it was sent before.

        After the connection has begun to close this does nothing.
        """
        ...

    def pause(self) -> None:
        """Read no more from the client for the time being; what was read already may still come."""
        ...

    def resume(self) -> None:
        """Read on."""
        ...

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Begin to close."""
        ...

    def abort(self) -> None:
        """Cut the connection."""
        ...


class App(Protocol):
    """What a server serves."""

    def admit(self, request: Request) -> int:
        """The most body bytes to take for this request; called when its head announces a body, before 100 Continue."""
        ...

    def handle(self, request: Request) -> None:
        """Answer the request, now or later. Must not raise and must not block."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """What a client shows of itself in a TLS handshake: certificate and private key, PEM."""

    certificate: str
    key: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an upstream connection goes. `unix` set: a socket path, and host and port only name it in Host.

    `via` set: the host and port to connect to; `host` stays the name that the certificate must have.
    """

    scheme: str  # "http" | "https"
    host: str
    port: int
    unix: str | None = None
    verify: bool = True  # check the certificate; False only where the API says insecureSkipVerification
    via: tuple[str, int] | None = None
    identity: Identity | None = None


class Prepared:
    """Headers that are sent again and again: the client checks and encodes them once, when they are first sent."""

    __slots__ = ("block", "headers", "hosts")

    def __init__(self, headers: Sequence[Header]) -> None:
        self.headers = headers
        self.block: bytes | None = None  # the client's
        self.hosts = 0  # the client's


@dataclass(slots=True)
class UpstreamResponse:
    """A backend's whole answer. `headers` as sent, but without Transfer-Encoding and trailers.

    `headers` is read only: answers with the same head share it.
    """

    status: int
    headers: list[Header]
    body: bytes


class Failure(StrEnum):
    """Why an upstream call brought no answer."""

    TIMEOUT = "timeout"  # no complete answer within the time allowed
    CONNECT_TIMEOUT = "connect-timeout"
    UNRESOLVABLE = "unresolvable"
    REFUSED = "refused"  # connection refused, unreachable
    TLS = "tls"
    CLOSED = "closed"  # the connection died before the answer was complete
    PROTOCOL = "protocol"  # the answer is not HTTP/1.1
    TOO_LARGE = "too-large"  # the answer's body exceeds `max_body`
    BUSY = "busy"  # the pool's bound and its queue are full


@dataclass(slots=True)
class UpstreamError(Exception):
    """An upstream call that brought no answer."""

    failure: Failure
    detail: str = ""


Done = Callable[["UpstreamResponse | UpstreamError"], None]


class Call(Protocol):
    """An upstream call in flight."""

    def cancel(self) -> None:
        """Give it up; `done` will not be called. Safe at any time."""
        ...


class StreamCall(Call, Protocol):
    """An upstream call whose answer is taken as it arrives."""

    def resume(self) -> None:
        """Go on reading after `Sink.data` returned False. Safe at any time."""
        ...


class Sink(Protocol):
    """Takes an answer as it arrives: `head` once, `data` any number of times, `end` once, whatever happens."""

    def head(self, status: int, headers: list[Header], length: int | None) -> None:
        """`length`: what Content-Length announces; None when the end is known only when it comes."""
        ...

    def data(self, piece: bytes) -> bool:
        """False: stop reading until `resume` of the call is called."""
        ...

    def end(self, error: UpstreamError | None) -> None:
        """The answer is complete (None), or will never be. Not called after `cancel`."""
        ...


class Upstream(Protocol):
    """The pooled HTTP/1.1 client."""

    def fetch(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: Sequence[Header],
        body: bytes,
        done: Done,
        *,
        timeout: float,
        max_body: int = 10 * 1024 * 1024,
        prepared: Prepared | None = None,
        more: bytes = b"",
    ) -> Call:
        """Send one request and call `done` exactly once, never before `fetch` has returned.

        `prepared` headers go before `headers`, and `more` after them: complete header lines that the caller knows to be
        sound, each ended by CRLF, none of them Host or a framing field.

        The caller gives all headers but Content-Length, Transfer-Encoding and Connection, which belong to the client
        (Host is the caller's; it is added from `origin` when absent). A name or value that could break the framing
        raises ValueError. `timeout` in seconds covers everything from now to the last byte of the answer.
        """
        ...

    async def request(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: Sequence[Header] = (),
        body: bytes = b"",
        *,
        timeout: float = 30.0,
        max_body: int = 10 * 1024 * 1024,
    ) -> UpstreamResponse:
        """`fetch` for those who can wait. Raises UpstreamError."""
        ...

    def stream(
        self,
        origin: Origin,
        method: bytes,
        target: bytes,
        headers: Sequence[Header],
        body: bytes,
        sink: Sink,
        *,
        timeout: float,
        idle_timeout: float = 60.0,
        total: float | None = None,
    ) -> StreamCall:
        """Like `fetch`, but the answer goes to `sink` piece by piece, without a bound on its size.

        `timeout` in seconds covers everything up to the answer's head, `idle_timeout` each silence after it, `total`
        everything up to its last byte.
        """
        ...

    async def close(self) -> None:
        """Fail what is in flight (CLOSED) and close all connections."""
        ...
