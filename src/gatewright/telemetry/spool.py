"""The way from workers to control: files of lines of JSON, each written by one worker and read by one control process.

    <folder>/<worker>-<start>-<number>      {"kind": "counters", "at": 1700000000, "record": …}

A file is its writer's as long as that holds a lock on it. Who reads can tell so whether more will come: of a file that
nobody locks and that has been read to its end nothing will, and it is removed. A writer begins a new one every MiB.
Whole lines alone count: what a full disk or a kill has cut short was not written.

Written is what came since the last second. While nobody reads, files grow more slowly, a line a minute instead of a
second, and from MOST files on the writer keeps adding up in memory, by minute; so it does when the disk is full.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from gatewright.telemetry.counters import Series
from gatewright.telemetry.sums import merge

log = logging.getLogger(__name__)

COUNTERS = "counters"  # the kind of record: [[series' key, what it has grown by], …], `at` the minute's begin

FULL = 1024 * 1024  # bytes of a file from which on another one is begun
SLOW = 4  # files that nobody has read, from which on there is a line a minute
MOST = 64
_MINUTES = 60  # kept apart in memory while nothing can be written; older ones are added to the next
_WAITING = 4 * 1024 * 1024  # bytes of other records that wait to be written
_ABANDONED = 60.0  # seconds after which a file that was never finished being made has no maker
_READ = 4 * 1024 * 1024  # bytes read at once
_MAKING = ".new"


class SpoolWriter:
    """Belongs to the worker's event loop (`telemetry.base.Spool`); `put` alone may run on another thread.

    Every second: `count` what has been counted, `put` what is `due`, and say how far that went (`done`).
    """

    def __init__(self, folder: Path, worker: int) -> None:
        self._folder = folder
        self._stem = f"{worker:03}-{time.time_ns():020}"
        self._number = 0
        self._file = -1
        self._size = 0
        self._counted: dict[int, dict[Series, Mapping[str, Any]]] = {}  # by minute, sparse
        self._records: deque[bytes] = deque()
        self._waiting = 0
        self._said = 0.0  # the minute of the last line, while there is one a minute
        self._troubled = False
        self.dropped = 0  # records that found no room

    def write(self, kind: str, record: Any) -> None:
        """See `Spool.write`. Goes out with the next second."""
        line = orjson.dumps({"kind": kind, "at": int(time.time()), "record": record}) + b"\n"
        if self._waiting + len(line) > _WAITING:
            self.dropped += 1
            return
        self._records.append(line)
        self._waiting += len(line)

    def count(self, at: float, taken: Sequence[tuple[Series, Mapping[str, Any]]]) -> None:
        """Add what has been counted until `at`, in epoch seconds."""
        if not taken:
            return
        minute = int(at) // 60
        series = self._counted.setdefault(minute, {})
        for each, grown in taken:
            known = series.get(each)
            series[each] = grown if known is None else merge(known, grown)
        if len(self._counted) > _MINUTES:
            first, second = sorted(self._counted)[:2]
            older, series = self._counted.pop(first), self._counted[second]
            series |= {each: merge(grown, series.get(each, {})) for each, grown in older.items()}

    def due(self, at: float, *, all: bool = False) -> list[bytes]:
        """The lines that are to be written now. `all`: also those that would have time."""
        if self._number > SLOW and not all and self._unread() > SLOW:
            if int(at) // 60 == self._said:
                return []
            self._said = int(at) // 60
        lines = [
            orjson.dumps(
                {
                    "kind": COUNTERS,
                    "at": minute * 60,
                    "record": [[each.key(), grown] for each, grown in series.items()],
                }
            )
            + b"\n"
            for minute, series in self._counted.items()
        ]
        return [*lines, *self._records]

    def put(self, lines: Sequence[bytes]) -> int:
        """Write these; how many of them have been. Never raises, blocks as long as the disk does."""
        try:
            self._open()
            data = memoryview(b"".join(lines))
            done = 0
            while done < len(data):
                done += os.write(self._file, data[done:])
        except OSError as error:
            if not self._troubled:
                log.error("%s: what is counted cannot be written, and kept in memory: %s", self._folder, error)
            self._troubled = True
            return self._cut(lines)
        self._size += done
        if self._troubled:
            log.warning("%s: what is counted is written again", self._folder)
        self._troubled = False
        return len(lines)

    def done(self, lines: Sequence[bytes], written: int) -> None:
        """So many of the lines that were due are written; nothing has been counted meanwhile."""
        for minute in list(self._counted)[:written]:
            del self._counted[minute]
            written -= 1
        for _ in range(written):
            self._waiting -= len(self._records.popleft())

    def close(self) -> None:
        """Nothing more will come."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _open(self) -> None:
        """Raises OSError."""
        if self._file >= 0 and self._size < FULL:
            return
        if self._number >= MOST and self._unread() >= MOST:
            raise OSError("control has not read for long")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.close()
        path = self._folder / f"{self._stem}-{self._number + 1:06}"
        making = path.with_suffix(_MAKING)
        file = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # before anybody can see it
            making.rename(path)
        except BaseException:
            os.close(file)
            making.unlink(missing_ok=True)
            raise
        self._file, self._size = file, 0
        self._number += 1

    def _cut(self, lines: Sequence[bytes]) -> int:
        """After a failure: how many lines have come through whole. What follows goes to another file."""
        if self._file < 0:
            return 0
        written = 0
        with contextlib.suppress(OSError):
            written = os.fstat(self._file).st_size - self._size
        self.close()
        whole = 0
        for line in lines:
            written -= len(line)
            if written < 0:
                break
            whole += 1
        return whole

    def _unread(self) -> int:
        """How many of our files nobody has read to their end."""
        try:
            with os.scandir(self._folder) as entries:
                return sum(entry.name.startswith(self._stem) for entry in entries)
        except OSError:
            return 0


