"""What an authorizer's function said, kept and shared: the cache of results, and one call for many equal requests.

    find(key)   a kept result, at once: no Task, no call
    join(key)   the call that is under way for this key; if there is none, a new one

A call belongs to nobody who waits for it: it ends in a callback, so that a caller who leaves changes nothing for the
others. What fails is told to all who wait, and not kept. One key is one set of values of the identity sources
(sources.py); whatever the function must not be told apart by has to be in it.

`Results` lives in the installed program. A redeployment installs a new one, and a call that is still under way then
ends in the old one, which nobody asks any more.

Everything is bounded: results by number and by size, and calls under way by number, so that an authorizer that hangs
cannot take all connections to where functions run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from gatewright.clock import Clock
from gatewright.gateway.authorizers.sources import Identity
from gatewright.gateway.errors import GatewayError

T = TypeVar("T")

MOST: Final = 10_000  # results
HEAVIEST: Final = 64 * 1024 * 1024  # bytes of all results, as `weight_of` tells them
MOST_CALLS: Final = 512  # under way at once

# How a call ends: with a result and its size in bytes, or with the error for everybody who waits.
Done = Callable[[T | Exception, int], None]
# Begins a call, which calls `Done` exactly once, now or later; what it raises is the end of the call, too.
Begin = Callable[[Done[T]], None]


class _Kept(Generic[T]):
    __slots__ = ("expires", "result", "weight")

    def __init__(self, result: T, expires: float, weight: int) -> None:
        self.result = result
        self.expires = expires
        self.weight = weight


class Results(Generic[T]):
    """The results of one authorizer in one stage. `ttl` in seconds; 0 keeps nothing and shares no call."""

    __slots__ = ("_calls", "_heaviest", "_kept", "_most", "_most_calls", "_ttl", "_waiting", "_weight")

    def __init__(self, ttl: float, *, most: int = MOST, heaviest: int = HEAVIEST, most_calls: int = MOST_CALLS) -> None:
        self._ttl = ttl
        self._most = most
        self._heaviest = heaviest
        self._most_calls = most_calls
        self._kept: dict[Identity, _Kept[T]] = {}  # the oldest first, which is the first to expire
        self._weight = 0
        self._waiting: dict[Identity, list[asyncio.Future[T]]] = {}
        self._calls = 0

    def find(self, key: Identity, now: float) -> T | None:
        """The result kept for this key. `now` in seconds of the monotonic clock."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if now >= kept.expires:
            self._drop(key)
            return None
        return kept.result

    def join(self, key: Identity | None, begin: Begin[T], clock: Clock) -> Awaitable[T]:
        """The result of the call for this key. Without a key, or a time to keep results, each call is one's own.

        Raises, when awaited, what the call failed with; GatewayError where too many are under way.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        shared = key if self._ttl else None
        if shared is not None:
            others = self._waiting.get(shared)
            if others is not None:
                others.append(future)
                return future
        if self._calls >= self._most_calls:
            _settle(future, _busy(self._calls))
        else:
            self._begin(shared, begin, [future], clock)
        return future

    def _begin(self, key: Identity | None, begin: Begin[T], waiting: list[asyncio.Future[T]], clock: Clock) -> None:
        self._calls += 1
        if key is not None:
            self._waiting[key] = waiting
        ended = False

        def done(result: T | Exception, weight: int) -> None:
            nonlocal ended
            if ended:
                return
            ended = True
            self._calls -= 1
            if key is not None:
                del self._waiting[key]
                if not isinstance(result, Exception):
                    self._keep(key, result, weight, clock.monotonic())
            for each in waiting:
                if not each.done():  # else whoever waited was cancelled
                    _settle(each, result)

        try:
            begin(done)
        except Exception as error:  # noqa: BLE001 - nobody may wait for a call that never began
            done(error, 0)

    def _keep(self, key: Identity, result: T, weight: int, now: float) -> None:
        self._drop(key)
        if weight > self._heaviest:
            return
        self._kept[key] = _Kept(result, now + self._ttl, weight)
        self._weight += weight
        while len(self._kept) > self._most or self._weight > self._heaviest:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Identity) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._weight -= kept.weight


def _settle(future: asyncio.Future[T], result: T | Exception) -> None:
    if isinstance(result, Exception):
        future.set_exception(result)
        future.exception()  # it is no fault if nobody asks any more
    else:
        future.set_result(result)


def _busy(calls: int) -> GatewayError:
    return GatewayError(
        "AUTHORIZER_CONFIGURATION_ERROR",
        log=f"Execution failed due to configuration error: {calls} calls of the authorizer are under way",
    )


def weight_of(identity: Identity | None, answer: bytes) -> int:
    """About the bytes that a result takes: a compiled policy is 14 to 18 times as large as its text."""
    size = 500 + 16 * len(answer)
    for value in identity or ():
        size += len(value) if isinstance(value, str) else sum(map(len, value))
    return size
