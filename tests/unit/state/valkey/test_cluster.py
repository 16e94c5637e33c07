"""A worker among those of many nodes."""

from __future__ import annotations

from pathlib import Path

from gatewright.clock import SystemClock
from gatewright.state.valkey.cluster import ClusterState


async def test_a_cache_of_another_size_is_another_cache(url: str, tmp_path: Path) -> None:
    state = ClusterState(url, tmp_path, SystemClock(), 0, 1)
    assert state.cache("c", 1000) is state.cache("c", 1000)
    assert state.cache("c", 1000) is not state.cache("c", 2000)
    await state.close()
