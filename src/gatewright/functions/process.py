"""A handler's process as the operating system sees it: started in its own group, its output read, its end noticed.

Standard output and error share one pipe, whose reading end is ours and not the event loop's: so `drain` can fetch
what the handler has printed at the very moment its answer arrives (the runtimes write unbuffered, so it is in the
pipe before the answer is on the wire), and log lines belong to the invocation that printed them.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from gatewright.functions.guard import Guard

CHUNK = 65536
ROUNDS = 32  # chunks at most in a row: more than a pipe holds, and a flood must not keep the loop to itself


def keep_descriptors_private() -> None:
    """Let no child inherit what this process was started with (the supervisor hands over sockets that are inheritable).

    Not every event loop closes a child's descriptors: uvloop relies on close-on-exec.
    """
    for name in os.listdir("/dev/fd"):
        if int(name) > 2:
            with contextlib.suppress(OSError):  # the one that `listdir` itself had open
                os.set_inheritable(int(name), False)


class Process:
    """One child. `output` gets what it prints; `ended` is called once with its return code (negative: a signal)."""

    def __init__(self, guard: Guard, output: Callable[[bytes], None], ended: Callable[[int], None]) -> None:
        self._guard = guard
        self._output = output
        self._ended = ended
        self._pipe = -1
        self._child: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self, command: list[str], environment: Mapping[str, str], folder: Path) -> None:
        """Start the child. Raises OSError when the program or the folder is not there."""
        reader, writer = os.pipe()
        try:
            self._child = await asyncio.create_subprocess_exec(
                *command,
                cwd=folder,
                env=dict(environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writer,
                stderr=writer,
                start_new_session=True,
            )
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        self._guard.add(self._child.pid)
        self._pipe = reader
        os.set_blocking(reader, False)
        asyncio.get_running_loop().add_reader(reader, self.drain)
        self._watch = asyncio.create_task(self._wait(self._child))

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None else None

    def drain(self) -> None:
        """Read what is in the pipe now."""
        for _ in range(ROUNDS):
            if self._pipe < 0:
                return
            try:
                data = os.read(self._pipe, CHUNK)
            except BlockingIOError:
                return
            if not data:
                self._close_pipe()
                return
            self._output(data)
            if len(data) < CHUNK:
                return

    def _close_pipe(self) -> None:
        if self._pipe >= 0:
            asyncio.get_running_loop().remove_reader(self._pipe)
            os.close(self._pipe)
            self._pipe = -1

    async def _wait(self, child: asyncio.subprocess.Process) -> None:
        returncode = await child.wait()
        self.kill()  # what the handler has started ends with it
        self._guard.remove(child.pid)
        self.drain()
        self._close_pipe()
        self._ended(returncode)

    def kill(self) -> None:
        """End the whole group at once, as AWS ends an environment; `ended` follows."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)

    async def gone(self) -> None:
        """Wait until the child has ended and `ended` has been called."""
        if self._watch is not None:
            await self._watch

    def peak_memory(self) -> int:
        """The most memory that the child has held, MB; 0 where the system does not tell."""
        try:
            with open(f"/proc/{self.pid}/status", "rb") as file:
                status = file.read()
            return int(status.partition(b"VmHWM:")[2].split(None, 1)[0]) // 1024
        except (OSError, ValueError, IndexError):
            return 0
