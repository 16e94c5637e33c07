"""Orders of the command line to a running node."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gatewright.identity.desk import Create, Delete, Desk, List, Order, OrderError, PolicyText, carry_out, send
from tests.unit.identity.support import ACCOUNT, House, policy


class Open:
    """A desk on a socket, and what it has published."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        self.path = folder / "credentials.sock"
        self.published: list[list[str]] = []
        self.failed: dict[str, str] = {}
        self.error: OSError | None = None
        sock = socket.socket(socket.AF_UNIX)
        sock.bind(str(self.path))
        sock.listen()
        sock.setblocking(False)
        self.desk = Desk(sock, house.registry, self.publish)

    def publish(self) -> Mapping[str, str]:
        if self.error is not None:
            raise self.error
        self.published.append([each["accessKeyId"] for each in self.house.registry.list()])
        return self.failed

    async def order(self, order: Order) -> Any:
        return await asyncio.to_thread(send, self.path, order)


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[Open]:
    made = Open(house, tmp_path)
    await made.desk.start()
    yield made
    await made.desk.close()


async def test_what_is_ordered_is_done_and_published_before_the_answer(desk: Open) -> None:
    made = await desk.order(Create(ACCOUNT, "alice", [PolicyText("p", policy())], {"team": "blue"}))
    key = made["accessKeyId"]
    assert len(made["secretAccessKey"]) == 40
    assert desk.published == [[key]]
    listed = await desk.order(List())
    assert [each["accessKeyId"] for each in listed] == [key]
    assert "secretAccessKey" not in listed[0]
    assert await desk.order(Delete(key)) == {}
    assert desk.published == [[key], []]
    assert await desk.order(List()) == []


async def test_no_answer_but_that_to_create_holds_a_secret(desk: Open) -> None:
    made = await desk.order(Create(ACCOUNT, "alice"))
    sealed = desk.house.registry.list()[0]["_secret"]
    for answer in (made | {"secretAccessKey": ""}, await desk.order(List())):
        assert "_secret" not in str(answer)
        assert sealed not in str(answer)
        assert made["secretAccessKey"] not in str(answer)


async def test_what_is_refused_is_said_and_publishes_nothing(desk: Open) -> None:
    for order, message in (
        (Delete("AKIA0"), "no credential AKIA0"),
        (Create(ACCOUNT, "a/b"), "user a/b"),
        (Create(ACCOUNT, "alice", [PolicyText("p", "{}")]), "policy p"),
    ):
        with pytest.raises(OrderError, match=message):
            await desk.order(order)
    assert desk.published == []


async def test_a_deletion_that_did_not_reach_the_workers_is_no_success(desk: Open) -> None:
    made = await desk.order(Create(ACCOUNT, "alice"))
    desk.failed = {"credentials": "cannot be read: Input/output error"}
    with pytest.raises(OrderError, match=f"{made['accessKeyId']} was deleted, durably, but .* Input/output error"):
        await desk.order(Delete(made["accessKeyId"]))
    desk.error = OSError(28, "No space left on device")
    with pytest.raises(OrderError, match=r"was made for arn:aws:iam::\d+:user/bob, durably, but .* No space"):
        await desk.order(Create(ACCOUNT, "bob"))


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b'{"type":"create"}\n',
        b'{"type":"other"}\n',
        b'{"type":"create","account":"123456789012","user":1}\n',
        b'{"type":"delete","access_key":"x","more":1}\n',
        b"GET / HTTP/1.1\r\n",
        b"\xff\xfe\n",
    ],
)
async def test_what_is_no_order_changes_nothing(desk: Open, line: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(desk.path)
    writer.write(line)
    assert (await reader.readline()).startswith(b'{"error":')
    assert await reader.read() == b""
    writer.close()
    assert desk.published == []


async def test_half_an_order_is_none(desk: Open) -> None:
    reader, writer = await asyncio.open_unix_connection(desk.path)
    writer.write(b'{"type":"create","account":"123456789012","user":"alice"}')
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    assert desk.house.registry.list() == []


async def test_an_order_without_end_is_not_kept(desk: Open) -> None:
    reader, writer = await asyncio.open_unix_connection(desk.path)
    writer.write(b"x" * (10 * 1024 * 1024))
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()


def test_without_a_node(house: House, tmp_path: Path) -> None:
    with pytest.raises(ConnectionRefusedError):
        send(tmp_path / "nobody.sock", List())
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "left.sock"))
    with pytest.raises(ConnectionRefusedError):
        send(tmp_path / "left.sock", List())
    assert carry_out(house.registry, List()) == []


def test_a_node_that_leaves_without_an_answer_is_no_success(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "c.sock"))
        listener.listen()
        thread = threading.Thread(target=lambda: listener.accept()[0].close())
        thread.start()
        with pytest.raises(OrderError, match="did not answer"):
            send(tmp_path / "c.sock", Delete("AKIA0"))
        thread.join()
