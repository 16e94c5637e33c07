"""The bell of one machine: a unix socket between the control process and its edge workers.

Lines of JSON. On connecting, a worker is told `{"revision": r, "names": null}`: load everything. Each ring is
`{"revision": r, "names": [...]}`. A worker answers `{"revision": r, "failed": {name: reason}}` when it serves that
revision. When every expected worker does, all are told `{"settled": r}`: that is what readiness means.

A worker whose connection is gone keeps serving; it reconnects and loads everything, so a missed ring is never lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

log = logging.getLogger(__name__)

# Loads these programs (None: all) and returns those that could not be loaded, with the reason.
Load = Callable[["list[str] | None"], dict[str, str]]
# A socket that was handed in belongs to whoever made it, its name too; Python 3.13 would remove it with the server.
_KEEP_NAME: dict[str, Any] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}
_LINE_LIMIT = 16 * 1024 * 1024


class BellServer:
    """The control process's end; implements `Bell`."""

    def __init__(self, sock: socket.socket, workers: int) -> None:
        self._sock = sock
        self._expected = workers
        self._revision = 1
        self._acked: dict[asyncio.StreamWriter, int] = {}
        self._failed: dict[str, str] = {}
        self._settled = asyncio.Condition()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = await asyncio.start_unix_server(self._serve, sock=self._sock, limit=_LINE_LIMIT, **_KEEP_NAME)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in list(self._acked):
                writer.close()

    def ring(self, names: Sequence[str], timeout: float = 2.0) -> dict[str, str]:
        """See `Bell.ring`. Before `start` nobody can be connected, and who connects then loads everything."""
        if self._loop is None:
            return {}
        return asyncio.run_coroutine_threadsafe(self._ring(list(names), timeout), self._loop).result()

    async def _ring(self, names: list[str], timeout: float) -> dict[str, str]:
        self._revision += 1
        revision = self._revision
        for name in names:
            self._failed.pop(name, None)
        self._tell({"revision": revision, "names": names})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout), self._settled:
                await self._settled.wait_for(lambda: all(acked >= revision for acked in self._acked.values()))
        return {name: self._failed[name] for name in names if name in self._failed}

    def _tell(self, message: dict[str, Any]) -> None:
        line = json.dumps(message).encode() + b"\n"
        for writer in self._acked:
            writer.write(line)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._acked[writer] = 0
        writer.write(json.dumps({"revision": self._revision, "names": None}).encode() + b"\n")
        try:
            while line := await reader.readline():
                await self._heard(writer, json.loads(line))
        except (ConnectionError, ValueError):
            log.warning("a worker's bell connection broke")
        finally:
            self._acked.pop(writer, None)
            async with self._settled:
                self._settled.notify_all()
            writer.close()

    async def _heard(self, writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
        self._acked[writer] = message["revision"]
        self._failed |= message["failed"]
        async with self._settled:
            self._settled.notify_all()
        if len(self._acked) >= self._expected and all(acked >= self._revision for acked in self._acked.values()):
            self._tell({"settled": self._revision})


class NoBell:
    """A `Bell` where no worker runs."""

    def ring(self, names: Sequence[str], timeout: float = 2.0) -> dict[str, str]:
        """Nobody hears it."""
        return {}


class BellClient:
    """A worker's end: loads what it is told, says so, and knows whether this node is ready."""

    def __init__(self, path: str, load: Load, *, retry: float = 0.05) -> None:
        self._path = path
        self._load = load
        self._retry = retry
        self._task: asyncio.Task[None] | None = None
        self.settled = asyncio.Event()  # set once all workers serve a common revision; stays set without control
        self.revision = 0
        self.connected = False  # and control has spoken

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="bell")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        pause = self._retry
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(self._path, limit=_LINE_LIMIT)
            except OSError:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)
                continue
            pause = self._retry
            try:
                await self._listen(reader, writer)
            except (ConnectionError, ValueError) as error:
                log.warning("the bell connection broke: %s", error)
            finally:
                self.connected = False
                writer.close()
            await asyncio.sleep(pause)

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            message = json.loads(line)
            self.connected = True
            if "settled" in message:
                if message["settled"] == self.revision:
                    self.settled.set()
                continue
            failed = self._load(message["names"])
            self.revision = message["revision"]
            writer.write(json.dumps({"revision": self.revision, "failed": failed}).encode() + b"\n")
