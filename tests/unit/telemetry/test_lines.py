from __future__ import annotations

import asyncio
import logging
import os
import time
from pathlib import Path

import pytest

from gatewright.telemetry import lines as module
from gatewright.telemetry.base import Destination, Source
from gatewright.telemetry.lines import LinePlaces, NodeLines
from tests.unit.telemetry.fakes import GROUP, STREAM, FakeApi

ACCESS, EXECUTION = Source("access", "api", "v1"), Source("execution", "api", "v1")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK", 0.001)
    monkeypatch.setattr(module, "LEAVE", 0.2)


def _node(where: Path, api: FakeApi, **places: object) -> NodeLines:
    return NodeLines(LinePlaces(**{"locks": where, "folder": where} | places), api, 0)  # type: ignore[arg-type]


async def test_a_line_goes_to_its_file_and_its_group(tmp_path: Path) -> None:
    api = FakeApi()
    node = _node(tmp_path, api)
    node.open(ACCESS, GROUP).write("hello", 1.0)
    await node.close()
    assert (tmp_path / "access/api/v1.log").read_text() == "1970-01-01T00:00:01.000Z hello\n"
    assert api.calls[0][1]["logEvents"] == [{"timestamp": 1000, "message": "hello"}]
    assert api.calls[0][1]["logStreamName"].endswith("/0")
    assert node.dropped() == {}


async def test_stages_with_one_group_share_its_queue_and_not_their_files(tmp_path: Path) -> None:
    api = FakeApi()
    node = _node(tmp_path, api)
    node.open(ACCESS, GROUP).write("a", 1.0)
    node.open(Source("access", "api", "v2"), GROUP).write("b", 2.0)
    await node.close()
    assert [len(body["logEvents"]) for _, body in api.calls] == [2]
    assert sorted(path.name for path in (tmp_path / "access/api").iterdir()) == ["v1.log", "v2.log"]


async def test_firehose_and_no_files(tmp_path: Path) -> None:
    api = FakeApi((200, {"FailedPutCount": 0}))
    node = _node(tmp_path, api, folder=None)
    node.open(ACCESS, STREAM).write("a", 1.0)
    await node.close()
    assert api.actions == ["PutRecordBatch"]
    assert not os.listdir(tmp_path)


async def test_access_logs_go_where_the_operator_wants_and_execution_logs_do_not(tmp_path: Path) -> None:
    api = FakeApi()
    mine = tmp_path / "mine.log"
    node = _node(tmp_path, api, access=str(mine))
    node.open(ACCESS, GROUP).write("access", 1.0)
    node.open(EXECUTION, GROUP).write("execution", 1.0)
    await node.close()
    assert mine.read_text() == "access\n"
    assert [body["logEvents"][0]["message"] for _, body in api.calls] == ["execution"]
    assert (tmp_path / "execution/api/v1.log").exists()
    assert not (tmp_path / "access").exists()


async def test_lines_do_not_wait_for_the_end(tmp_path: Path) -> None:
    node = _node(tmp_path, FakeApi())
    node.open(ACCESS, GROUP).write("x", 1.0)
    while not (tmp_path / "access/api/v1.log").exists():
        await asyncio.sleep(0.001)
    await node.close()


async def test_a_service_out_of_reach_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    node = _node(tmp_path, FakeApi(problem="no credentials"))
    node.open(ACCESS, GROUP).write("x", 1.0)
    node.open(ACCESS, GROUP)
    node.open(ACCESS, STREAM)
    await node.close()
    assert (tmp_path / "access/api/v1.log").read_text().endswith(" x\n")
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "log group my-group (123456789012, us-east-1) (they are in files alone): no credentials" in told[0]


class StuckApi(FakeApi):
    """Never answers for one group."""

    async def call(self, destination: Destination, action: str, body: bytes) -> tuple[int, bytes]:
        if destination is GROUP:
            await asyncio.sleep(3600)
        return await super().call(destination, action, body)


async def test_who_is_stuck_starves_nobody_and_drops_are_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fifo = tmp_path / "pipe"  # nobody reads it
    os.mkfifo(fifo)
    api = StuckApi()
    node = _node(tmp_path, api, folder=None, access=str(fifo), buffer=1_000_000)
    stuck_pipe, stuck_group = node.open(ACCESS, GROUP), node.open(EXECUTION, GROUP)
    well = Destination("logs", "123456789012", "us-east-1", "well")
    other = node.open(EXECUTION, well)
    with caplog.at_level(logging.WARNING):
        for number in range(40_000):
            stuck_pipe.write("x" * 100, float(number))
            stuck_group.write("x" * 100, float(number))
            if number % 100 == 0:
                other.write("y", float(number))
                await asyncio.sleep(0)
        while sum(len(body["logEvents"]) for _, body in api.calls) < 400:
            await asyncio.sleep(0.001)
        before = time.monotonic()
        await node.close()
    assert time.monotonic() - before < 60
    dropped = dict(node.dropped())
    assert set(dropped) == {f"file {fifo}", "log group my-group (123456789012, us-east-1)"}
    assert all(number > 30_000 for number in dropped.values())
    told = [record.getMessage() for record in caplog.records]
    assert any(text.startswith("log lines dropped: ") and "(no room)" in text for text in told)
    assert any("still waiting and are lost" in text for text in told)
    fifo.open("rb").close()  # lets the thread go


async def test_a_full_disk_is_told_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "access").write_text("a file where a folder should be")
    node = _node(tmp_path, FakeApi(problem="none"))
    node.open(ACCESS, GROUP).write("x", 1.0)
    await asyncio.sleep(0.05)
    await node.close()
    assert node.dropped() == {f"file {tmp_path}/access/api/v1.log": 1}
    assert "Not a directory" in caplog.text
