"""Accepts TLS connections: reads the name that a client wants, then begins the handshake in that name's context.

Why not the event loop's own TLS server: it has one context, and OpenSSL swaps no more of it than the certificate (see
`client_hello`). The client's first message is looked at in the kernel's buffer (MSG_PEEK) and left there. It may come
in pieces: SO_RCVLOWAT then keeps the socket from being readable before enough is there; where a system does not obey, a
short pause between looks does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import select
import socket
from collections.abc import Callable

from gatewright.net.base import TlsChoice
from gatewright.net.client_hello import MOST, NoHelloError, read

log = logging.getLogger(__name__)

_AT_ONCE = 64  # connections accepted in one turn of the loop
_PAUSE = 0.02  # seconds between looks at a message that comes in pieces
_PARTING = 5.0  # seconds that a client has to say goodbye
_REST = 1.0  # seconds without accepting after the system had no more descriptors
# The alert "unrecognized_name" (RFC 6066 section 3), fatal, in a record of its own.
_UNRECOGNIZED = b"\x15\x03\x03\x00\x02\x02\x70"


# How a connection is served: (name, context) → its protocol.
Connect = Callable[[str, TlsChoice], asyncio.Protocol]


class TlsListener:
    """One listening socket, from the first connection to `close`.

    `choose`: the context for a name, None when it is refused. `room`: whether another connection may come. `patience`:
    seconds that a client has for its handshake.
    """

    def __init__(
        self,
        sock: socket.socket,
        choose: Callable[[str], TlsChoice | None],
        connect: Connect,
        room: Callable[[int], bool],
        patience: float,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._sock = sock
        self._choose = choose
        self._connect = connect
        self._room = room
        self._patience = patience
        self._waiting: dict[socket.socket, asyncio.TimerHandle] = {}  # for their first message
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        sock.setblocking(False)
        sock.listen(2048)
        self._loop.add_reader(sock, self._accept)

    def close(self) -> None:
        """Accept no more; who is not through with the handshake is cut off."""
        if self._closed:
            return
        self._closed = True
        self._loop.remove_reader(self._sock)
        self._sock.close()
        for client in list(self._waiting):
            self._drop(client)
        for task in self._tasks:
            task.cancel()

    def _accept(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                client, _ = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                log.error("no connection could be accepted: %s", error.strerror)
                self._loop.remove_reader(self._sock)
                self._loop.call_later(_REST, self._resume)
                return
            if not self._room(len(self._waiting) + len(self._tasks)):
                client.close()
                continue
            client.setblocking(False)
            with contextlib.suppress(OSError):
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._waiting[client] = self._loop.call_later(self._patience, self._drop, client)
            self._loop.add_reader(client, self._look, client, 0)

    def _resume(self) -> None:
        if not self._closed:
            self._loop.add_reader(self._sock, self._accept)

    def _drop(self, client: socket.socket) -> None:
        timer = self._waiting.pop(client, None)
        if timer is not None:
            timer.cancel()
            self._loop.remove_reader(client)
            client.close()

    def _look(self, client: socket.socket, before: int) -> None:
        """`before`: bytes that were there when they were too few."""
        if client not in self._waiting:
            return
        try:
            data = client.recv(MOST, socket.MSG_PEEK)
            found = read(data) if data else None
        except (BlockingIOError, InterruptedError):
            return
        except (OSError, NoHelloError):
            found = None
        if found is None:
            self._drop(client)
        elif isinstance(found, str):
            self._begin(client, found, data)
        else:
            self._wait_for(client, found, len(data), before)

    def _wait_for(self, client: socket.socket, needed: int, there: int, before: int) -> None:
        self._loop.remove_reader(client)
        with contextlib.suppress(OSError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, needed)
        if there == before and _has_ended(client):
            self._drop(client)
        elif there == before:  # readable all the same: no obedience here
            self._loop.call_later(_PAUSE, self._look_again, client, there)
        else:
            self._loop.add_reader(client, self._look, client, there)

    def _look_again(self, client: socket.socket, before: int) -> None:
        if client in self._waiting:
            self._look(client, before)

    def _begin(self, client: socket.socket, name: str, data: bytes) -> None:
        self._waiting.pop(client).cancel()
        self._loop.remove_reader(client)
        chosen = self._choose(name)
        if chosen is None:
            with contextlib.suppress(OSError):
                client.recv(len(data))  # what lies unread would turn the alert into a reset
                client.send(_UNRECOGNIZED)
            client.close()
            return
        with contextlib.suppress(OSError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        task = self._loop.create_task(self._serve(client, name, chosen))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: socket.socket, name: str, chosen: TlsChoice) -> None:
        try:
            await self._loop.connect_accepted_socket(
                lambda: self._connect(name, chosen),
                client,
                ssl=chosen.context,
                ssl_handshake_timeout=self._patience,
                ssl_shutdown_timeout=_PARTING,
            )
        except (OSError, TimeoutError) as error:  # a handshake that failed is an OSError too
            log.debug("a TLS handshake for %r failed: %s", name, error)
            client.close()
        except asyncio.CancelledError:
            client.close()
            raise


def _has_ended(client: socket.socket) -> bool:
    """Whether a client sends no more, where the system tells (Linux): what it has sent lies before its end."""
    if not hasattr(select, "POLLRDHUP"):
        return False
    poll = select.poll()
    poll.register(client, select.POLLRDHUP)
    return bool(poll.poll(0))
