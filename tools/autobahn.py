"""`make autobahn`: the Autobahn|Testsuite's fuzzing client against a server of its own.

It plays some 300 conversations, sound and unsound, with two routes that echo: a MOCK, which answers at once (all groups
but the 9th), and an HTTP_PROXY with a backend, whose messages of 16 MiB are more than templates take (the 9th, limits
and performance). Limits are raised for it, and binary messages let in. Groups 12 and 13 are about compression, which
AWS does not offer and neither do we. Fails when less is passed than should be.

The suite is for Python 2.7: `PYENV_VERSION=2.7.18 python -m pip install autobahntestsuite` where pyenv has one. Another
interpreter that has it is named in AUTOBAHN_PYTHON.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import botocore.session

CORE, LIMITS = "MOCK", "HTTP_PROXY"  # what the suite calls the two routes
NON_STRICT = 4  # at most, of the core
LIMIT_CASES = 54
MIB = 1 << 20
_EXCLUDED = ["12.*", "13.*"]
_CORE_GROUPS = [f"{number}.*" for number in (1, 2, 3, 4, 5, 6, 7, 10)]
_RAISED = {
    "limits": "own",
    "payload-limit": str(20 * MIB),
    "websocket-frame-limit": str(20 * MIB),
    "websocket-message-limit": str(20 * MIB),
    "websocket-messages": "any",
}
# $input.body of an empty payload is {}; the suite sends no such text itself.
_REQUEST = '#if($input.body != "{}")#set($context.requestOverride.path.text = $input.body)#end{"statusCode":200}'
_RESPONSE = "$!context.requestOverride.path.text"
_GOOD = ("OK", "INFORMATIONAL")


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it is sent."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def backend() -> Iterator[str]:
    """The URL of a backend that echoes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def gatewright(folder: Path) -> Iterator[int]:
    """The port of a server with raised limits. Raises RuntimeError with its log when it does not start."""
    port, log = _free_port(), folder / "serve.log"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GATEWRIGHT_"))}
    settings = {"port": str(port), "data-dir": str(folder / "data")} | _RAISED
    flags = [word for name, value in settings.items() for word in (f"--{name}", value)]
    command = [sys.executable, "-m", "gatewright", "serve", "--no-companions", *flags]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=clean) as process:
        try:
            deadline = time.monotonic() + 30
            while not _ready(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_gatewright/ready", timeout=2) as answer:
            return bool(json.load(answer)["ready"])
    except OSError:
        return False


def echo_api(port: int, **integration: Any) -> str:
    """A WebSocket API whose only route answers as the integration does; its URL."""
    session = botocore.session.get_session()
    session.set_credentials("test", "test")
    api: Any = session.create_client("apigatewayv2", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{port}")
    made = api.create_api(Name="echo", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")[
        "ApiId"
    ]
    target = api.create_integration(ApiId=made, **integration)["IntegrationId"]
    if integration["IntegrationType"] == "MOCK":
        api.create_integration_response(
            ApiId=made,
            IntegrationId=target,
            IntegrationResponseKey="$default",
            ResponseTemplates={"$default": _RESPONSE},
        )
    route = api.create_route(
        ApiId=made,
        RouteKey="$default",
        Target=f"integrations/{target}",
        RouteResponseSelectionExpression="$default",
    )["RouteId"]
    api.create_route_response(ApiId=made, RouteId=route, RouteResponseKey="$default")
    api.create_stage(ApiId=made, StageName="v1")
    api.create_deployment(ApiId=made, StageName="v1")
    return f"ws://127.0.0.1:{port}/_aws/execute-api/{made}/v1"


def suite() -> str:
    """An interpreter that has the suite. Raises SystemExit when none is found."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = [os.environ.get("AUTOBAHN_PYTHON"), *map(str, sorted(versions.glob("2.7*/bin/python"), reverse=True))]
    for candidate in [*named, "python2.7", "python2"]:
        if candidate is None or shutil.which(candidate) is None:
            continue
        asked = subprocess.run([candidate, "-c", "import autobahntestsuite"], capture_output=True, check=False)
        if asked.returncode == 0:
            return candidate
    raise SystemExit(
        "the Autobahn|Testsuite is not installed. It is for Python 2.7: with pyenv,\n"
        "  pyenv install 2.7.18; PYENV_VERSION=2.7.18 python -m pip install autobahntestsuite\n"
        "or name an interpreter that has it in AUTOBAHN_PYTHON."
    )


def play(python: str, urls: Mapping[str, str], cases: list[str], folder: Path) -> Any:
    """Run the suite; its index: by route, by case. Raises RuntimeError."""
    spec = {
        "outdir": str(folder / "report"),
        "servers": [{"agent": name, "url": url} for name, url in urls.items()],
        "cases": cases,
        "exclude-cases": _EXCLUDED,
        "exclude-agent-cases": {CORE: ["9.*"], LIMITS: _CORE_GROUPS},
    }
    file = folder / "spec.json"
    file.write_text(json.dumps(spec))
    command = [python, "-m", "autobahntestsuite.wstest", "-m", "fuzzingclient", "-s", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    index = folder / "report" / "index.json"
    if done.returncode or not index.exists():
        raise RuntimeError(f"the suite failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return json.loads(index.read_text())


def failures(index: Any, *, whole: bool) -> Iterator[str]:
    """Print what was passed; what falls short of what should be. `whole`: every case was to be played."""
    for name in (CORE, LIMITS):
        played: dict[str, Any] = index.get(name, {})
        ends = Counter(each["behavior"] for each in played.values())
        print(f"{name}: {len(played)} cases: {', '.join(f'{count} {end}' for end, count in sorted(ends.items()))}")
        for case, each in sorted(played.items(), key=lambda item: [int(part) for part in item[0].split(".")]):
            ended = each["behavior"], each["behaviorClose"]
            if ended[0] not in _GOOD or ended[1] not in _GOOD:
                print(f"  {case}: {ended[0]}, close {ended[1]} (code {each['remoteCloseCode']})")
            if "NON-STRICT" not in ended and not set(ended) <= set(_GOOD):
                yield f"{name}: case {case} failed"
        if name == CORE and ends["NON-STRICT"] > NON_STRICT:
            yield f"{name}: more than {NON_STRICT} cases were not strictly passed"
        if name == LIMITS and whole and (len(played), ends["OK"]) != (LIMIT_CASES, LIMIT_CASES):
            yield f"{name}: {ends['OK']} of {LIMIT_CASES} cases were passed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=["*"], help="cases to play, like 6.* or 9.1.1; all by default")
    parser.add_argument("--report", type=Path, help="folder for the suite's pages about every case")
    args = parser.parse_args()
    python = suite()
    with tempfile.TemporaryDirectory(prefix="gatewright-autobahn-") as made:
        folder = Path(made)
        with backend() as uri, gatewright(folder) as port:
            mock = echo_api(port, IntegrationType="MOCK", RequestTemplates={"$default": _REQUEST})
            proxy = echo_api(port, IntegrationType="HTTP_PROXY", IntegrationUri=uri, IntegrationMethod="POST")
            index = play(python, {CORE: mock, LIMITS: proxy}, args.cases, folder)
        if args.report is not None:
            shutil.copytree(folder / "report", args.report, dirs_exist_ok=True)
    failed = list(failures(index, whole=args.cases == ["*"]))
    if failed:
        raise SystemExit("\n".join(failed))


if __name__ == "__main__":
    main()
