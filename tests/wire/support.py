"""A live server for tests that speak to it as clients do."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.wire.spoken import listen

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
_START = 30.0  # seconds to become ready, on a machine that is busy with other tests


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Server:
    """`gatewright serve` as a process of its own."""

    def __init__(
        self,
        data: Path,
        *flags: str,
        env: dict[str, str] | None = None,
        ready_port: int | None = None,
        tls: str | None = None,
    ) -> None:
        self.data = data
        self.port = free_port()
        self.ready_port = ready_port or self.port
        self.flags = flags
        self.trust = ssl.create_default_context(cafile=tls) if tls else None
        self.env = env or {}
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        """Start it and return when it is ready. Raises AssertionError with its log when it is not in time."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GATEWRIGHT_"))}
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a shell: it would inherit that
            signal.signal(signal.SIGINT, signal.default_int_handler)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "gatewright",
                    "serve",
                    "--port",
                    str(self.port),
                    "--data-dir",
                    str(self.data),
                    *self.flags,
                ],
                stdout=log,
                stderr=log,
                env=clean | self.env,
            )
        self.wait_ready()
        return self

    def wait_ready(self) -> None:
        deadline = time.monotonic() + _START
        while not self.is_ready():
            assert self.process is None or self.process.poll() is None, f"it ended:\n{self.output()}"
            assert time.monotonic() < deadline, f"not ready:\n{self.output()}"
            time.sleep(0.02)

    def is_ready(self) -> bool:
        scheme = "https" if self.trust else "http"
        url = f"{scheme}://localhost:{self.ready_port}/_gatewright/ready"
        try:
            with urllib.request.urlopen(url, timeout=2, context=self.trust) as answer:
                return bool(json.load(answer)["ready"])
        except OSError:
            return False

    def output(self) -> str:
        return self.log.read_text()[-8000:]

    def kill(self) -> None:
        """The plug pulled: KILL to the supervisor; its processes must follow by themselves."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        deadline = time.monotonic() + _START
        while self._listens():  # else a worker that is about to leave would answer for those that are to come
            assert time.monotonic() < deadline, f"its processes stay:\n{self.output()}"
            time.sleep(0.02)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=2).close()
        except OSError:
            return False
        return True

    def stop(self) -> int:
        """TERM and wait; the exit code."""
        if self.process is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"it did not drain:\n{self.output()}") from None

    def client(
        self, service: str, region: str = "us-east-1", key: str = "test", secret: str = "test", **options: Any
    ) -> Any:
        """A boto3 client of this server."""
        client = boto3.client(  # type: ignore[call-overload]  # the service is a variable here
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"max_attempts": 0}, parameter_validation=options.pop("validate", True)),
            **options,
        )
        listen(client)
        return client

    def aws(self, *words: str, check: bool = True) -> Any:
        """Run the real AWS CLI; its answer as JSON, or as text when it is none."""
        done = subprocess.run(
            [str(Path(sys.executable).with_name("aws")), *words],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.data.parent),
                "AWS_ENDPOINT_URL": self.url,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_PAGER": "",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if check:
            assert done.returncode == 0, f"aws {' '.join(words)}: {done.stderr}\n{self.output()}"
        text = done.stdout if done.returncode == 0 else done.stderr
        try:
            return json.loads(text)
        except ValueError:
            return text.strip()


@contextlib.contextmanager
def serving(data: Path, *flags: str, **options: Any) -> Iterator[Server]:
    """A server for the length of a block."""
    server = Server(data, *flags, **options).start()
    try:
        yield server
    finally:
        server.stop()
