"""Listeners, the once-per-second sweep, and an orderly end.

Ticks are whole seconds since the start, counted by the sweep: connections compare ticks instead of holding timers. The
sweep also renews the Date line. Draining: stop accepting, close idle connections, let each request in flight finish
with `Connection: close` (also one whose head is still arriving), then cut what remains.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl as tls
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, cast

from gatewright.net.base import MUTUAL, App, TlsChoice
from gatewright.net.http1.connection import Connection
from gatewright.net.http1.limits import Limits
from gatewright.net.http1.wire import date_line
from gatewright.net.networks import Networks
from gatewright.net.outbox import Outbox
from gatewright.net.tls_listener import TlsListener
from gatewright.net.websocket.connection import WebSocket

log = logging.getLogger(__name__)
# A socket that was handed in belongs to whoever made it, its name too; Python 3.13 would remove it with the server.
_KEEP_NAME: dict[str, Any] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}


class Listening(Protocol):
    """A listener that can be closed."""

    def close(self) -> None: ...


class Http1Server:
    """Serves one application on any number of listeners of one event loop.

    `proxies`: who is believed when it says for whom it asks (X-Forwarded-For); nobody by default.
    """

    def __init__(self, app: App, limits: Limits | None = None, proxies: Networks | None = None) -> None:
        self.app = app
        self.proxies = proxies or Networks(())
        self.limits = limits or Limits()
        self.loop = asyncio.get_running_loop()
        self.time = self.loop.time
        self.outbox = Outbox(self.loop)
        self.tick = 0
        self.date = date_line()
        self.connections: set[Connection | WebSocket] = set()
        self.draining = False
        self.held = 0
        self._refused = 0  # since the last sweep
        self._servers: list[Listening] = []
        self._empty: asyncio.Event = asyncio.Event()
        self._timer = self.loop.call_later(1, self._sweep)

    async def listen(
        self,
        where: socket.socket | str | Path,
        ssl: tls.SSLContext | None = None,
        name: str = "public",
        *,
        backlog: int = 2048,
    ) -> None:
        """Accept connections from a bound socket (listening or not yet) or on a unix socket path. Raises OSError."""
        scheme = "https" if ssl is not None else "http"

        def connect() -> asyncio.Protocol:
            return cast("asyncio.Protocol", Connection(self, name, scheme))

        handshake = self.limits.header_timeout if ssl is not None else None
        if not isinstance(where, socket.socket):
            server = await self.loop.create_unix_server(
                connect, str(where), ssl=ssl, backlog=backlog, ssl_handshake_timeout=handshake
            )
        elif where.family == socket.AF_UNIX:
            server = await self.loop.create_unix_server(
                connect, sock=where, ssl=ssl, backlog=backlog, ssl_handshake_timeout=handshake, **_KEEP_NAME
            )
        else:
            server = await self.loop.create_server(
                connect, sock=where, ssl=ssl, backlog=backlog, ssl_handshake_timeout=handshake
            )
        self._servers.append(server)

    def listen_tls(self, where: socket.socket, choose: Callable[[str], TlsChoice | None], name: str = "public") -> None:
        """Accept TLS connections from a bound socket, each in the context that is chosen for the name it asks for.

        Connections whose clients show certificates are those of the listener `net.base.MUTUAL`, whatever `name` says.
        """

        def connect(asked: str, choice: TlsChoice) -> asyncio.Protocol:
            listener = MUTUAL if choice.mutual else name
            return cast("asyncio.Protocol", Connection(self, listener, "https", choice.secure(asked)))

        def room(coming: int) -> bool:
            return len(self.connections) + coming < self.limits.connections

        self._servers.append(TlsListener(where, choose, connect, room, self.limits.header_timeout))

    def retire_strangers(self) -> None:
        """End connections of clients who are no longer known by their certificates, after what they wait for."""
        for connection in list(self.connections):
            secured = connection.secured
            if connection.listener == MUTUAL and secured is not None and not secured.holds():
                connection.retire()

    async def drain(self, timeout: float) -> None:
        """End: accept no more, finish what is in flight for at most `timeout` seconds, then cut the rest."""
        self.draining = True
        await asyncio.sleep(0)  # one more pass of the loop takes what the kernel has queued already
        self.outbox.flush()
        for server in self._servers:
            server.close()
        for connection in list(self.connections):
            connection.retire()
        self._empty.clear()
        if self.connections:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._empty.wait()
        for connection in list(self.connections):
            connection.abort()
        self._timer.cancel()
        await asyncio.sleep(0)

    def remember(self, connection: Connection) -> None:
        """A connection has been accepted."""
        if len(self.connections) >= self.limits.connections:
            self._refused += 1
            connection.abort()
            return
        self.connections.add(connection)

    def adopt(self, connection: WebSocket) -> None:
        """An accepted connection has become another kind; it counted already."""
        self.connections.add(connection)

    def forget(self, connection: Connection | WebSocket) -> None:
        """A connection has ended."""
        self.connections.discard(connection)
        if self.draining and not self.connections:
            self._empty.set()

    def _sweep(self) -> None:
        self._timer = self.loop.call_later(1, self._sweep)
        self.tick += 1
        self.outbox.flush()
        self.date = date_line()
        if self._refused:
            log.warning("%d connections were cut off: %d are open already", self._refused, len(self.connections))
            self._refused = 0
        for connection in list(self.connections):
            connection.sweep(self.tick)
