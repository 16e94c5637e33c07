"""The function host as a process serves it: its listeners on our own HTTP server, and those of the runtimes."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from gatewright.clock import Clock
from gatewright.functions.admission import INTERNAL, Authenticate
from gatewright.functions.environment import Listening
from gatewright.functions.host import FunctionHost
from gatewright.net.base import App
from gatewright.net.http1 import Http1Server, Limits
from gatewright.settings import Settings
from gatewright.store.base import Store

FOREVER = 1e9  # seconds: a runtime may be silent as long as its handler runs


class RuntimeListener:
    """The Runtime API of one environment on a free loopback port."""

    def __init__(self, server: Http1Server, port: int, tasks: set[asyncio.Task[None]]) -> None:
        self.port = port
        self._server = server
        self._tasks = tasks

    def close(self) -> None:
        task = asyncio.get_running_loop().create_task(self._server.drain(0))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class FunctionServer:
    """The whole function host. `start`, then `drain`; both on the loop that made it."""

    def __init__(
        self, settings: Settings, store: Store, data: Path, clock: Clock, authenticate: Authenticate, endpoint_url: str
    ) -> None:
        self._closing: set[asyncio.Task[None]] = set()
        self.host = FunctionHost(settings, store, data, clock, authenticate, endpoint_url, self._listen_for_runtime)
        self._server = Http1Server(self.host)

    async def start(self, functions: socket.socket | str | Path, invoke: socket.socket | str | Path) -> None:
        """Load all functions, then serve the public Lambda API and the internal door. Raises OSError, StoreError."""
        await self.host.start()
        await self._server.listen(functions, name="functions")
        await self._server.listen(invoke, name=INTERNAL)

    async def drain(self, timeout: float) -> None:
        """Take nothing new, finish what is in hand for at most `timeout` seconds, end every handler process."""
        started = asyncio.get_running_loop().time()
        await self._server.drain(timeout)
        spent = asyncio.get_running_loop().time() - started
        await self.host.drain(max(0.0, timeout - spent))
        if self._closing:
            await asyncio.gather(*self._closing)

    async def _listen_for_runtime(self, app: App) -> Listening:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.bind(("127.0.0.1", 0))
            server = Http1Server(app, Limits(idle_timeout=FOREVER, body_timeout=FOREVER))
            await server.listen(sock, name="runtime", backlog=16)
        except BaseException:
            sock.close()
            raise
        return RuntimeListener(server, sock.getsockname()[1], self._closing)
