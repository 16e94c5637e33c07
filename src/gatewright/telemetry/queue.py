"""Lines that wait to leave a worker: a queue for each place, all of them within one budget of bytes.

A queue may hold as much as is free beside it: one that is stuck takes half of the budget, two take a third each, and so
on, and whoever comes next still finds room. Nothing has to be divided up beforehand (the rule is that of shared-memory
switches: Choudhury and Hahne, "Dynamic Queue Length Thresholds", 1998).

Everything here belongs to the event loop. `write` is on the path of requests, and compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

OVERHEAD: Final = 96  # bytes that a line takes beside its text
URGENT: Final = 256 * 1024  # bytes since the last look that are not left waiting


def cost(line: str) -> int:
    """Bytes of a line in memory, or somewhat more."""
    return (len(line) if line.isascii() else 4 * len(line)) + OVERHEAD


class Budget:
    """Bytes that the queues of a worker may hold together."""

    __slots__ = ("free",)

    def __init__(self, size: int) -> None:
        self.free = size


class LineQueue:
    """Lines for one place (`name`, for people). `wake` is called when there is something new; `urgent`: at once."""

    __slots__ = ("_budget", "_mark", "_wake", "awake", "dropped", "held", "lines", "name", "room", "times", "trouble")

    def __init__(self, name: str, budget: Budget, wake: Callable[[LineQueue, bool], None]) -> None:
        self.name = name
        self._budget = budget
        self._wake = wake
        self._mark = URGENT
        self.awake = False
        self.lines: list[str] = []
        self.times: list[float] = []
        self.room = 0  # bytes, of lines that have not been taken
        self.held = 0  # bytes, of lines that have been taken but have not arrived, too
        self.dropped = 0  # lines
        self.trouble = ""  # why the last ones did not arrive; "" when they did

    def write(self, line: str, at: float) -> None:
        """See `base.Writer`. What finds no room is dropped."""
        size = cost(line)
        budget = self._budget
        held = self.held + size
        if held > budget.free:
            self.drop(1)
            return
        self.held = held
        budget.free -= size
        self.lines.append(line)
        self.times.append(at)
        room = self.room = self.room + size
        if not self.awake:
            self.awake = True
            self._wake(self, False)
        elif room > self._mark:
            self._mark = room + URGENT
            self._wake(self, True)

    def take(self) -> tuple[list[str], list[float]]:
        """All lines and their times, to be delivered. `release` their room when they have arrived, or never will."""
        taken = self.lines, self.times
        self.lines, self.times = [], []
        self.room, self._mark = 0, URGENT
        return taken

    def release(self, size: int) -> None:
        """The `cost` of lines that are gone."""
        self.held -= size
        self._budget.free += size

    def drop(self, lines: int) -> None:
        """So many lines are lost."""
        self.dropped += lines
        if not self.awake:
            self.awake = True
            self._wake(self, False)  # somebody is to be told


class Both:
    """Writes to several queues."""

    __slots__ = ("_queues",)

    def __init__(self, queues: tuple[LineQueue, ...]) -> None:
        self._queues = queues

    def write(self, line: str, at: float) -> None:
        for queue in self._queues:
            queue.write(line, at)
