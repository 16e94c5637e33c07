"""Real Terraform against a real server: apply, an empty plan, change, an empty plan, destroy.

`terraform` and the AWS provider must be at hand: in the registry, or in a mirror that TF_CLI_CONFIG_FILE names.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parents[1] / "tests" / "terraform" / "rest.tf"
FUNCTION = """
import os

def handler(event, context):
    return {"statusCode": 200, "body": f"phase {os.environ['PHASE']}"}
"""
ANSWERS = {1: {"/ping": "one", "/": "phase 1"}, 2: {"/ping": "two", "/": "phase 2"}}


class Terraform:
    """Terraform in a folder of its own, pointed at a server."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        shutil.copy(CONFIGURATION, folder)
        with zipfile.ZipFile(folder / "code.zip", "w") as archive:
            archive.writestr("app.py", FUNCTION)
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        self._env = os.environ | keys | {"AWS_ENDPOINT_URL": url, "CHECKPOINT_DISABLE": "1"}

    def run(self, command: str, *words: str, phase: int | None = None) -> str:
        """Its output. Raises SystemExit with it when it fails; a plan that is not empty fails."""
        given = [] if phase is None else [f"-var=phase={phase}", f"-var=code={self.folder / 'code.zip'}"]
        done = subprocess.run(
            [shutil.which("terraform") or "terraform", command, "-no-color", *words, *given],
            cwd=self.folder,
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        print(f"terraform {command}{'' if phase is None else f' (phase {phase})'}: {done.returncode}", flush=True)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "gatewright", "serve", "--port", str(port), "--data-dir", str(folder / "data")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _ready(port)
            _try(Terraform(folder, f"http://127.0.0.1:{port}"), port)
        finally:
            server.terminate()
            server.wait()


def _try(terraform: Terraform, port: int) -> None:
    terraform.run("init", "-input=false")
    for phase, expected in ANSWERS.items():
        terraform.run("apply", "-auto-approve", "-input=false", phase=phase)
        terraform.run("plan", "-detailed-exitcode", "-input=false", phase=phase)
        apis = json.loads(terraform.run("output", "-json"))["apis"]["value"]
        found = {path: _get(port, f"/_aws/execute-api/{api}/v1{path}") for path, api in apis.items()}
        if found != expected:
            raise SystemExit(f"phase {phase}: the APIs answer {found}, not {expected}")
    terraform.run("destroy", "-auto-approve", "-input=false", phase=2)


def _get(port: int, path: str) -> str:
    """The body of an answer. Raises OSError."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while not _is_ready(port):
        if time.monotonic() > deadline:
            raise SystemExit("the server is not ready")
        time.sleep(0.1)


def _is_ready(port: int) -> bool:
    try:
        return bool(json.loads(_get(port, "/_gatewright/ready"))["ready"])
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


if __name__ == "__main__":
    main()
