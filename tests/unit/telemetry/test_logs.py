"""The node's own log."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("level", "said"),
    [("debug", ["d", "w", "other"]), ("info", ["w", "other"]), ("warning", ["w", "other"]), ("error", [])],
)
def test_lines_name_their_process_and_respect_the_level(level: str, said: list[str]) -> None:
    code = (
        "import logging; from gatewright.telemetry.logs import configure\n"
        f"configure('{level}', 'worker-3')\n"
        "logging.getLogger('gatewright.x').debug('d'); logging.getLogger('gatewright.x').warning('w')\n"
        "logging.getLogger('other').warning('other'); logging.getLogger('other').info('chatter')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    assert [line.rpartition("] ")[2] for line in lines] == said
    assert all("[worker-3]" in line for line in lines)
