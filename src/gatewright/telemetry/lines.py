"""Where the lines of a worker go (`base.Lines`): files, standard output, CloudWatch Logs, Firehose.

Each place has its own queue (`queue`), so that one that is stuck holds up nobody else. The loop looks at queues with
something new a quarter of a second after the first line, or sooner when there is much: files are written by a thread
(`writing`), services are called by tasks (`delivery`). Memory is bounded by the budget of the queues and what of their
content is being sent: at most about three times `log_buffer`. Drops are told in the node's log once a minute.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gatewright.telemetry.base import Destination, Source, Writer
from gatewright.telemetry.cloudwatch_logs import LogStream
from gatewright.telemetry.delivery import Api, Courier
from gatewright.telemetry.files import LogFile, Pipe, is_pipe, path_of, plain_lines
from gatewright.telemetry.firehose import DeliveryStream
from gatewright.telemetry.queue import Both, Budget, LineQueue
from gatewright.telemetry.stamped import safe_lines, stamped_lines
from gatewright.telemetry.writing import Appends, Scribe

log = logging.getLogger(__name__)

LOOK = 0.25  # seconds that a line may wait for others
TOLD_AGAIN = 60.0  # seconds between warnings of drops
LEAVE = 3.0  # seconds for what is there at the end

AWS = "aws"


@dataclass(frozen=True, slots=True)
class LinePlaces:
    """What the operator wants. `access`: "aws" (where the stage says), "stdout" or a path, for access logs alone.

    `folder`: of our own files; None: there are none. `file_size`, `file_count`: bytes at which one becomes an old one,
    and how many old ones stay. `buffer`: bytes of lines that wait. `locks`: a folder for the lock of `access`.
    """

    locks: Path
    folder: Path | None
    access: str = AWS
    buffer: int = 16 * 1024 * 1024
    file_size: int = 64 * 1024 * 1024
    file_count: int = 3


class NodeLines:
    """Belongs to the worker's event loop. `worker`: its number, part of the name of its log streams."""

    def __init__(self, places: LinePlaces, api: Api, worker: int) -> None:
        self._places = places
        self._api = api
        self._stream = f"{socket.gethostname()}/{worker}".replace(":", "_").replace("*", "_")
        self._loop = asyncio.get_running_loop()
        self._budget = Budget(places.buffer)
        self._queues: dict[object, LineQueue] = {}
        self._deliver: dict[LineQueue, Callable[[], None]] = {}
        self._couriers: list[Courier] = []
        self._files = Scribe("log files", self._arrived)  # ours
        self._own = Scribe("access log", self._arrived)  # the operator's
        self._awake: list[LineQueue] = []
        self._look: asyncio.TimerHandle | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._told_at = self._loop.time() - TOLD_AGAIN
        self._told: dict[str, int] = {}
        self._unreachable: set[str] = set()
        self._closed = False

    def open(self, source: Source, destination: Destination) -> Writer:
        """See `base.Lines`."""
        queues: list[LineQueue] = []
        places = self._places
        if source.log == "access" and places.access != AWS:
            queues.append(self._to_place(places.access))
        else:
            if places.folder is not None:
                queues.append(self._to_file(path_of(places.folder, source), safe=source.log == "access"))
            if (problem := self._api.problem(destination)) is None:
                queues.append(self._to_service(destination))
            else:
                self._warn_unreachable(destination, problem, elsewhere=bool(queues))
        return queues[0] if len(queues) == 1 else Both(tuple(queues))

    def dropped(self) -> Mapping[str, int]:
        """See `base.Lines`."""
        return {queue.name: queue.dropped for queue in self._queues.values() if queue.dropped}

    async def close(self) -> None:
        """Bring what is there to where it goes, for a few seconds; the rest counts as dropped."""
        self._closed = True
        for timer in (self._look, self._telling):
            if timer is not None:
                timer.cancel()
        self._hand_over()
        couriers = (courier.close(LEAVE) for courier in self._couriers)
        await asyncio.gather(self._files.close(LEAVE), self._own.close(LEAVE), *couriers)
        await asyncio.sleep(0)  # what the threads have reported last
        left = sum(queue.held > 0 for queue in self._queues.values())
        if left:
            log.warning("log lines for %d places were still waiting and are lost", left)
        self._tell()

    # LinePlaces

    def _to_place(self, path: str) -> LineQueue:
        def make(queue: LineQueue) -> Callable[[], None]:
            pipe = is_pipe(path)
            to: Appends = Pipe(path, self._places.locks / "access.lock") if pipe else self._file(Path(path))
            return lambda: self._own.write(queue, to, plain_lines)

        return self._queue(path, "standard output" if path == "stdout" else f"file {path}", make)

    def _to_file(self, path: Path, *, safe: bool) -> LineQueue:
        def make(queue: LineQueue) -> Callable[[], None]:
            to, render = self._file(path), safe_lines if safe else stamped_lines
            return lambda: self._files.write(queue, to, render)

        return self._queue(path, f"file {path}", make)

    def _file(self, path: Path) -> LogFile:
        return LogFile(path, self._places.file_size, self._places.file_count)

    def _to_service(self, destination: Destination) -> LineQueue:
        def make(queue: LineQueue) -> Callable[[], None]:
            send = (
                LogStream(self._api, destination, self._stream).send
                if destination.kind == "logs"
                else DeliveryStream(self._api, destination).send
            )
            courier = Courier(queue, send, self._arrived)
            self._couriers.append(courier)
            return courier.start

        return self._queue(destination, _name(destination), make)

    def _queue(self, key: object, name: str, make: Callable[[LineQueue], Callable[[], None]]) -> LineQueue:
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = LineQueue(name, self._budget, self._wake)
            self._deliver[queue] = make(queue)
        return queue

    # Batches

    def _wake(self, queue: LineQueue, urgent: bool) -> None:
        if not urgent:
            self._awake.append(queue)
        if self._closed:
            return
        if self._look is None:
            self._look = self._loop.call_later(LOOK, self._hand_over)
        elif urgent:
            self._look.cancel()
            self._look = self._loop.call_later(0, self._hand_over)

    def _hand_over(self) -> None:
        self._look = None
        awake, self._awake = self._awake, []
        for queue in awake:
            queue.awake = False
            self._deliver[queue]()
        self._tell_at_times()

    def _arrived(self, queue: LineQueue, room: int, lost: int, trouble: str) -> None:
        """A batch has left its queue, whole or not."""
        queue.release(room)
        queue.trouble = trouble
        if lost:
            queue.drop(lost)

    # Drops

    def _tell_at_times(self) -> None:
        if self._telling is None and not self._closed and self.dropped() != self._told:
            wait = max(0.0, self._told_at + TOLD_AGAIN - self._loop.time())
            self._telling = self._loop.call_later(wait, self._tell)

    def _tell(self) -> None:
        self._telling = None
        dropped = dict(self.dropped())
        new = {name: number - self._told.get(name, 0) for name, number in dropped.items()}
        why = {queue.name: queue.trouble for queue in self._queues.values()}
        texts = [f"{new[name]} for {name} ({why[name] or 'no room'})" for name in new if new[name]]
        if texts:
            log.warning("log lines dropped: %s", "; ".join(texts))
        self._told, self._told_at = dropped, self._loop.time()

    def _warn_unreachable(self, destination: Destination, problem: str, *, elsewhere: bool) -> None:
        name = _name(destination)
        if name not in self._unreachable:
            self._unreachable.add(name)
            where = "they are in files alone" if elsewhere else "they are lost"
            log.warning("no lines are delivered to %s (%s): %s", name, where, problem)


def _name(destination: Destination) -> str:
    kind: Mapping[Literal["logs", "firehose"], str] = {"logs": "log group", "firehose": "Firehose stream"}
    return f"{kind[destination.kind]} {destination.name} ({destination.account}, {destination.region})"
