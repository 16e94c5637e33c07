"""Answers on their way into the cache of their stage: whatever an integration makes, if the request is to be cached.

Only answers of integrations come by here; gateway responses do not, and so are never cached. AWS: "Enable API caching
to enhance responsiveness". unverified: that error answers of integrations are cached as others are.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Final

from gatewright.gateway.exchange import Answer, Exchange
from gatewright.gateway.flights import Flights
from gatewright.net.base import UpstreamResponse
from gatewright.state.base import Cache

LARGEST: Final = 1_048_576  # bytes of a body that is cached; AWS's quota
WARNING: Final = (
    b"Warning: 199 Cache-control headers were ignored because the caller was unauthorized.\r\n"  # unverified
)

_HEAD: Final = struct.Struct(">HqI")  # status, length announced to HEAD or -1, bytes of the header lines
# Of the call that made the answer, not of those that get it. unverified: what AWS does with it.
_TRACE: Final = re.compile(rb"^x-amzn-trace-id:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)

Complete = Callable[[Exchange, UpstreamResponse], Answer]


class Attempt:
    """A request whose answer is to be kept. `warn`: it asked for a fresh answer without being allowed to."""

    __slots__ = ("_cache", "_flights", "_key", "_ttl", "_warn")

    def __init__(self, cache: Cache, key: bytes, ttl: float, flights: Flights | None, warn: bool) -> None:
        self._cache = cache
        self._key = key
        self._ttl = ttl
        self._flights = flights
        self._warn = warn

    def keep(self, exchange: Exchange, answer: Answer) -> Answer:
        """Keep the answer; gives it as the client gets it."""
        fits = len(answer.body) <= LARGEST
        if fits:
            self._cache.put(self._key, pack(answer), self._ttl)
        if self._flights is not None:
            self._flights.landed(exchange, answer if fits else None)
        return warned(answer) if self._warn else answer


def keep(exchange: Exchange, answer: Answer) -> Answer:
    """Keep an integration's answer if the cache's step said so."""
    attempt: Attempt | None = exchange.attempt
    return answer if attempt is None else attempt.keep(exchange, answer)


def keeping(complete: Complete) -> Complete:
    """What makes an answer of a backend's, and keeps it."""

    def kept(exchange: Exchange, response: UpstreamResponse) -> Answer:
        return keep(exchange, complete(exchange, response))

    return kept


def warned(answer: Answer) -> Answer:
    return Answer(answer.status, answer.head + WARNING, answer.body, answer.length)


def pack(answer: Answer) -> bytes:
    head = _TRACE.sub(b"", answer.head)
    length = -1 if answer.length is None else answer.length
    return _HEAD.pack(answer.status, length, len(head)) + head + answer.body


def unpack(data: bytes, exchange: Exchange) -> Answer:
    """A kept answer for this request: to none but HEAD may a length be announced without a body."""
    status, length, size = _HEAD.unpack_from(data)
    body = _HEAD.size + size
    announced = length if length >= 0 and exchange.request.method == "HEAD" else None
    return Answer(status, data[_HEAD.size : body], data[body:], announced)
