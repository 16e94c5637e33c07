"""The client's side of an answer that is passed on as it arrives: start, pieces, end or cut, with back-pressure.

A client that takes less than it is sent stops the source: `write` says False, and `resume` is called when it has
taken enough. No task waits for that. A client that leaves should end the source; one that only says no more (a
half-close) counts as gone: whether it still listens cannot be known before something is written to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from gatewright.net.base import Request

_BODILESS: Final = (204, 304)


class Outlet:
    """One streamed answer. The source sets `resume` and, through `left`, hears that nobody listens any more."""

    __slots__ = ("_mute", "_waiting", "over", "request", "resume", "started")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.resume: Callable[[], None] | None = None
        self.started = False
        self.over = False
        self._mute = False
        self._waiting = False

    def start(self, status: int, head: bytes, length: int | None) -> None:
        """See `Request.start`. Raises ValueError for an unsound head; then nothing has been sent."""
        self.request.start(status, head, length)
        self.started = True
        self._mute = status in _BODILESS or self.request.method == "HEAD"

    def write(self, piece: bytes) -> bool:
        """False: the source should pause until `resume` is called. Raises ValueError beyond the length announced."""
        if self._mute or self.over or not piece or self.request.write(piece):
            return True
        if not self._waiting:
            self._waiting = True
            asyncio.ensure_future(self.request.drained()).add_done_callback(self._drained)
        return False

    def _drained(self, _: asyncio.Future[Any]) -> None:
        self._waiting = False
        if self.resume is not None and not self.over:
            self.resume()

    def finish(self) -> None:
        """The answer is complete. (One that is shorter than announced is cut.)"""
        if not self.over:
            self.over = True
            self.request.finish()

    def cut(self) -> None:
        """The answer will never be complete, and must not look as if it were."""
        if not self.over:
            self.over = True
            self.request.abort()
