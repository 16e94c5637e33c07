"""A store per adapter: what is asserted through the Protocol holds for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gatewright.store.base import Store
from gatewright.store.sqlite import SqliteStore

Open = Callable[[Path], Store]

ADAPTERS: dict[str, Open] = {"sqlite": lambda folder: SqliteStore(folder / "store.db")}


@pytest.fixture(params=sorted(ADAPTERS))
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the same empty database, as often as asked."""
    opened: list[Store] = []

    def open_it() -> Store:
        opened.append(ADAPTERS[request.param](tmp_path))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()
