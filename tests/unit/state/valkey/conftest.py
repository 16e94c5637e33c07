"""A real server for this folder's tests, emptied before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from gatewright.state.valkey.scripts import EPOCH
from tests.servers import Redis
from tests.servers import redis as running


@pytest.fixture(scope="session")
def server() -> Iterator[Redis]:
    with running() as found:
        yield found


@pytest.fixture
def url(server: Redis) -> str:
    """A store that is settled: nobody holds anything."""
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
        client.set(EPOCH, f"{client.info('server')['run_id']} 0")
    return server.url
