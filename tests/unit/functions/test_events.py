"""Asynchronous invocations: stored before they are acknowledged, tried again, gone on with."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gatewright.clock import SystemClock
from gatewright.functions.documents import EVENT
from gatewright.functions.events import Events
from gatewright.functions.invocation import Invocation
from gatewright.functions.names import FunctionKey, FunctionName
from gatewright.functions.outcomes import CLOSING, THROTTLED, Outcome, Refusal
from gatewright.store.sqlite import SqliteStore
from tests.unit.functions.support import eventually

NAME = FunctionName(FunctionKey("123456789012", "us-east-1", "f"), None)
GOOD, BAD = Outcome(b"null"), Outcome(b"{}", "Unhandled")
GONE = Refusal(404, "ResourceNotFoundException", "Function not found")


class Player:
    """Stands where the pools are: answers each try with the next result."""

    def __init__(self, *results: Outcome | Refusal) -> None:
        self.results = list(results)
        self.seen: list[Invocation] = []

    def submit(self, name: FunctionName, invocation: Invocation) -> None:
        assert name == NAME
        self.seen.append(invocation)
        invocation.done(invocation, self.results[len(self.seen) - 1])


def stored(store: SqliteStore) -> int:
    with store.transaction(write=False) as tx:
        return len(tx.scan(EVENT))


def event() -> Invocation:
    return Invocation("id-1", NAME.arn, b'{"a":1}', b"Root=1", b'{"c":1}', False, lambda _i, _r: None)


@pytest.mark.parametrize(
    ("results", "tries"),
    [
        ([GOOD], 1),
        ([BAD, GOOD], 2),
        ([BAD, BAD, BAD], 3),
        ([GONE], 1),
        ([THROTTLED, GOOD], 2),
    ],
)
async def test_tries(tmp_path: Path, results: list[Outcome | Refusal], tries: int) -> None:
    store = SqliteStore(tmp_path / "db")
    player = Player(*results)
    events = Events(store, player.submit, SystemClock(), retries=(0.01, 0.01))
    accepted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    events.accept(NAME, event(), accepted.set_result)
    assert await accepted
    await eventually(lambda: len(player.seen) == tries and stored(store) == 0)
    first = player.seen[0]
    assert (first.payload, first.trace_id, first.client_context) == (b'{"a":1}', b"Root=1", b'{"c":1}')
    assert {i.request_id for i in player.seen} == {"id-1"}
    await events.close()
    store.close()


async def test_what_was_acknowledged_outlives_the_host(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "db")
    first = Events(store, Player(CLOSING).submit, SystemClock())
    accepted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    first.accept(NAME, event(), accepted.set_result)
    await accepted
    await first.close()
    assert stored(store) == 1
    player = Player(GOOD)
    second = Events(store, player.submit, SystemClock())
    await second.start()
    await eventually(lambda: stored(store) == 0)
    assert [i.request_id for i in player.seen] == ["id-1"]
    await second.close()
    store.close()
