"""The connections to one origin: idle ones last in, first out; a bound on their number; a bounded queue before it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, cast

from gatewright.net.base import Failure, Origin, UpstreamError
from gatewright.net.outbox import Outbox
from gatewright.net.upstream.call import Exchange
from gatewright.net.upstream.dial import Dialer
from gatewright.net.upstream.link import Link

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Pool:
    """All links to one origin. `total` counts links that are open or being opened."""

    def __init__(
        self,
        origin: Origin,
        dialer: Dialer,
        spawn: Spawn,
        loop: asyncio.AbstractEventLoop,
        outbox: Outbox,
        max_links: int,
        max_waiting: int,
    ) -> None:
        self.origin = origin
        self.outbox = outbox
        self.host_line = _host_line(origin)
        self.idle: list[Link] = []
        self.busy: set[Link] = set()
        self.waiting: OrderedDict[Exchange, None] = OrderedDict()
        self.total = 0
        self._opening = 0
        self._dialer = dialer
        self._spawn = spawn
        self._loop = loop
        self._max_links = max_links
        self._max_waiting = max_waiting
        self._closed = False

    @property
    def unused(self) -> bool:
        return not self.total and not self.waiting

    def take(self, call: Exchange) -> None:
        """Put a call on an idle link, or have it wait for one. It fails (later, never now) when too many wait."""
        idle = self.idle
        if idle:
            link = idle.pop()
            self.busy.add(link)
            link.send(call)
            return
        if len(self.waiting) >= self._max_waiting and self.total >= self._max_links:
            busy = UpstreamError(Failure.BUSY, f"{self.total} connections in use and {len(self.waiting)} calls waiting")
            self._loop.call_soon(call.fail, busy)
            return
        self.waiting[call] = None
        self._grow()

    def take_again(self, call: Exchange) -> None:
        """A call whose reused link had died: it goes first, and not on another idle link, which may be as dead."""
        self.waiting[call] = None
        self.waiting.move_to_end(call, last=False)
        self._grow()

    def withdraw(self, call: Exchange) -> None:
        """A waiting call was given up."""
        self.waiting.pop(call, None)

    def _grow(self) -> None:
        while self._opening < len(self.waiting) and self.total < self._max_links and not self._closed:
            self.total += 1
            self._opening += 1
            self._spawn(self._open())

    async def _open(self) -> None:
        made: list[Link] = []

        def link() -> asyncio.Protocol:
            made.append(Link(self))
            return cast("asyncio.Protocol", made[-1])

        try:
            await self._dialer.open(self.origin, link)
        except UpstreamError as error:
            if any(link.connected for link in made):
                return  # it came up at the last moment, and is accounted for by itself
            self.total -= 1
            self._opening -= 1
            if self.waiting:
                call, _ = self.waiting.popitem(last=False)
                call.fail(error)
            self._grow()

    # What links report

    def connected(self, link: Link) -> None:
        self._opening -= 1
        if self._closed:
            link.close()
            return
        self.busy.add(link)
        self.release(link)

    def release(self, link: Link) -> None:
        """A link is free: the longest waiting call takes it, else it is idle."""
        if self.waiting:
            call, _ = self.waiting.popitem(last=False)
            link.send(call)
            return
        self.busy.discard(link)
        link.idle_since = self._loop.time()
        self.idle.append(link)

    def lost(self, link: Link) -> None:
        self.total -= 1
        if link in self.busy:
            self.busy.discard(link)
        elif link in self.idle:
            self.idle.remove(link)
        self._grow()

    # Time and end

    def trim(self, before: float) -> None:
        """Close links that have been idle since before that time."""
        for link in [link for link in self.idle if link.idle_since < before]:
            link.close()

    def close(self) -> None:
        """Fail all calls and close all links."""
        self._closed = True
        error = UpstreamError(Failure.CLOSED, "the client is closing")
        for call in list(self.waiting):
            call.fail(error)
        for link in list(self.busy):
            if link.call is not None:
                link.call.fail(error)
            link.close()
        for link in list(self.idle):
            link.close()


def _host_line(origin: Origin) -> bytes:
    host = f"[{origin.host}]" if ":" in origin.host and not origin.host.startswith("[") else origin.host
    default = 443 if origin.scheme == "https" else 80
    port = "" if origin.port == default else f":{origin.port}"
    line = f"Host: {host}{port}\r\n"
    if not line.isascii() or any(c <= " " or c in "/?#@\x7f" for c in host):
        raise ValueError(f"{origin.host!r} is not a host name")
    return line.encode()
