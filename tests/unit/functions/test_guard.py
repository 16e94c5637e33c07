"""No orphans: whatever happens to the host, its process groups end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import psutil

from gatewright.functions.guard import Guard
from tests.unit.functions.support import alive, eventually


def _sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "600"], start_new_session=True)


def test_what_is_left_at_the_end_is_killed() -> None:
    guard = Guard()
    guard.start()
    kept, removed = _sleeper(), _sleeper()
    guard.add(kept.pid)
    guard.add(removed.pid)
    guard.remove(removed.pid)
    guard.close()
    assert kept.wait(10) == -signal.SIGKILL
    assert removed.poll() is None
    removed.kill()
    removed.wait()


def _host_with_a_handler() -> tuple[subprocess.Popen[bytes], list[int]]:
    """A process with a guard, and the process group of a handler."""
    script = textwrap.dedent(
        """
        import subprocess, sys, time
        from gatewright.functions.guard import Guard
        guard = Guard()
        guard.start()
        # a handler and a child of its own, in one group
        command = ["sh", "-c", "sleep 600 & echo $!; wait"]
        child = subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE)
        guard.add(child.pid)
        print(child.pid, child.stdout.readline().decode().strip(), flush=True)
        time.sleep(600)
        """
    )
    host = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert host.stdout is not None
    with host.stdout:
        return host, [int(pid) for pid in host.stdout.readline().split()]


async def test_a_killed_host_leaves_nobody() -> None:
    host, pids = _host_with_a_handler()
    assert [alive(pid) for pid in pids] == [True, True]
    host.kill()
    host.wait()
    await eventually(lambda: not any(alive(pid) for pid in pids))


def test_a_killed_guard_is_replaced() -> None:
    guard = Guard()
    guard.start()
    sleeper = _sleeper()
    guard.add(sleeper.pid)
    assert guard._pid is not None
    os.kill(guard._pid, signal.SIGKILL)
    psutil.Process(guard._pid).wait(10)
    other = _sleeper()
    guard.add(other.pid)  # finds the pipe broken
    guard.close()
    assert {sleeper.wait(10), other.wait(10)} == {-signal.SIGKILL}
