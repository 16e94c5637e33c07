"""What stays is frozen once it has been quiet for a moment."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from gatewright.deploy.heap import Heap


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


async def test_programs_are_frozen_after_a_quiet_moment() -> None:
    heap = Heap(asyncio.get_running_loop(), quiet=0.02)
    heap.changed()
    assert gc.get_freeze_count() == 0
    heap.changed()
    while not gc.get_freeze_count():
        await asyncio.sleep(0.01)


async def test_what_went_is_collected_although_it_was_frozen() -> None:
    class Program:
        pass

    heap = Heap(asyncio.get_running_loop())
    one = Program()
    one.itself = one  # type: ignore[attr-defined]  # a circle, as programs have
    heap.settle()
    del one
    assert any(isinstance(thing, Program) for thing in gc.get_objects(generation=None)) is False  # frozen: out of sight
    heap.settle()
    gc.unfreeze()
    assert not any(isinstance(thing, Program) for thing in gc.get_objects())
