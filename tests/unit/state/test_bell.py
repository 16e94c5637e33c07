"""The bell between one control process and its workers."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from gatewright.state.bell import BellClient, BellServer, NoBell


def _listening(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.bind(str(path))
    sock.listen()
    return sock


class Worker:
    """A worker that writes down what it was told to load."""

    def __init__(self, path: Path, failed: dict[str, str] | None = None) -> None:
        self.heard: list[list[str] | None] = []
        self.failed = failed or {}
        self.client = BellClient(str(path), self._load, retry=0.01)

    def _load(self, names: list[str] | None) -> dict[str, str]:
        self.heard.append(names)
        return {name: why for name, why in self.failed.items() if names and name in names}


async def _ring(server: BellServer, names: list[str], timeout: float = 2.0) -> dict[str, str]:
    return await asyncio.to_thread(server.ring, names, timeout)


async def test_a_ring_returns_when_every_worker_serves_it(tmp_path: Path) -> None:
    path = tmp_path / "bell"
    server = BellServer(_listening(path), workers=2)
    await server.start()
    workers = [Worker(path), Worker(path)]
    for worker in workers:
        worker.client.start()
    for worker in workers:
        await asyncio.wait_for(worker.client.settled.wait(), 5)
    assert [worker.heard for worker in workers] == [[None], [None]]

    assert await _ring(server, ["a@v1.json"]) == {}
    assert [worker.heard[-1] for worker in workers] == [["a@v1.json"], ["a@v1.json"]]
    assert workers[0].client.revision == workers[1].client.revision == 2

    for worker in workers:
        await worker.client.close()
    await server.close()


async def test_a_node_is_ready_only_when_all_its_workers_are(tmp_path: Path) -> None:
    path = tmp_path / "bell"
    server = BellServer(_listening(path), workers=2)
    await server.start()
    first, second = Worker(path), Worker(path)
    first.client.start()
    while not first.heard:
        await asyncio.sleep(0.01)
    assert await _ring(server, ["a@v1.json"]) == {}  # those that are there have answered
    assert not first.client.settled.is_set()
    second.client.start()
    await asyncio.wait_for(first.client.settled.wait(), 5)
    await asyncio.wait_for(second.client.settled.wait(), 5)
    await first.client.close()
    await second.client.close()
    await server.close()


async def test_what_a_worker_could_not_load_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bell"
    server = BellServer(_listening(path), workers=1)
    await server.start()
    worker = Worker(path, failed={"b@v1.json": "broken"})
    worker.client.start()
    await asyncio.wait_for(worker.client.settled.wait(), 5)
    assert await _ring(server, ["a@v1.json", "b@v1.json"]) == {"b@v1.json": "broken"}
    worker.failed.clear()
    assert await _ring(server, ["b@v1.json"]) == {}
    await worker.client.close()
    await server.close()


async def test_a_worker_outlives_control_and_catches_up(tmp_path: Path) -> None:
    path = tmp_path / "bell"
    server = BellServer(_listening(path), workers=1)
    await server.start()
    worker = Worker(path)
    worker.client.start()
    await asyncio.wait_for(worker.client.settled.wait(), 5)
    await server.close()
    path.unlink()
    while worker.client.connected:
        await asyncio.sleep(0.01)
    assert worker.client.settled.is_set()  # still ready: it serves what it has

    again = BellServer(_listening(path), workers=1)
    await again.start()
    while len(worker.heard) < 2:
        await asyncio.sleep(0.01)
    assert worker.heard == [None, None]
    await worker.client.close()
    await again.close()


async def test_before_the_start_nobody_has_to_be_told(tmp_path: Path) -> None:
    server = BellServer(_listening(tmp_path / "bell"), workers=1)
    assert server.ring(["a@v1.json"]) == {}
    await server.start()
    await server.close()


async def test_a_silent_worker_does_not_hold_a_deployment_up(tmp_path: Path) -> None:
    path = tmp_path / "bell"
    server = BellServer(_listening(path), workers=1)
    await server.start()
    _, writer = await asyncio.open_unix_connection(str(path))
    await asyncio.sleep(0.02)
    assert await _ring(server, ["a@v1.json"], timeout=0.05) == {}
    writer.close()
    await server.close()


def test_where_no_worker_runs_nothing_fails() -> None:
    assert NoBell().ring(["a"]) == {}
