"""The line between the supervisor and each of its processes: a socket pair, the child's standard input.

The supervisor sends one line of JSON, the child's `Spec`; the child answers `{"ready": true}` once. The line then stays
open: its end tells either side that the other is gone, so no child outlives a supervisor that was killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket

import msgspec

from gatewright.settings import Settings


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """What one process is to do. `sockets`: listener name → inherited file descriptor, already listening.

    `again`: it takes the place of one that was ready.
    """

    role: str  # worker | control | functions | companions
    index: int
    settings: Settings
    run_dir: str
    endpoint_url: str
    sockets: dict[str, int]
    again: bool = False


def receive() -> tuple[Spec, socket.socket]:
    """In the child: the spec and the line it came on. Raises ValueError when started by anything but a supervisor."""
    line = socket.socket(fileno=os.dup(0))
    data = b""
    while not data.endswith(b"\n"):
        piece = line.recv(65536)
        if not piece:
            raise ValueError("no orders: this process is started by `gatewright serve`")
        data += piece
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)  # handlers and libraries must not read the line
    return msgspec.json.decode(data, type=Spec), line


class Orders:
    """In the child, on its event loop: report readiness, wait for the order to stop."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._stop = asyncio.Event()
        self.orphaned = False

    def start(self) -> None:
        """Listen for TERM and for the supervisor's end. INT is the terminal's word to the supervisor, not to us."""
        loop = asyncio.get_running_loop()
        self._line.setblocking(False)
        loop.add_signal_handler(signal.SIGTERM, self._stop.set)
        loop.add_signal_handler(signal.SIGINT, lambda: None)
        loop.add_reader(self._line, self._heard)

    def ready(self) -> None:
        with contextlib.suppress(OSError):
            self._line.send(json.dumps({"ready": True}).encode() + b"\n")

    async def stopped(self) -> None:
        """Returns when the process is to stop: on TERM, or when the supervisor is gone (then `orphaned`)."""
        await self._stop.wait()

    def _heard(self) -> None:
        with contextlib.suppress(BlockingIOError):
            try:
                data = self._line.recv(4096)
            except ConnectionError:
                data = b""
            if not data:
                self.orphaned = True
                asyncio.get_running_loop().remove_reader(self._line)
                self._stop.set()
