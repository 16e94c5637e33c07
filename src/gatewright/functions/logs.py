"""What a function's processes print: to a file, to the server's log, and the tail that an invocation returns.

The file looks as a log stream in CloudWatch does (START, the handler's lines, END, REPORT). It is bounded: at `LIMIT`
bytes it becomes `<name>.log.1`, replacing the one before. Writes go through the operating system's cache only: a log
need not be durable.
"""

from __future__ import annotations

import logging
from pathlib import Path

LIMIT = 10 * 1024 * 1024
TAIL = 4096  # bytes of X-Amz-Log-Result before base64

log = logging.getLogger("gatewright.functions")


class FunctionLog:
    """The log file of one function. Not for threads: everything is called on the event loop."""

    __slots__ = ("_file", "_limit", "_path", "_size", "name")

    def __init__(self, folder: Path, name: str, limit: int = LIMIT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self._path = folder / f"{name}.log"
        self._limit = limit
        self._file = self._path.open("ab", buffering=0)
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
        self._file = self._path.open("ab", buffering=0)
        self._size = 0

    def close(self) -> None:
        self._file.close()


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
