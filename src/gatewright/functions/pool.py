"""The processes of one version of a function, and the calls that wait for one.

Idle processes are used last in, first out, so that those which are not needed grow old and are ended. A call that finds
none waits in the queue; `scaling.wanted` says when it is worth to start another one, asked at every arrival and every
`TICK` while calls wait. A change of code or configuration (`replace`) retires every process: idle ones at once, busy
ones after their call; the queue stays and is served by the new ones.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from gatewright.functions.environment import Environment, Release, State, Surroundings
from gatewright.functions.invocation import Invocation
from gatewright.functions.outcomes import CLOSING, THROTTLED, THROTTLED_RESERVED, Outcome, Refusal
from gatewright.functions.scaling import Demand, smoothed, wanted

TICK = 0.02
QUEUE = 1000  # calls that may wait: AWS's concurrency of an account
PATIENCE = 10.0  # seconds a call may wait when no further process may be started


class Concurrency:
    """The books of one function over all its versions."""

    __slots__ = ("active", "processes", "reserved")

    def __init__(self) -> None:
        self.reserved: int | None = None  # ReservedConcurrentExecutions
        self.active = 0  # invocations that wait or run
        self.processes = 0


class Pool:
    """The environments of one release. Everything happens on the event loop."""

    def __init__(
        self, release: Release, shared: Surroundings, concurrency: Concurrency, *, most: int, idle_seconds: float
    ) -> None:
        self.release = release
        self._shared = shared
        self._books = concurrency
        self._most = most
        self._idle_seconds = idle_seconds
        self._loop = asyncio.get_running_loop()
        self._idle: list[Environment] = []
        self._all: set[Environment] = set()
        self._queue: deque[Invocation] = deque()
        self._starting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._tick: asyncio.TimerHandle | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._average = 0.0  # seconds of a call
        self._start_cost = 0.1  # seconds of a start
        self._closed = False

    # ---- Calls ---

    def submit(self, invocation: Invocation) -> None:
        """Run it as soon as a process is free; `invocation.done` tells how it went."""
        books = self._books
        if self._closed:
            invocation.done(invocation, CLOSING)
        elif books.reserved is not None and books.active >= books.reserved:
            invocation.done(invocation, THROTTLED_RESERVED)
        elif (environment := self._take()) is not None:
            books.active += 1
            environment.run(invocation)
        elif len(self._queue) >= QUEUE:
            invocation.done(invocation, THROTTLED)
        else:
            books.active += 1
            invocation.queued = time.monotonic()
            self._queue.append(invocation)
            if self._tick is None:
                self._grow()

    def _take(self) -> Environment | None:
        while self._idle:
            environment = self._idle.pop()
            if environment.usable and not environment.retired:
                return environment
        return None

    @property
    def processes(self) -> int:
        return len(self._all)

    @property
    def busy(self) -> bool:
        return bool(self._queue) or any(e.state is State.BUSY for e in self._all)

    # ---- What environments tell ---

    def ready(self, environment: Environment) -> None:
        if environment.init_seconds is not None and environment.since == 0.0:
            self._starting -= 1
            self._start_cost = smoothed(self._start_cost, environment.init_seconds)
        if environment.retired or self._closed:
            environment.kill()
        elif self._queue:
            environment.run(self._queue.popleft())
        else:
            self._idle.append(environment)
            if self._sweep is None:
                self._sweep = self._loop.call_later(self._idle_seconds, self._end_idle)

    def finished(self, environment: Environment, seconds: float) -> None:
        self._books.active -= 1
        self._average = smoothed(self._average, seconds)

    def ended(self, environment: Environment, failure: Callable[[str], Outcome] | None) -> None:
        self._all.discard(environment)
        self._books.processes -= 1
        if environment in self._idle:
            self._idle.remove(environment)
        if environment.since == 0.0 and environment.init_seconds is None:
            self._starting -= 1
        if failure is not None and not environment.retired:
            self._fail(environment.started, failure)
        if self._queue:
            self._grow()

    def _fail(self, since: float, failure: Callable[[str], Outcome]) -> None:
        """No process came up: the calls that had waited for it get to know why."""
        while self._queue and self._queue[0].queued <= since:
            self._drop(failure)

    def _drop(self, failure: Callable[[str], Outcome]) -> None:
        invocation = self._queue.popleft()
        self._books.active -= 1
        invocation.done(invocation, failure(invocation.request_id))

    # ---- Growth and decline ---

    def _grow(self) -> None:
        if self._tick is None:
            self._tick = self._loop.call_later(TICK, self._look)
        now = time.monotonic()
        demand = Demand(
            queued=len(self._queue),
            live=len(self._all) - self._starting,
            starting=self._starting,
            busy_for=self._busy_for(now),
            start_cost=self._start_cost,
            waited=now - self._queue[0].queued,
            room=self._most - self._books.processes,
        )
        machine = self._shared.machine
        for _ in range(wanted(demand, saturated=machine.saturated, cores=machine.cores)):
            self._start()

    def _start(self) -> None:
        environment = Environment(self.release, self._shared, self)
        self._all.add(environment)
        self._starting += 1
        self._books.processes += 1
        task = self._loop.create_task(environment.start())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _busy_for(self, now: float) -> float:
        """Seconds that a call takes: the average, or longer if those in hand have taken as long as a start does.

        (A shorter delay says nothing: on a busy machine every call is held up now and then.)
        """
        running = [now - e.since for e in self._all if e.state is State.BUSY]
        elapsed = sum(running) / len(running) if running else 0.0
        return max(self._average, elapsed) if elapsed > self._start_cost else self._average

    def _look(self) -> None:
        self._tick = None
        if not self._queue or self._closed:
            return
        now = time.monotonic()
        for environment in self._all:
            if environment.stuck(now):
                environment.kill()
        if not self._starting and self._books.processes >= self._most:
            oldest = now - PATIENCE
            while self._queue and self._queue[0].queued < oldest:
                invocation = self._queue.popleft()
                self._books.active -= 1
                invocation.done(invocation, THROTTLED)
        if self._queue:
            self._grow()

    def _end_idle(self) -> None:
        self._sweep = None
        oldest = time.monotonic() - self._idle_seconds
        for environment in self._idle:
            if environment.idle_since <= oldest:
                environment.retire()
        self._idle = [e for e in self._idle if not e.retired]
        if self._idle and not self._closed:
            wait = self._idle[0].idle_since + self._idle_seconds - time.monotonic()
            self._sweep = self._loop.call_later(max(wait, TICK), self._end_idle)

    def replace(self, release: Release) -> None:
        """Run this from now on; nothing in hand is disturbed."""
        self.release = release
        for environment in list(self._all):
            environment.retire()
        self._idle.clear()

    def dismiss(self, refusal: Refusal) -> None:
        """The release is no more: what waits is refused, what runs may end."""
        self._stop(refusal)
        for environment in list(self._all):
            environment.retire()

    async def retired(self) -> None:
        """Wait until the processes of earlier releases have ended."""
        await asyncio.gather(*(e.gone() for e in list(self._all) if e.retired))

    async def gone(self) -> None:
        """Wait until the processes that are here now have ended."""
        if self._tasks:
            await asyncio.gather(*self._tasks)
        await asyncio.gather(*(e.gone() for e in list(self._all)))

    async def close(self) -> None:
        """End all processes now and refuse what waits."""
        self._stop(CLOSING)
        if self._tasks:
            await asyncio.gather(*self._tasks)
        for environment in list(self._all):
            environment.kill()
        await self.gone()

    def _stop(self, refusal: Refusal) -> None:
        self._closed = True
        for timer in (self._tick, self._sweep):
            if timer is not None:
                timer.cancel()
        while self._queue:
            invocation = self._queue.popleft()
            self._books.active -= 1
            invocation.done(invocation, refusal)
