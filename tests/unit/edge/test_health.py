"""How the node is, as one of its workers tells. The others answer on real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gatewright.edge.health import Health, is_ready
from gatewright.edge.inside import Inside, Telling
from gatewright.net.base import App, Origin, Request
from gatewright.net.http1 import Http1Server
from gatewright.net.upstream import UpstreamClient
from tests.plays.stage import FakeRequest


def _worker(index: int, **other: Any) -> dict[str, Any]:
    return {"index": index, "pid": 100 + index, "ready": True, "control": True, "revision": 7} | other


class Silent:
    """Alive, and does not answer."""

    def admit(self, request: Request) -> int:
        return 0

    def handle(self, request: Request) -> None:
        pass


class Node:
    """Worker 0 and one other, which says what `said` holds, in turn, then always the last of it."""

    def __init__(self, folder: Path, own: dict[str, Any], said: list[Any], processes: dict[str, Origin | str]) -> None:
        self.asked = 0
        self.said = said
        self.path = folder / "peer-1.sock"
        self.upstream = UpstreamClient(connect_timeout=0.5)
        workers = [Origin("http", "worker", 80, unix=str(folder / f"peer-{index}.sock")) for index in range(2)]
        own_alone = workers if said else workers[:1]
        self.health = Health(lambda: own, own_alone, lambda: processes, self.upstream, {"version": "1"})

    def tell(self) -> bytes:
        self.asked += 1
        said = self.said[min(self.asked, len(self.said)) - 1]
        return said if isinstance(said, bytes) else json.dumps(said).encode()

    async def ask(self, *, health: bool = False) -> tuple[int, dict[str, Any]]:
        request = FakeRequest("GET", "/", [], b"")
        (self.health.health if health else self.health.ready)(request)
        while request.answer is None:
            await asyncio.sleep(0.005)
        return request.answer[0], json.loads(request.answer[2])


@asynccontextmanager
async def _node(
    folder: Path,
    own: dict[str, Any],
    said: list[Any],
    processes: dict[str, Origin | str] | None = None,
    *,
    served: bool = True,
    silent: bool = False,
) -> AsyncIterator[Node]:
    node = Node(folder, own, said, processes or {})
    app: App = Silent() if silent else Telling(node.tell)
    server = Http1Server(Inside({b"status": app, b"_gatewright": app}))
    if served:
        await server.listen(node.path)
    try:
        yield node
    finally:
        await node.upstream.close()
        await server.drain(0)


@pytest.mark.parametrize(
    ("own", "said", "ready"),
    [
        (_worker(0), [], True),
        (_worker(0, ready=False), [], False),
        (_worker(0), [_worker(1)], True),
        (_worker(0, ready=False), [_worker(1)], False),
        (_worker(0), [_worker(1, ready=False)], False),
        (_worker(0), [_worker(1, revision=8)], False),
        (_worker(0), [_worker(1, revision=8), _worker(1, revision=8), _worker(1)], True),
        # control is dead: the other one is a successor and has heard of no revision
        (_worker(0, control=False), [_worker(1, control=False, revision=0)], True),
        (_worker(0), [b"nonsense"], False),
        (_worker(0), [b"[]"], False),
        (_worker(0), [b"{}"], False),
        (_worker(0), [_worker(0)], False),
    ],
)
async def test_ready_is_who_serves_what_all_serve(
    tmp_path: Path, own: dict[str, Any], said: list[Any], ready: bool
) -> None:
    async with _node(tmp_path, own, said) as node:
        assert await node.ask() == (200 if ready else 503, {"ready": ready, "revision": 7})


@pytest.mark.parametrize("how", [{"served": False}, {"silent": True}])
async def test_a_worker_that_does_not_answer_is_not_ready(tmp_path: Path, how: Any) -> None:
    async with _node(tmp_path, _worker(0), [_worker(1)], **how) as node:
        assert (await node.ask())[0] == 503
        status, said = await node.ask(health=True)
        assert (status, said["status"]) == (200, "degraded")
        gone = {"index": 1, "pid": None, "ready": False, "control": False, "revision": None}
        assert said["workers"] == [_worker(0), gone]


async def test_many_who_ask_cost_what_one_does(tmp_path: Path) -> None:
    async with _node(tmp_path, _worker(0), [_worker(1)]) as node:
        answers = await asyncio.gather(*(node.ask() for _ in range(20)))
        assert [status for status, _ in answers] == [200] * 20
        assert node.asked == 1
        await node.ask()
        assert node.asked == 2


async def test_what_health_tells(tmp_path: Path) -> None:
    async with _node(tmp_path, _worker(0), [_worker(1)]) as node:
        assert await node.ask(health=True) == (
            200,
            {
                "status": "ok",
                "ready": True,
                "version": "1",
                "worker": 0,
                "pid": 100,
                "revision": 7,
                "workers": [_worker(0), _worker(1)],
                "processes": {},
            },
        )


@pytest.mark.parametrize(("served", "control", "status"), [(True, "ok", "ok"), (False, "unreachable", "degraded")])
async def test_the_other_processes(tmp_path: Path, served: bool, control: str, status: str) -> None:
    places: dict[str, Origin | str] = {
        "control": Origin("http", "control", 80, unix=str(tmp_path / "peer-1.sock")),
        "companions": "not started",
    }
    async with _node(tmp_path, _worker(0), [], places, served=served) as node:
        node.said = [{}]
        _, said = await node.ask(health=True)
        assert said["processes"] == {"control": control, "companions": "not started"}
        assert (said["status"], said["ready"]) == (status, True)


def test_nobody_is_ready_by_halves() -> None:
    assert is_ready([_worker(0), _worker(1, control=False, revision=0)])
    assert not is_ready([_worker(0), _worker(1, ready=False, control=False)])
