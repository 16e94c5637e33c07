"""Runs a command and records what it does to the files below a folder, and what it says, in order.

`record` runs a command to its end. For a server that must be spoken to, make a `Recorder`, start the server with its
`environment`, and read `trace()` afterwards. The shim (shim.c) is compiled on the spot: this needs `cc` with the C
library's headers (Debian: gcc libc6-dev) and glibc or another libc whose calls can be interposed.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

SHIM = Path(__file__).with_name("shim.c")
_HEAD = struct.Struct("<IIQQqII")


class Op(IntEnum):
    """The numbers of shim.c."""

    CREATE = 1
    WRITE = 2
    TRUNCATE = 3
    SYNC_BEGIN = 4
    SYNC_END = 5
    UNLINK = 6
    RENAME = 7  # `data` is the new name
    MKDIR = 8
    RMDIR = 9
    OUTPUT = 10  # to a pipe or socket; recorded before it is sent


@dataclass(frozen=True, slots=True)
class Event:
    op: Op
    thread: int
    file: tuple[int, int]  # device and inode; (0, 0) where only the name matters
    offset: int  # of a write; the length for TRUNCATE
    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Trace:
    """`root` as it was before the command ran lies in `before`."""

    root: Path
    before: Path
    events: list[Event]
    returncode: int

    def outputs(self, pattern: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
        """Each match of a pattern in what was said, with the number of events before it."""
        for position, event in enumerate(self.events):
            if event.op is Op.OUTPUT:
                for match in re.finditer(pattern, event.data):
                    yield position, match


class Recorder:
    """Records what is started with its `environment`, below `root` (which must exist); keeps its files in `folder`."""

    def __init__(self, root: Path, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._root = root.resolve()
        self._file = folder / "trace"
        self._before = folder / "before"
        shutil.copytree(self._root, self._before)
        self.environment: Mapping[str, str] = {
            "LD_PRELOAD": str(_compile(folder)),
            "STORE_TRACE_ROOT": str(self._root),
            "STORE_TRACE_FILE": str(self._file),
            "UV_USE_IO_URING": "0",  # libuv's way past the C library
        }

    def trace(self, returncode: int = 0) -> Trace:
        """What was recorded so far."""
        return Trace(self._root, self._before, list(_events(self._file.read_bytes())), returncode)


def record(command: Sequence[str], root: Path, folder: Path, *, timeout: float = 60.0) -> Trace:
    """Run a command to its end and record it. Its output goes through a pipe and is thrown away."""
    recorder = Recorder(root, folder)
    environment = {**os.environ, **recorder.environment}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, timeout=timeout, check=False)
    return recorder.trace(done.returncode)


def _compile(folder: Path) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, "recording needs a C compiler: apt-get install gcc libc6-dev"
    target = folder / "shim.so"
    flags = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC"]
    subprocess.run([compiler, *flags, "-o", str(target), str(SHIM), "-ldl"], check=True)
    return target


def _events(log: bytes) -> Iterator[Event]:
    position = 0
    while position < len(log):
        op, thread, device, inode, offset, path_length, data_length = _HEAD.unpack_from(log, position)
        name = position + _HEAD.size
        data = name + path_length
        position = data + data_length
        yield Event(Op(op), thread, (device, inode), offset, os.fsdecode(log[name:data]), log[data:position])
