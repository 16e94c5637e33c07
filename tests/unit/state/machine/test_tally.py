"""A tally outlives whoever counted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from gatewright.state.machine.tally import Tally

KILLED = """
import os, signal, sys
from pathlib import Path
from gatewright.state.machine.tally import Tally
tally = Tally(Path(sys.argv[1]), writing=True)
tally.clear(3)
for _ in range(1000):
    tally.add(3)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_readers_see_what_is_counted_and_grow_with_it(tmp_path: Path) -> None:
    own = Tally(tmp_path / "tally", writing=True)
    seen = Tally(tmp_path / "tally", writing=False)
    own.clear(0)
    own.add(0)
    own.clear(50_000)
    for _ in range(3):
        own.add(50_000)
    own.add(0)
    assert (seen.read(0), seen.read(50_000), seen.read(10_000_000)) == (2, 3, 0)
    own.clear(0)
    assert seen.read(0) == 0
    own.close()
    seen.close()


def test_what_was_counted_before_a_kill_is_there(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "tally")], check=False)
    assert done.returncode == -signal.SIGKILL
    left = Tally(tmp_path / "tally", writing=False)
    assert left.read(3) == 1000
    left.close()
    assert os.stat(tmp_path / "tally").st_mode & 0o777 == 0o600


def test_an_empty_file_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "tally").touch()
    tally = Tally(tmp_path / "tally", writing=False)
    assert tally.read(0) == 0
    tally.close()
