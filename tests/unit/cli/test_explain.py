"""`gatewright explain` against somebody who answers on the socket of a control process, and nobody."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from gatewright.cli.explain import listed, text, unknown
from gatewright.cli.main import cli
from gatewright.supervisor.sockets import run_dir

SAID: dict[str, Any] = {
    "request_id": "11111111-2222",
    "extended_request_id": "AbC=",
    "at": 1_700_000_000.0,
    "request": "GET /v1/pets",
    "status": 403,
    "verdict": "403 INVALID_API_KEY: Forbidden",
    "api": {"id": "abc", "name": "pets", "type": "REST", "stage": "v1", "region": "us-east-1"},
    "client": {"ip": "203.0.113.7", "userAgent": "curl/8"},
    "timing": {"latencyMs": 1.234},
    "steps": [
        {"step": "route", "outcome": "passed", "words": "GET /pets"},
        {"step": "api key", "outcome": "refused", "words": "403 INVALID_API_KEY"},
        {"step": "response", "outcome": "not reached", "words": ""},
    ],
    "why": ["A long line " + "that goes on " * 10, "  an indented one"],
    "fix": [{"text": "Send the key.", "command": "curl \\\n  -H x-api-key"}, {"text": "Or not.", "command": None}],
    "exhibits": [{"title": "What came", "text": "two\nlines"}],
    "docs": ["https://docs.aws.amazon.com/x"],
}
ABOUT = {"kept": 3, "most": 10, "since": 1_700_000_000.0, "total": 7, "workers": 1}
LINE = {
    "requestId": "11111111-2222",
    "at": 1_700_000_000.0,
    "status": 403,
    "request": "GET /v1/pets",
    "api": "abc",
    "name": "pets",
    "stage": "v1",
    "error": "INVALID_API_KEY",
}


@contextmanager
def node(data: Path, answers: dict[str, tuple[int, Any]]) -> Iterator[None]:
    """Answers by the target of the request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, said = answers[self.path]
            body = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self) -> str:
            return "unix"

        def log_message(self, format: str, *args: Any) -> None: ...

    data.mkdir(exist_ok=True)
    with socketserver.ThreadingUnixStreamServer(str(run_dir(data) / "control.sock"), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["explain", *words, "--data-dir", str(data)])


def test_an_explanation_reads_well() -> None:
    assert "\n".join(text(SAID)) == (
        """\
GET /v1/pets  →  403 INVALID_API_KEY: Forbidden

  at       2023-11-14 22:13:20 UTC, took 1.2 ms
  id       11111111-2222  (extended: AbC=)
  api      REST API pets (abc), stage v1, us-east-1
  client   203.0.113.7, curl/8

  ✓ route     GET /pets
  ✗ api key   403 INVALID_API_KEY
  · response  not reached

Why
  A long line that goes on that goes on that goes on that goes on that goes on that goes on that
  goes on that goes on that goes on that goes on
    an indented one

  What came
    | two
    | lines

What to do
  1. Send the key.
       curl \\
         -H x-api-key
  2. Or not.

AWS's documentation
  https://docs.aws.amazon.com/x"""
    )


def test_who_found_no_stage_reads_well_too() -> None:
    bare = SAID | {
        "api": {"id": "nope"},
        "extended_request_id": "11111111-2222",
        "client": {"ip": "", "userAgent": None},
    }
    lines = list(text(bare | {"steps": [], "why": [], "fix": [], "exhibits": [], "docs": []}))
    assert lines[3:5] == ["  id       11111111-2222", "  api      nope was asked for"]


def test_terminals_obey_nobody() -> None:
    assert "\\x1b" in "\n".join(text(SAID | {"request": "GET /\x1b[2J"}))


def test_by_id(tmp_path: Path) -> None:
    with node(tmp_path / "d", {"/_gatewright/explain/AbC%3D": (200, ABOUT | {"explanation": SAID})}):
        said = run(tmp_path / "d", "AbC=")
        assert said.exit_code == 0
        assert said.output.startswith("GET /v1/pets  →  403")
        assert json.loads(run(tmp_path / "d", "AbC=", "--json").output) == SAID


def test_ids_that_look_like_options(tmp_path: Path) -> None:
    for number, named in enumerate(("-hxF-bCH_6eINre=", "--api0123456789=")):
        data = tmp_path / f"d{number}"
        with node(data, {f"/_gatewright/explain/{named[:-1]}%3D": (200, ABOUT | {"explanation": SAID})}):
            said = run(data, named, "--json")
            assert said.exit_code == 0, said.output
            assert json.loads(said.output) == SAID


def test_the_last_one(tmp_path: Path) -> None:
    answers = {
        "/_gatewright/explain?status=4xx&api=pets&limit=1": (200, ABOUT | {"requests": [LINE]}),
        "/_gatewright/explain/11111111-2222": (200, ABOUT | {"explanation": SAID}),
        "/_gatewright/explain?status=5xx&api=&limit=1": (200, ABOUT | {"requests": []}),
    }
    with node(tmp_path / "d", answers):
        assert "INVALID_API_KEY" in run(tmp_path / "d", "--last", "--status", "4xx", "--api", "pets").output
        none = run(tmp_path / "d", "--last", "--status", "5xx")
        assert none.exit_code == 1
        assert "No such request is kept." in none.output


def test_lists(tmp_path: Path) -> None:
    answers = {"/_gatewright/explain?status=&api=&limit=20": (200, ABOUT | {"requests": [LINE]})}
    with node(tmp_path / "d", answers):
        said = run(tmp_path / "d", "--list")
        assert said.output == ("2023-11-14 22:13:20  403  11111111-2222  pets/v1  GET /v1/pets  INVALID_API_KEY\n")
        assert json.loads(run(tmp_path / "d", "--list", "--json").output)["requests"] == [LINE]
    assert next(iter(listed(ABOUT | {"requests": []}))) == "No such request is kept."
    assert "nope  GET" in next(listed(ABOUT | {"requests": [LINE | {"api": "nope", "stage": "", "error": ""}]}))


def test_ids_that_nobody_keeps(tmp_path: Path) -> None:
    with node(tmp_path / "d", {"/_gatewright/explain/x": (404, ABOUT | {"message": "No"})}):
        said = run(tmp_path / "d", "x")
    assert said.exit_code == 1
    assert "3 requests are kept, since 2023-11-14 22:13:20 UTC; there were 7 in all." in said.output
    off = "\n".join(unknown(ABOUT | {"most": 0}, "x"))
    assert "gatewright serve --explain 1000" in off
    assert "None has come yet" in "\n".join(unknown(ABOUT | {"kept": 0}, "x"))


def test_without_a_node(tmp_path: Path) -> None:
    said = run(tmp_path / "nothing", "x")
    assert said.exit_code == 2
    assert "no node runs with data_dir" in said.output
    with node(tmp_path / "d", {"/_gatewright/explain/x": (200, b"no json")}):
        assert "did not answer" in run(tmp_path / "d", "x").output


def test_something_must_be_asked_for(tmp_path: Path) -> None:
    assert run(tmp_path).exit_code == 2
