"""The guard: a small process that ends the handlers' process groups when the function host is gone, however it went.

The host holds the writing end of a pipe and tells each group's birth (`+<pgid>`) and death (`-<pgid>`). When the pipe
closes without word, the host was killed: the guard kills what is left and ends. So a `kill -9` of the host leaves no
orphans, not even children that a handler has started (they share its group). The other way, PR_SET_PDEATHSIG, needs
code between fork and exec, forgets grandchildren, and is Linux's alone.

The same file is both sides: `Guard` runs in the host; run as a program it is the guard (nothing but `os`, `signal` and
`sys`: it starts in a few milliseconds and stays small).
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


class Guard:
    """The host's side. `start` before the first process; `close` when all processes have ended."""

    def __init__(self) -> None:
        self._pipe: int | None = None
        self._pid: int | None = None
        self._groups: set[int] = set()

    def start(self) -> None:
        """Start the guard's process in a session of its own, so that signals to the server's group pass it by."""
        reader, writer = os.pipe()
        command = [sys.executable, "-I", "-S", __file__]
        self._pid = os.posix_spawn(
            sys.executable, command, {}, file_actions=[(os.POSIX_SPAWN_DUP2, reader, 0)], setsid=True
        )
        os.close(reader)
        self._pipe = writer
        for group in self._groups:
            self._tell(f"+{group}\n")

    def add(self, group: int) -> None:
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        if self._pipe is None:
            return
        try:
            os.write(self._pipe, line.encode())
        except BrokenPipeError:  # the guard itself was killed: a new one takes over
            self.close()
            self.start()

    def close(self) -> None:
        """Let the guard end, and wait for it; it kills the groups that are still there."""
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
        if self._pid is not None:
            with contextlib.suppress(ChildProcessError):  # an event loop's child watcher was faster
                os.waitpid(self._pid, 0)
            self._pid = None


def main() -> None:
    """Keep the set of living groups until the host is gone, then kill what is left."""
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        (groups.add if line[0] == "+" else groups.discard)(group)
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


if __name__ == "__main__":
    main()
