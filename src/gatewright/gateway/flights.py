"""One backend call for many equal requests that found nothing in the cache: an extension, off by default.

Who comes first calls; the others wait. They get what was put into the cache, and nothing else: where the answer is none
to be cached, or where it failed for a reason that is the first one's own, they go on and call themselves. That the
backend could not be reached is told to all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Final

from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import Answer, Exchange

_BACKEND: Final = ("INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT")


class Flights:
    """The calls of one stage that others may wait for."""

    __slots__ = ("_first", "_waiting")

    def __init__(self) -> None:
        self._first: dict[Exchange, bytes] = {}  # who calls, for which key
        self._waiting: dict[bytes, list[asyncio.Future[Answer | None]]] = {}

    def join(self, exchange: Exchange, key: bytes) -> Awaitable[Answer | None] | None:
        """The answer of the call that is under way, None where one has to call oneself; None: be the first."""
        others = self._waiting.get(key)
        if others is None:
            self._waiting[key] = []
            self._first[exchange] = key
            return None
        future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        others.append(future)
        return future

    def landed(self, exchange: Exchange, answer: Answer | None) -> None:
        """Who was the first has an answer; None: it is none for others."""
        for each in self._end(exchange):
            if not each.done():
                each.set_result(answer)

    def failed(self, exchange: Exchange, error: BaseException) -> None:
        """The exchange ends with a gateway response."""
        shared = isinstance(error, GatewayError) and error.kind.name in _BACKEND
        for each in self._end(exchange):
            if each.done():
                continue
            if shared:
                each.set_exception(error)
                each.exception()  # it is no fault if nobody asks any more
            else:
                each.set_result(None)

    def _end(self, exchange: Exchange) -> list[asyncio.Future[Answer | None]]:
        key = self._first.pop(exchange, None)
        return [] if key is None else self._waiting.pop(key)
