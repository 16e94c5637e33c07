"""Files that several workers write lines to: by folder and stage, or the operator's own (a file, a pipe, stdout).

A file is opened for each batch and appended to in one write, which the operating system keeps apart from those of other
processes. So it may be renamed at any time, by us or by logrotate. At its largest size it becomes `<name>.1`, what was
that `<name>.2`, and so on; of the processes that find it too large the one that gets its lock renames it, unless
another has done so already. Pipes take what is longer than a few KiB in pieces: there a lock keeps writers apart.

Called on a thread of its own: a pipe that nobody reads, or a disk that hangs, may hold it up.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from gatewright.telemetry.base import Source

_ASIDE = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
_MODE = 0o600
STDOUT = "stdout"


def path_of(folder: Path, source: Source) -> Path:
    """The file of a log. Names of stages have no dot, so that no stage is called like another one's canary."""
    name = f"{source.stage}.canary.log" if source.canary else f"{source.stage}.log"
    return folder / source.log / source.api_id / name


def plain_lines(lines: Sequence[str], times: Sequence[float]) -> bytes:
    """The lines as they are."""
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


Render = Callable[[Sequence[str], Sequence[float]], bytes]


class LogFile:
    """A file that grows to `limit` bytes (0: without end) and then makes room; `keep` old ones stay beside it."""

    def __init__(self, path: Path, limit: int, keep: int) -> None:
        self._path = path
        self._limit = limit
        self._keep = keep

    def append(self, data: bytes) -> None:
        """Raises OSError."""
        try:
            descriptor = os.open(self._path, _ASIDE, _MODE)
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._path, _ASIDE, _MODE)
        try:
            write_all(descriptor, data)
            if 0 < self._limit <= os.fstat(descriptor).st_size:
                self._rotate(descriptor)
        finally:
            os.close(descriptor)

    def _rotate(self, descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # given back with the descriptor
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), os.stat(self._path)):
                self._make_room()  # else another process was first

    def _make_room(self) -> None:
        names = [self._path, *(Path(f"{self._path}.{number}") for number in range(1, self._keep + 1))]
        mode = stat.S_IMODE(self._path.stat().st_mode)
        if self._keep == 0:
            self._path.unlink()
        for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
            if newer.exists():
                newer.replace(older)
        if mode != _MODE:  # somebody has let others read it
            descriptor = os.open(self._path, _ASIDE, _MODE)
            os.fchmod(descriptor, mode)
            os.close(descriptor)


class Pipe:
    """Standard output, or a named pipe, which is opened when somebody reads it (and again after that one has left)."""

    def __init__(self, path: str, lock: Path) -> None:
        self._path = path
        self._lock = lock
        self._descriptor: int | None = None

    def append(self, data: bytes) -> None:
        """Raises OSError."""
        if self._descriptor is None:
            self._descriptor = os.dup(1) if self._path == STDOUT else os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)
        self._lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self._lock, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            write_all(self._descriptor, data)
        except OSError:
            os.close(self._descriptor)
            self._descriptor = None
            raise
        finally:
            os.close(lock)


def write_all(descriptor: int, data: bytes) -> None:
    """Raises OSError."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:  # of whom we have it has made it so
            select.select([], [descriptor], [])


def is_pipe(path: str) -> bool:
    """Whether a path leads to something else than a file: it is not opened for each batch, nor rotated."""
    if path == STDOUT:
        return True
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode)
