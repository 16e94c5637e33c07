"""What a function's processes print: to a file, to the server's log, and the tail that an invocation returns.

The file looks as a log stream in CloudWatch does (START, the handler's lines, END, REPORT). It is bounded: at `LIMIT`
bytes it becomes `<name>.log.1`, replacing the one before. Writes go through the operating system's cache only: a log
need not be durable.
"""

from __future__ import annotations

import logging
import os
from io import FileIO
from pathlib import Path

LIMIT = 10 * 1024 * 1024
LONGEST_LINE = 64 * 1024  # bytes that are kept back until their line ends
TAIL = 4096  # bytes of X-Amz-Log-Result before base64

log = logging.getLogger("gatewright.functions")


def _open(path: Path) -> FileIO:
    """To append to. What functions print is for the server's user alone, as the other logs are."""
    return FileIO(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "ab")


class FunctionLog:
    """The log file of one function. Not for threads: everything is called on the event loop."""

    __slots__ = ("_file", "_limit", "_path", "_size", "name")

    def __init__(self, folder: Path, name: str, limit: int = LIMIT) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.name = name
        self._path = folder / f"{name}.log"
        self._limit = limit
        self._file = _open(self._path)
        self._size = self._file.tell()

    def write(self, data: bytes) -> None:
        """Append bytes; a full disk must not take the invocation down."""
        try:
            self._file.write(data)
        except (OSError, ValueError) as error:  # ValueError: the function is gone, and its log is closed
            log.error("cannot write the log of function %s: %s", self.name, error)
            return
        self._size += len(data)
        if self._size > self._limit:
            self._rotate()

    def _rotate(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_suffix(".log.1"))
        self._file = _open(self._path)
        self._size = 0

    def close(self) -> None:
        self._file.close()


class Lines:
    """What a handler prints, on its way to the server's log: it comes in pieces (each argument of a `print` is one)."""

    __slots__ = ("_begun", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._begun = b""  # of a line whose end has not come yet

    def add(self, piece: bytes) -> None:
        """Log the lines that are complete."""
        if not log.isEnabledFor(logging.INFO):
            return
        text = self._begun + piece
        whole, _, self._begun = text.rpartition(b"\n")
        if len(self._begun) > LONGEST_LINE:
            whole, self._begun = text, b""
        self._tell(whole)

    def end(self) -> None:
        """Log what was begun as a line of its own: nothing will complete it."""
        if self._begun:
            begun, self._begun = self._begun, b""
            self._tell(begun)

    def _tell(self, text: bytes) -> None:
        for line in text.decode("utf-8", "replace").splitlines():
            log.info("%s: %s", self._name, line)


class Tail:
    """The last bytes of what one invocation logged."""

    __slots__ = ("_pieces", "_size")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, data: bytes) -> None:
        self._pieces.append(data)
        self._size += len(data)
        if self._size > 16 * TAIL:
            self._pieces = [self.value()]
            self._size = len(self._pieces[0])

    def value(self) -> bytes:
        return b"".join(self._pieces)[-TAIL:]
