"""The client: a pool per origin, one set of deadlines, one sweep.

`fetch` does no more than encode, look up the pool and write: no Task, no timer, no coroutine. Only opening a connection
takes a Task. A call is tried a second time only when it went out on a reused connection that ended without a single
byte of an answer, and the method is idempotent (RFC 9110 section 9.2.2).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Coroutine, Sequence
from typing import Any

from gatewright.net.base import Done, Header, Origin, Prepared, Sink, UpstreamError, UpstreamResponse
from gatewright.net.outbox import Outbox
from gatewright.net.upstream.call import Fetch, Stream
from gatewright.net.upstream.deadlines import Deadlines
from gatewright.net.upstream.dial import Dialer
from gatewright.net.upstream.message import encode
from gatewright.net.upstream.pool import Pool

_SWEEP = 5.0  # seconds between looks at idle links
_MAX_KNOWN = 4096


class UpstreamClient:
    """Implements `net.base.Upstream` for one event loop."""

    def __init__(
        self,
        *,
        connect_timeout: float = 5.0,
        idle_timeout: float = 55.0,
        max_connections: int = 1024,
        max_waiting: int = 4096,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """`max_connections` and `max_waiting` hold per origin; times in seconds. Below AWS ALB's 60 s a link is idle
        no longer than most servers keep it. `trust` replaces the system's trusted certificates."""
        self._loop = asyncio.get_running_loop()
        self._outbox = Outbox(self._loop)
        self._dialer = Dialer(connect_timeout, trust)
        self._deadlines = Deadlines(self._loop)
        self._idle_timeout = idle_timeout
        self._max_connections = max_connections
        self._max_waiting = max_waiting
        self._pools: dict[Origin, Pool] = {}
        # Programs hold their origins: the object itself finds its pool without hashing five fields.
        self._known: dict[int, tuple[Origin, Pool]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer = self._loop.call_later(_SWEEP, self._sweep)
        self._closed = False

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
    ) -> Fetch:
        """See `Upstream.fetch`."""
        known = self._known.get(id(origin))
        pool = known[1] if known is not None else self._pool(origin)
        data = encode(method, target, headers, body, pool.host_line, prepared, more)
        call = Fetch(pool, method, data, max_body, done)
        self._deadlines.add(call, timeout)
        pool.take(call)
        return call

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
    ) -> Stream:
        """See `Upstream.stream`."""
        pool = self._pool(origin)
        data = encode(method, target, headers, body, pool.host_line)
        call = Stream(pool, method, data, sink, self._deadlines, idle_timeout, total)
        self._deadlines.add(call, timeout)
        pool.take(call)
        return call

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
        """See `Upstream.request`. Cancelling it cancels the call."""
        answer: asyncio.Future[UpstreamResponse] = self._loop.create_future()

        def done(result: UpstreamResponse | UpstreamError) -> None:
            if answer.done():
                return
            if isinstance(result, UpstreamError):
                answer.set_exception(result)
            else:
                answer.set_result(result)

        call = self.fetch(origin, method, target, headers, body, done, timeout=timeout, max_body=max_body)
        try:
            return await answer
        finally:
            call.cancel()

    async def close(self) -> None:
        """See `Upstream.close`."""
        self._closed = True
        self._timer.cancel()
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()
        self._known.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._deadlines.close()
        await asyncio.sleep(0)

    def _pool(self, origin: Origin) -> Pool:
        if self._closed:
            raise RuntimeError("the client is closed")
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = Pool(
                origin, self._dialer, self._spawn, self._loop, self._outbox, self._max_connections, self._max_waiting
            )
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[id(origin)] = (origin, pool)  # holds the origin, so that its id stays its own
        return pool

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _sweep(self) -> None:
        self._timer = self._loop.call_later(_SWEEP, self._sweep)
        before = self._loop.time() - self._idle_timeout
        for origin, pool in list(self._pools.items()):
            pool.trim(before)
            if pool.unused:
                del self._pools[origin]
        self._known = {key: known for key, known in self._known.items() if known[0] in self._pools}
