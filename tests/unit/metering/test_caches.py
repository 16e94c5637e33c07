"""Hours of cache clusters: once each, whoever looks how often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gatewright.clock import FakeClock
from gatewright.metering.base import Use
from gatewright.metering.caches import CacheHours
from gatewright.store.base import Key
from gatewright.store.sqlite import SqliteStore

ACCOUNT, REGION, API = "123456789012", "eu-central-1", "abc123"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "db")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 23, 22, 30, tzinfo=UTC).timestamp())


def put(store: SqliteStore, stage: str, **body: Any) -> None:
    with store.transaction() as transaction:
        transaction.put(Key(ACCOUNT, REGION, "stage", API, stage), {"stageName": stage, **body})


def used(hours: CacheHours, first: str = "2026-11-01", last: str = "2026-11-30") -> dict[tuple[str, str, str], float]:
    uses = list(hours.read(first, last))
    assert all((use.account, use.region, use.api_id, use.product) == (ACCOUNT, REGION, API, "REST") for use in uses)
    return {(use.day, use.stage, use.item): use.amount for use in uses}


def test_a_cluster_s_hours(store: SqliteStore, clock: FakeClock) -> None:
    put(store, "prod", cacheClusterEnabled=True, cacheClusterSize="1.6")
    put(store, "beta", cacheClusterEnabled=False, cacheClusterSize="0.5")
    put(store, "dev")
    hours = CacheHours(store, clock)
    assert used(hours) == {}
    for _ in range(3):
        hours.look()
        clock.advance(60)
    assert used(hours) == {("2026-11-23", "prod", "cache_hours/1.6"): 1}
    clock.advance(30 * 60)  # 23:03
    hours.look()
    clock.advance(60 * 60)  # 0:03 of the next day
    hours.look()
    assert used(hours) == {
        ("2026-11-23", "prod", "cache_hours/1.6"): 2,
        ("2026-11-24", "prod", "cache_hours/1.6"): 1,
    }
    assert used(hours, "2026-11-24", "2026-11-24") == {("2026-11-24", "prod", "cache_hours/1.6"): 1}
    assert list(hours.read("2026-11-24", "2026-11-24")) == [
        Use("2026-11-24", ACCOUNT, REGION, API, "prod", "REST", "cache_hours/1.6", 1.0)
    ]


def test_many_look_and_restart(store: SqliteStore, clock: FakeClock) -> None:
    put(store, "prod", cacheClusterEnabled=True)
    for _ in range(3):
        CacheHours(store, clock).look()
    assert used(CacheHours(store, clock)) == {("2026-11-23", "prod", "cache_hours/0.5"): 1}


def test_a_cluster_that_changes_its_size_is_billed_for_both(store: SqliteStore, clock: FakeClock) -> None:
    hours = CacheHours(store, clock)
    put(store, "prod", cacheClusterEnabled=True, cacheClusterSize="0.5")
    hours.look()
    put(store, "prod", cacheClusterEnabled=True, cacheClusterSize="237")
    hours.look()
    put(store, "prod", cacheClusterEnabled=False, cacheClusterSize="237")
    clock.advance(3600)
    hours.look()
    assert used(hours) == {
        ("2026-11-23", "prod", "cache_hours/0.5"): 1,
        ("2026-11-23", "prod", "cache_hours/237"): 1,
    }


def test_a_stage_that_is_made_anew_costs_its_hour_once(store: SqliteStore, clock: FakeClock) -> None:
    hours = CacheHours(store, clock)
    put(store, "prod", cacheClusterEnabled=True)
    hours.look()
    with store.transaction() as transaction:
        transaction.delete_children(ACCOUNT, REGION, API)
    hours.look()
    put(store, "prod", cacheClusterEnabled=True)
    hours.look()
    assert used(hours) == {("2026-11-23", "prod", "cache_hours/0.5"): 1}
