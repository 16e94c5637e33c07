"""The HTTP/1.1 corpus: its strict origin and its runner."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.wire.support import SHARED, free_port

CORPUS = SHARED / "corpora" / "http1"
_RESULT = re.compile(
    r"RESULT .* total (?P<passed>\d+)/(?P<total>\d+)  must (?P<must>\S+)  should (?P<should>\S+)  info (?P<info>\S+)"
    r"  .*UNSAFE (?P<unsafe>\d+)  alive-after (?P<alive>\w+)"
)


@dataclass(frozen=True)
class Outcome:
    """What the runner found. The pairs are "passed/all"."""

    passed: int
    total: int
    must: str
    should: str
    unsafe: int
    alive: bool
    code: int
    report: str


def corpus_file(name: str) -> str:
    """A file of the corpus. Fails clearly when the shared material is not there."""
    path = CORPUS / name
    assert path.exists(), f"{path} is missing: the HTTP/1.1 corpus lies in the folder `shared` beside the repository"
    return str(path)


def run_corpus(port: int, *options: str, timeout: float = 300.0) -> Outcome:
    """Send the corpus to a server on the loopback and classify its answers."""
    done = subprocess.run(
        [sys.executable, corpus_file("runner.py"), "127.0.0.1", str(port), *options],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    report = done.stdout + done.stderr
    found = _RESULT.search(report)
    assert found, report
    return Outcome(
        passed=int(found["passed"]),
        total=int(found["total"]),
        must=found["must"],
        should=found["should"],
        unsafe=int(found["unsafe"]),
        alive=found["alive"] == "True",
        code=done.returncode,
        report=report,
    )


@contextlib.contextmanager
def running_origin() -> Iterator[int]:
    """The corpus's strict origin as a process; its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, corpus_file("sink.py"), "127.0.0.1", str(port)])
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while True:
        assert process.poll() is None, "the corpus's origin has ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
