"""The host on its sockets: it ends in order, and takes its handlers along."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import psutil

from gatewright.clock import SystemClock
from gatewright.functions.serving import FunctionServer
from gatewright.settings import Settings
from gatewright.store.sqlite import SqliteStore
from tests.unit.functions.support import Host, authenticate, eventually, start, stop


async def test_a_unix_socket_is_the_internal_door(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "db")
    public = socket.socket()
    public.bind(("127.0.0.1", 0))
    public.set_inheritable(True)
    server = FunctionServer(Settings(), store, tmp_path, SystemClock(), authenticate, "http://localhost:4566")
    door = tmp_path / "invoke.sock"
    await server.start(public, door)
    assert not public.get_inheritable()
    reader, writer = await asyncio.open_unix_connection(str(door))
    writer.write(b"POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    writer.close()
    await server.drain(1)
    store.close()


async def test_a_drain_lets_the_call_in_hand_finish(tmp_path: Path) -> None:
    host: Host = await start(tmp_path)
    begun = tmp_path / "begun"
    source = (
        f"import os, time\ndef handler(e, c):\n    open({str(begun)!r}, 'w').close()\n"
        "    time.sleep(0.3)\n    return os.getpid()\n"
    )
    await host.create("f", source)
    call = asyncio.create_task(host.invoke("f"))
    await eventually(begun.exists)
    await host.server.drain(10)
    pid = (await call).json
    assert not psutil.pid_exists(pid)
    await stop(host, drained=True)


async def test_a_drain_ends_what_takes_too_long(tmp_path: Path) -> None:
    host: Host = await start(tmp_path)
    begun = tmp_path / "begun"
    source = (
        "import os, time\n"
        f"def handler(e, c):\n    open({str(begun)!r}, 'w').write(str(os.getpid()))\n    time.sleep(600)\n"
    )
    await host.create("f", source, Timeout=900)
    call = asyncio.create_task(host.invoke("f"))
    await eventually(lambda: begun.exists() and begun.read_text())
    await host.server.drain(0.1)
    assert not psutil.pid_exists(int(begun.read_text()))
    assert isinstance((await asyncio.gather(call, return_exceptions=True))[0], OSError)
    await stop(host, drained=True)
