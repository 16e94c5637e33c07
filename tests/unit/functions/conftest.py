"""A function host of its own for a test: real sockets, a real store, real handler processes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.functions.support import Host, start, stop

StartHost = Callable[..., Any]


@pytest.fixture
async def start_host(tmp_path: Path) -> AsyncIterator[StartHost]:
    """Start hosts on the same data; all are drained at the end."""
    started: list[Host] = []

    async def begin(**settings: Any) -> Host:
        started.append(await start(tmp_path, **settings))
        return started[-1]

    yield begin
    for host in started:
        await stop(host)


@pytest.fixture
async def host(start_host: StartHost) -> Host:
    started: Host = await start_host()
    return started
