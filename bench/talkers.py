"""WebSocket clients in a process of their own: `measure` those that talk, `idle` those that do not.

python -m bench.talkers HOST PORT PATH COUNT SECONDS      each sends a text, waits for its echo, sends it again
python -m bench.talkers HOST PORT PATH COUNT              they connect, and stay until the end of the standard input
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import uvloop

from bench import machine
from bench.load import Figures

_TEXT = b'{"action": "echo", "text": "what goes out comes back: 64 bytes"}'
_AT_ONCE = 100  # handshakes
_ROOT = Path(__file__).resolve().parents[1]


class Talker(asyncio.Protocol):
    """One client. `heard`: when its echoes came, seconds each; not one byte of them may differ."""

    def __init__(self, head: bytes, text: bytes) -> None:
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard: list[float] = []
        self.wrong = 0
        self._head = head
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text))
        self._asked = bytes((0x81, 0x80 | len(text))) + mask + masked
        self._wanted = bytes((0x81, len(text))) + text
        self._data = b""
        self._began = 0.0
        self.talks = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._head)

    def data_received(self, data: bytes) -> None:
        data = self._data + data if self._data else data
        if not self.open.done():
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._data = head
            elif head.startswith(b"HTTP/1.1 101 "):
                self.open.set_result(None)
            else:
                self.open.set_exception(RuntimeError(f"not opened: {head.decode('latin-1')}"))
        elif len(data) < len(self._wanted):
            self._data = data
        else:
            self._data = b""
            self.wrong += data != self._wanted
            self.heard.append(time.perf_counter() - self._began)
            if self.talks:
                self.talk()

    def talk(self) -> None:
        self.talks = True
        self._began = time.perf_counter()
        self._transport.write(self._asked)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.open.done():
            self.open.set_exception(error or RuntimeError("not opened"))
        self.wrong += self.talks

    def leave(self) -> None:
        self.talks = False
        self._transport.abort()


async def _connect(host: str, port: int, path: str, count: int) -> list[Talker]:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: Upgrade", "Upgrade: websocket"]
    lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "", ""]
    head = "\r\n".join(lines).encode()
    talkers: list[Talker] = []
    loop = asyncio.get_running_loop()
    for begin in range(0, count, _AT_ONCE):
        some = [Talker(head, _TEXT) for _ in range(min(_AT_ONCE, count - begin))]
        for talker in some:
            await loop.create_connection(lambda talker=talker: talker, "127.0.0.1", port)  # type: ignore[misc]
        await asyncio.gather(*(talker.open for talker in some))
        talkers += some
    return talkers


async def _talk(talkers: Sequence[Talker], seconds: float) -> None:
    for talker in talkers:
        talker.talk()
    await asyncio.sleep(seconds)
    for talker in talkers:
        talker.leave()
    heard = sorted(each for talker in talkers for each in talker.heard)
    wrong = sum(talker.wrong for talker in talkers)
    middle, late = heard[len(heard) // 2] * 1e3, heard[len(heard) * 99 // 100] * 1e3
    print(json.dumps({"count": len(heard), "p50": middle, "p99": late, "wrong": wrong}))


async def main(host: str, port: str, path: str, count: str, seconds: str = "") -> None:
    talkers = await _connect(host, int(port), path, int(count))
    print("open", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    if seconds:
        await _talk(talkers, float(seconds))


@contextlib.contextmanager
def _running(*words: object) -> Iterator[subprocess.Popen[str]]:
    """The process, with all of its clients connected. Raises RuntimeError when they are not."""
    machine.allow_files()
    command = [*machine.pin(machine.LOAD), sys.executable, "-m", "bench.talkers", *map(str, words)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "open\n":
            raise RuntimeError("the clients could not connect")
        yield process


def measure(host: str, port: int, path: str, connections: int, seconds: float, under_test: Sequence[int]) -> Figures:
    """Messages and their echoes, one under way for each connection. Raises RuntimeError."""
    with _running(host, port, path, connections, seconds) as process:
        before = machine.cpu_seconds(under_test)
        told = json.loads(process.communicate("\n")[0])
        after = machine.cpu_seconds(under_test)
    count = told["count"]
    cpu = (after - before) / max(count, 1) * 1e6
    return Figures(rate=count / seconds, p50=told["p50"], p99=told["p99"], cpu=cpu, errors=told["wrong"])


@contextlib.contextmanager
def idle(host: str, port: int, path: str, count: int) -> Iterator[None]:
    """So many connections, which say nothing, for the length of a block."""
    with _running(host, port, path, count) as process:
        yield
        process.communicate("\n")


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
