"""A request as our server hands it over, and the companions as a process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config

from gatewright.net.base import Header, Secured

RUN = """
import asyncio, json, socket, sys
import msgspec
from gatewright.companions.server import serve
from gatewright.settings import Settings

async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(0, stop.set)  # stdin ends: stop
    inside = socket.socket(fileno=int(sys.argv[3])) if len(sys.argv) > 3 else None
    await serve(int(sys.argv[1]), msgspec.convert(json.loads(sys.argv[2]), Settings), stop.wait(), inside)

asyncio.run(main())
"""


@dataclass
class FakeRequest:
    """`net.base.Request` that keeps its answer."""

    method: str = "POST"
    target: bytes = b"/"
    headers: list[Header] = field(default_factory=list)
    body: bytes = b""
    host: bytes = b"127.0.0.1:4566"
    too_large: bool = False
    peer: str = ""
    client: str = ""
    scheme: str = "http"
    secured: Secured | None = None
    listener: str = "companions"
    received: float = 0.0
    on_disconnect: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.path, _, self.query = self.target.partition(b"?")
        self.answer: asyncio.Future[tuple[int, bytes, bytes | int | None]] = asyncio.Future()

    @property
    def head_size(self) -> int:
        return len(self.target) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def header(self, name: bytes) -> bytes | None:
        return next((value for key, value in self.headers if key.lower() == name), None)

    def respond(self, status: int, head: bytes, body: bytes, more: bytes = b"") -> None:
        head += more
        if b"\n" in head.replace(b"\r\n", b""):
            raise ValueError("an unsound block")
        self.answer.set_result((status, head, body))

    def start(self, status: int, head: bytes, length: int | None) -> None:
        self.answer.set_result((status, head, length))

    def write(self, data: bytes) -> bool:
        raise AssertionError("an answer to HEAD has no body")

    def drained(self) -> Awaitable[None]:
        raise AssertionError("nothing is streamed")

    def finish(self) -> None: ...

    def abort(self) -> None:
        raise AssertionError("nothing is aborted")


class Companions:
    """A running companions process; `url` is its TCP address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def client(self, service: str, key: str = "test", region: str = "eu-west-1", **options: Any) -> Any:
        config = Config(retries={"total_max_attempts": 1}, **options)
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.url,
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key="secret",
            config=config,
        )


@contextlib.contextmanager
def process(
    listener: socket.socket, inside: socket.socket | None = None, **settings: Any
) -> Iterator[subprocess.Popen[str]]:
    """The companions on a listening socket, ended by closing their standard input."""
    given = [listener.fileno()] + ([inside.fileno()] if inside is not None else [])
    command = [sys.executable, "-c", RUN, str(given[0]), json.dumps(settings), *map(str, given[1:])]
    running = subprocess.Popen(command, pass_fds=given, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        _, errors = running.communicate(timeout=20)
        assert running.returncode == 0, errors


@contextlib.contextmanager
def on_tcp(**settings: Any) -> Iterator[Companions]:
    with socket.create_server(("127.0.0.1", 0)) as listener, process(listener, **settings):
        yield Companions(f"http://127.0.0.1:{listener.getsockname()[1]}")


@pytest.fixture(scope="session")
def companions() -> Iterator[Companions]:
    with on_tcp() as running:
        yield running
