from __future__ import annotations

import asyncio

from gatewright.net.upstream.deadlines import Deadlines, Timed
from tests.unit.net.support import PATIENCE


class Item:
    def __init__(self) -> None:
        self.bucket: set[Timed] | None = None
        self.at: float | None = None
        self.up = asyncio.Event()

    def expired(self) -> None:
        self.at = asyncio.get_running_loop().time()
        self.up.set()


async def test_a_deadline_is_never_met_early_and_a_removed_one_not_at_all() -> None:
    loop = asyncio.get_running_loop()
    deadlines = Deadlines(loop)
    first, second, removed = Item(), Item(), Item()
    start = loop.time()
    deadlines.add(second, 0.15)
    deadlines.add(first, 0.01)
    deadlines.add(removed, 0.05)
    deadlines.remove(removed)
    deadlines.remove(removed)
    async with asyncio.timeout(PATIENCE):
        await first.up.wait()
        await second.up.wait()
    assert first.at is not None
    assert second.at is not None
    assert first.at >= start + 0.01
    assert second.at >= start + 0.15
    assert removed.at is None
    again = Item()
    deadlines.add(again, 0)
    async with asyncio.timeout(PATIENCE):
        await again.up.wait()
    deadlines.close()


async def test_an_expiry_may_take_away_another_of_the_same_moment() -> None:
    deadlines = Deadlines(asyncio.get_running_loop())
    one, other = Item(), Item()

    class Killer(Item):
        def expired(self) -> None:
            deadlines.remove(one)
            deadlines.remove(other)
            super().expired()

    killer = Killer()
    for item in (killer, one, other):
        deadlines.add(item, 0)
    async with asyncio.timeout(PATIENCE):
        await killer.up.wait()
    deadlines.close()
    assert (
        len([item for item in (one, other) if item.at is None and item.bucket is None])
        + sum(item.at is not None for item in (one, other))
        == 2
    )
