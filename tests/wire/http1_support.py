"""The HTTP/1.1 corpus: its origin, its runner, and a bare reverse proxy made of nothing but `net`.

Run as a program it is that proxy: `http1_support.py ORIGIN_PORT` prints its own port and serves until it is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpora" / "http1"
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, corpus_file("sink.py"), "127.0.0.1", str(port)])
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def running_proxy(origin_port: int) -> Iterator[int]:
    """This file's proxy as a process; its port."""
    process = subprocess.Popen([sys.executable, __file__, str(origin_port)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while True:
        assert process.poll() is None, "the corpus's origin has ended"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)


async def _serve(origin_port: int) -> None:
    from gatewright.net.base import Origin, Request, UpstreamError, UpstreamResponse
    from gatewright.net.http1 import Http1Server
    from gatewright.net.upstream import UpstreamClient

    hop = {b"connection", b"keep-alive", b"transfer-encoding", b"content-length", b"expect", b"te", b"trailer"}
    hop |= {b"upgrade", b"http2-settings", b"proxy-connection", b"proxy-authorization", b"proxy-authenticate", b"date"}
    origin = Origin("http", "127.0.0.1", origin_port)
    client = UpstreamClient()

    class Proxy:
        def admit(self, request: Request) -> int:
            return 10 * 1024 * 1024

        def handle(self, request: Request) -> None:
            if request.too_large:
                request.respond(413, b"", b"")
                return

            def done(answer: UpstreamResponse | UpstreamError) -> None:
                if isinstance(answer, UpstreamError):
                    request.respond(502, b"", str(answer.failure).encode())
                    return
                kept = [b"%b: %b\r\n" % item for item in answer.headers if item[0].lower() not in hop]
                request.respond(answer.status, b"".join(kept), answer.body)

            headers = [item for item in request.headers if item[0].lower() not in hop]
            client.fetch(origin, request.method.encode(), request.target, headers, request.body, done, timeout=20.0)

    server = Http1Server(Proxy())
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    await server.listen(sock)
    sys.stdout.write(f"{sock.getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_serve(int(sys.argv[1])))
