"""Calls in flight: one that gathers the whole answer, one that passes it on as it arrives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

from gatewright.net.base import Done, Failure, Header, Sink, UpstreamError, UpstreamResponse
from gatewright.net.upstream.deadlines import Deadlines, Timed


class Carrying(Protocol):
    """The link that a call is on."""

    def drop(self) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


class Queue(Protocol):
    """The pool that a call waits in."""

    def withdraw(self, call: Exchange) -> None: ...


class Exchange(ABC):
    """What both have in common: where the call stands, its deadline, its end. Implements `net.base.Call`.

    A call is waiting in its pool (`link` None), on a link, or over.
    """

    __slots__ = ("bucket", "data", "link", "max_body", "method", "over", "pool", "retried", "sink")

    def __init__(self, pool: Queue, method: bytes, data: bytes, max_body: int) -> None:
        self.pool = pool
        self.method = method
        self.data = data
        self.max_body = max_body
        self.link: Carrying | None = None
        self.over = False
        self.retried = False
        self.sink: Sink | None = None
        self.bucket: set[Timed] | None = None

    def cancel(self) -> None:
        """See `Call.cancel`."""
        if not self.over:
            self._leave()

    def expired(self) -> None:
        self.fail(UpstreamError(Failure.TIMEOUT, "no complete answer within the time allowed"))

    def fail(self, error: UpstreamError) -> None:
        """End the call without a (whole) answer. Does nothing when it is over."""
        if not self.over:
            self._leave()
            self._failed(error)

    def _leave(self) -> None:
        self.over = True
        Deadlines.remove(self)
        link, self.link = self.link, None
        if link is not None:
            link.drop()
        else:
            self.pool.withdraw(self)

    @abstractmethod
    def _failed(self, error: UpstreamError) -> None: ...


class Fetch(Exchange):
    """A call whose answer is gathered by its link and given to `done`."""

    __slots__ = ("_done",)

    def __init__(self, pool: Queue, method: bytes, data: bytes, max_body: int, done: Done) -> None:
        self.pool = pool
        self.method = method
        self.data = data
        self.max_body = max_body
        self.link = None
        self.over = False
        self.retried = False
        self.sink = None
        self.bucket = None
        self._done = done

    def complete(self, response: UpstreamResponse) -> None:
        """The link has the whole answer."""
        self.over = True
        bucket = self.bucket
        if bucket is not None:
            bucket.discard(self)
        self._done(response)

    def _failed(self, error: UpstreamError) -> None:
        self._done(error)


class Stream(Exchange):
    """A call whose answer goes to a sink. Implements `net.base.StreamCall`."""

    __slots__ = ("_deadlines", "_ends", "_idle_timeout", "_paused", "_seen", "_sink")

    def __init__(
        self,
        pool: Queue,
        method: bytes,
        data: bytes,
        sink: Sink,
        deadlines: Deadlines,
        idle_timeout: float,
        total: float | None = None,
    ) -> None:
        super().__init__(pool, method, data, 0)
        self._ends = None if total is None else deadlines.now() + total
        self.sink = self._sink = sink
        self._deadlines = deadlines
        self._idle_timeout = idle_timeout
        self._paused = False
        self._seen = False  # something has come since the idle deadline was set

    def head(self, status: int, headers: list[Header], length: int | None) -> None:
        """The link has the head: from here on silence counts, and the whole time where that is bounded."""
        self._deadlines.remove(self)
        self._wait()
        self._sink.head(status, headers, length)

    def _wait(self) -> None:
        seconds = self._idle_timeout
        if self._ends is not None:
            seconds = min(seconds, max(0.0, self._ends - self._deadlines.now()))
        self._deadlines.add(self, seconds)

    def piece(self, data: bytes) -> None:
        self._seen = True
        if not self._sink.data(data) and self.link is not None:
            self._paused = True
            self.link.pause()

    def resume(self) -> None:
        """See `StreamCall.resume`."""
        self._paused = False
        if self.link is not None:
            self.link.resume()

    def expired(self) -> None:
        late = self._ends is not None and self._deadlines.now() >= self._ends
        if not late and (self._seen or self._paused):
            self._seen = False
            self._wait()
            return
        super().expired()

    def ended(self) -> None:
        """The link has seen the answer's end."""
        self.over = True
        self._deadlines.remove(self)
        self._sink.end(None)

    def _failed(self, error: UpstreamError) -> None:
        self._sink.end(error)
