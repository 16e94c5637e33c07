"""A store per adapter: what is asserted through the Protocol holds for each of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gatewright.store.base import Store
from gatewright.store.postgres import PostgresStore
from gatewright.store.sqlite import SqliteStore
from tests.servers import Postgres, postgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One server for all tests of the run; skips them where PostgreSQL is not installed."""
    with postgres() as server:
        yield server


@pytest.fixture
def database(postgres_server: Postgres) -> str:
    """The URL of an empty database."""
    return postgres_server.create(f"test{next(_numbers)}")


@pytest.fixture(params=["postgres", "sqlite"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the same empty database, as often as asked."""
    opened: list[Store] = []
    url = request.getfixturevalue("database") if request.param == "postgres" else None

    def open_it() -> Store:
        opened.append(SqliteStore(tmp_path / "store.db") if url is None else PostgresStore(url))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()
