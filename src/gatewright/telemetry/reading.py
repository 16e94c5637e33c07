"""Reads the files that `files` writes, beside whoever writes them: lines by time, of several logs, as they come.

Workers write batches, so that lines of one file are out of order by no more than SLACK. A file that has made room for
a new one is read to its end first: what is open stays readable, whatever it is called by now.
"""

from __future__ import annotations

import heapq
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal, cast

from gatewright.telemetry.base import Source
from gatewright.telemetry.files import path_of

SLACK = 5.0  # seconds
_CANARY = ".canary"
_LOGS = ("access", "execution")
_ENOUGH = 64 * 1024  # bytes that are not worth a search


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a log; `at` in epoch seconds."""

    at: float
    source: Source
    text: str


def sources(folder: Path) -> list[Source]:
    """The logs that there are."""
    found = []
    for log in _LOGS:
        for path in sorted(folder.glob(f"{log}/*/*.log")) + sorted(folder.glob(f"{log}/*/*.log.1")):
            name = path.name.partition(".log")[0]
            kind = cast('Literal["access", "execution"]', log)
            stage = name.removesuffix(_CANARY)
            source = Source(kind, path.parent.name, stage, name.endswith(_CANARY))
            if source not in found:
                found.append(source)
    return found


def lines(
    folder: Path, wanted: Iterable[Source], since: float, before: Mapping[Source, Tail] | None = None
) -> Iterator[Line]:
    """All lines of these logs from a time on, by time. `before`: none that these will take."""
    tails = before or {}
    return heapq.merge(*(_in_order(_stored(folder, source, since, tails.get(source))) for source in wanted), key=_time)


def _time(line: Line) -> float:
    return line.at


def _stored(folder: Path, source: Source, since: float, tail: Tail | None) -> Iterator[Line]:
    for path in _all(path_of(folder, source)):
        with suppress(FileNotFoundError), path.open("rb") as file:
            end = None if tail is None else tail.begins(file)
            if os.fstat(file.fileno()).st_mtime >= since - SLACK:
                yield from _from(file, source, since, end)
            if end is not None:
                return


def _from(file: BinaryIO, source: Source, since: float, end: int | None) -> Iterator[Line]:
    seek(file, since - SLACK)
    at = file.tell()
    for raw in file:
        at += len(raw)
        if end is not None and at > end:
            return
        line = parse(raw, source)
        if line is not None and line.at >= since:
            yield line


def _all(path: Path) -> list[Path]:
    """A log's files, the oldest first."""
    numbers = (each.name.removeprefix(f"{path.name}.") for each in path.parent.glob(f"{path.name}.*"))
    old = sorted((int(number) for number in numbers if number.isdigit()), reverse=True)
    return [*(path.with_name(f"{path.name}.{number}") for number in old), path]


def _in_order(found: Iterator[Line]) -> Iterator[Line]:
    """The same by time."""
    waiting: list[tuple[float, int, Line]] = []
    for number, line in enumerate(found):
        heapq.heappush(waiting, (line.at, number, line))
        while waiting[0][0] < line.at - SLACK:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def seek(file: BinaryIO, since: float) -> None:
    """Go to a line that is not later than `since`, or to the first."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while high - low > _ENOUGH:
        middle = (low + high) // 2
        file.seek(middle)
        file.readline()  # the rest of one
        at = _stamp(file.readline())
        if at is not None and at < since:
            low = middle
        else:
            high = middle
    file.seek(low)
    if low:
        file.readline()


_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})Z ")


def _stamp(raw: bytes) -> float | None:
    found = _STAMP.match(raw)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[1].decode()).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def parse(raw: bytes, source: Source) -> Line | None:
    """A line of a file; None: it is none, or not whole."""
    at = _stamp(raw)
    if at is None or not raw.endswith(b"\n"):
        return None
    return Line(at, source, raw[25:-1].decode("utf-8", "replace"))


class Tail:
    """What is written to one log from now on."""

    def __init__(self, folder: Path, source: Source, *, whole: bool = False) -> None:
        """`whole`: also what is in its newest file."""
        self._path = path_of(folder, source)
        self._source = source
        self._rest = b""
        self._file: BinaryIO | None = self._open()
        self._begin = 0 if self._file is None or whole else self._file.seek(0, os.SEEK_END)

    def begins(self, file: BinaryIO) -> int | None:
        """Where in this file it has begun; None: in another one."""
        mine = self._file
        if mine is None or not os.path.samestat(os.fstat(mine.fileno()), os.fstat(file.fileno())):
            return None
        return self._begin

    def take(self) -> list[Line]:
        """The lines since the last time."""
        found: list[Line] = []
        while True:
            if self._file is not None:
                found += self._read(self._file)
                if not self._moved(self._file):
                    return found
                found += self._read(self._file)  # what came before it was renamed
                self._file.close()
            self._file = self._open()
            self._rest = b""
            if self._file is None:
                return found

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _open(self) -> BinaryIO | None:
        with suppress(FileNotFoundError):
            return self._path.open("rb")
        return None

    def _moved(self, file: BinaryIO) -> bool:
        try:
            return not os.path.samestat(os.fstat(file.fileno()), os.stat(self._path))
        except FileNotFoundError:
            return True

    def _read(self, file: BinaryIO) -> Iterator[Line]:
        whole, end, self._rest = (self._rest + file.read()).rpartition(b"\n")
        for raw in (whole + end).splitlines(keepends=True):
            line = parse(raw, self._source)
            if line is not None:
                yield line
