"""`gatewright status` against somebody who answers, and nobody."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gatewright.cli.main import cli
from gatewright.cli.status import lines

_WELL: dict[str, Any] = {
    "status": "ok",
    "ready": True,
    "version": "1.2",
    "compiled": True,
    "python": "3.12.1",
    "commit": "0123456789ab",
    "workers": [
        {"index": 0, "pid": 7, "ready": True, "control": True, "revision": 3, "requests": 9, "connections": 2},
        {"index": 1, "pid": None, "ready": False, "control": False, "revision": None},
        {"index": 2, "pid": 8, "ready": True, "control": False, "revision": 0, "requests": 0, "connections": 1},
    ],
    "processes": {"control": "ok", "companions": "not started"},
}


@contextmanager
def _answering(body: bytes) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/_gatewright/health"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def _run(body: bytes, *words: str) -> Result:
    with _answering(body) as port:
        return CliRunner().invoke(cli, ["status", "--port", str(port), *words])


def test_for_people() -> None:
    assert lines(_WELL) == [
        "ok, ready: Gatewright 1.2 (compiled, Python 3.12.1, commit 0123456789ab)",
        "worker 0    ready, revision 3, requests 9, connections 2, pid 7",
        "worker 1    does not answer",
        "worker 2    ready, revision 0, without control, requests 0, connections 1, pid 8",
        "control     ok",
        "companions  not started",
    ]


@pytest.mark.parametrize(("status", "code"), [("ok", 0), ("degraded", 1)])
def test_the_exit_code_says_how_it_is(status: str, code: int) -> None:
    said = _WELL | {"status": status}
    result = _run(json.dumps(said).encode(), "--json")
    assert (json.loads(result.output), result.exit_code) == (said, code)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"status": "ok"}'])
def test_somebody_else(body: bytes) -> None:
    result = _run(body)
    assert result.exit_code == 2
    assert "no answer from http://127.0.0.1:" in result.output


def test_nobody() -> None:
    with _answering(b"") as port:
        pass
    result = CliRunner().invoke(cli, ["status", "--port", str(port)])
    assert (result.exit_code, "refused" in result.output) == (2, True)
