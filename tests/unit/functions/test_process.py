"""A child process: its output, its end, its group."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatewright.functions.guard import Guard
from gatewright.functions.process import Process
from tests.unit.functions.support import alive, eventually


@pytest.fixture
async def guard() -> AsyncIterator[Guard]:
    guard = Guard()
    guard.start()
    yield guard
    guard.close()


class Watched:
    """A process and what it has told."""

    def __init__(self, guard: Guard) -> None:
        self.printed = b""
        self.codes: list[int] = []
        self.process = Process(guard, self._print, self.codes.append)

    def _print(self, data: bytes) -> None:
        self.printed += data

    async def sh(self, script: str, folder: Path) -> None:
        await self.process.start(["/bin/sh", "-c", script], {"MINE": "1"}, folder)


async def test_output_and_end(guard: Guard, tmp_path: Path) -> None:
    watched = Watched(guard)
    await watched.sh("echo out; echo err >&2; echo $MINE $(pwd); exit 3", tmp_path)
    await watched.process.gone()
    assert (watched.printed.decode(), watched.codes) == (f"out\nerr\n1 {tmp_path}\n", [3])


async def test_much_output(guard: Guard, tmp_path: Path) -> None:
    watched = Watched(guard)
    await watched.sh("head -c 1000000 /dev/zero", tmp_path)
    await watched.process.gone()
    assert len(watched.printed) == 1_000_000


async def test_kill_takes_the_whole_group(guard: Guard, tmp_path: Path) -> None:
    watched = Watched(guard)
    await watched.sh("sleep 600 & echo $!; wait", tmp_path)
    await eventually(lambda: watched.printed.endswith(b"\n"))
    child = int(watched.printed)
    assert watched.process.peak_memory() >= 0
    watched.process.kill()
    await watched.process.gone()
    assert watched.codes == [-9]
    await eventually(lambda: not alive(child))


async def test_what_a_child_leaves_behind_ends_with_it(guard: Guard, tmp_path: Path) -> None:
    watched = Watched(guard)
    await watched.sh("sleep 600 & echo $!", tmp_path)
    await watched.process.gone()
    await eventually(lambda: not alive(int(watched.printed)))


async def test_a_program_that_is_not_there(guard: Guard, tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    watched = Watched(guard)
    with pytest.raises(OSError, match="nowhere"):
        await watched.process.start(["/nowhere/program"], {}, tmp_path)
    await asyncio.sleep(0)
    watched.process.kill()
    await watched.process.gone()
    assert (watched.codes, len(os.listdir("/proc/self/fd"))) == ([], before)
