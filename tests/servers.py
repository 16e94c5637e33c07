"""Real servers for tests: PostgreSQL and Redis, as Debian packages them, each with a folder of its own."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_START = 30.0  # seconds


def _postgres_program(name: str) -> str:
    """A program of PostgreSQL's server, which Debian does not put on the PATH."""
    found = shutil.which(name) or max(
        map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), default=None, key=lambda path: path
    )
    if found is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Postgres:
    """A PostgreSQL server of one's own. It refuses to run as root: then it runs as the user postgres."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgresql://gatewright@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = ["-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder), "-h", "127.0.0.1"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [_postgres_program("postgres"), *options, "-c", "fsync=off", "-c", "max_connections=200"],
                stdout=subprocess.DEVNULL,
                stderr=log,
                user=_user(),
            )
        _await_port(self.port, self.process)
        for _ in range(300):  # the port is open a moment before the server takes connections
            ready = subprocess.run(
                [_postgres_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
            )
            if ready.returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(f"not ready: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self, *, kill: bool = False) -> None:
        assert self.process is not None
        if kill:
            self.process.kill()
        else:
            self.process.send_signal(2)  # SIGINT: fast shutdown
        self.process.wait(_START)

    def create(self, database: str) -> str:
        """A new, empty database; its URL."""
        command = [_postgres_program("psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "gatewright", "-q"]
        template = "ENCODING 'UTF8' TEMPLATE template0"
        subprocess.run([*command, "-c", f"CREATE DATABASE {database} {template}", "postgres"], check=True)
        return self.url(database)


def _user() -> str | None:
    return "postgres" if os.getuid() == 0 else None


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """A running server, which is gone afterwards."""
    initdb = _postgres_program("initdb")
    with tempfile.TemporaryDirectory(prefix="gatewright-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if _user() is not None:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        subprocess.run(
            [initdb, "-D", str(folder / "data"), "-U", "gatewright", "--auth=trust", "--no-sync", "-E", "UTF8"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=_user(),
        )
        server = Postgres(folder, free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()


@dataclass
class Redis:
    """A Redis server of one's own, without persistence."""

    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("valkey-server") or shutil.which("redis-server")
        if program is None:
            pytest.skip("neither Valkey nor Redis is installed (Debian: apt-get install redis-server)")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        _await_port(self.port, self.process)

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(_START)


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    """A running server, which is gone afterwards."""
    server = Redis(free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server does not listen on port {port}")