@dataclass(frozen=True, slots=True)
class Record:
    """A line of a spool. `at` in epoch seconds."""

    kind: str
    at: int
    record: Any


@dataclass(frozen=True, slots=True)
class Portion:
    """What is new in a file: its records, from one position to another."""

    file: str
    begin: int
    end: int
    records: list[Record]


class SpoolReader:
    """Reads the files of a folder. Blocks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, positions: Mapping[str, int]) -> list[Portion]:
        """What is new, given how far each file has been read: some MiB, the rest the next time. Raises OSError."""
        found: list[Portion] = []
        room = _READ
        for name in self._names():
            if room <= 0:
                break
            begin = positions.get(name, 0)
            path = self._folder / name
            if path.stat().st_size <= begin:
                continue
            with path.open("rb") as file:
                file.seek(begin)
                data = file.read(room)
                while b"\n" not in data and (more := file.read(_READ)):
                    data += more
                room -= len(data)
            end = data.rfind(b"\n") + 1
            if end:
                found.append(Portion(name, begin, begin + end, list(_records(name, data[:end]))))
        return found

    def remove(self, positions: Mapping[str, int]) -> list[str]:
        """Remove the files that have been read to their end and to which nothing will come; their names."""
        gone = [name for name in self._names() if self._is_over(name, positions.get(name, 0))]
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)
        return gone

    def present(self) -> set[str]:
        """The names of all files."""
        return set(self._names())

    def _names(self) -> list[str]:
        """Raises OSError."""
        try:
            names = sorted(os.listdir(self._folder))
        except FileNotFoundError:
            return []
        for name in names:
            if name.endswith(_MAKING) and self._is_abandoned(self._folder / name):
                (self._folder / name).unlink(missing_ok=True)
        return [name for name in names if not name.endswith(_MAKING)]

    def _is_abandoned(self, path: Path) -> bool:
        try:
            return path.stat().st_mtime < time.time() - _ABANDONED
        except FileNotFoundError:
            return False

    def _is_over(self, name: str, position: int) -> bool:
        with (self._folder / name).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            file.seek(position)
            return b"\n" not in file.read()


def _records(name: str, data: bytes) -> Iterator[Record]:
    for line in data.splitlines():
        try:
            said = orjson.loads(line)
            yield Record(said["kind"], said["at"], said["record"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            log.error("%s: a line of the spool is no record, and left out", name)
