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


def test_what_a_client_sent_begins_no_line() -> None:
    code = (
        "import logging; from gatewright.telemetry.logs import configure\n"
        "configure('info', 'worker-0')\n"
        "logging.getLogger('gatewright.x').error('header %s', 'a\\r\\nERROR forged \\x1b[31m\\x9b\\u2028é')\n"
    )
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stderr.endswith("] header a\\r\\nERROR forged \\x1b[31m\\x9b\\u2028é\n")
    assert done.stderr.count("\n") == 1
