from __future__ import annotations

import pytest

from gatewright.telemetry.counters import BUCKETS, Counters, Series, StageCounters

V1 = Series("REST", "123456789012", "us-east-1", "a", "pets", "v1")
V2 = Series("REST", "123456789012", "us-east-1", "a", "pets", "v2")


def test_answers_are_counted_by_family() -> None:
    counters = Counters()
    stage = counters.of(V1)
    for status in (200, 304, 404, 429, 500, 504):
        stage.record(status, 0.001)
    assert (stage.count, stage.client_errors, stage.server_errors) == (6, 2, 2)
    assert stage.latency == pytest.approx(0.006)
    assert counters.stage("a", "v1") is stage
    counters.of(V2).record(200, 0.0)
    counters.of(V2.part("/pets", "GET")).record(200, 0.0)
    assert counters.total() == 7  # what a method has of its own is the stage's, too
    assert counters.snapshot().keys() == {V1, V2, V2.part("/pets", "GET")}
    with pytest.raises(KeyError):
        counters.stage("a", "v3")


def test_integration_latency_is_counted_apart() -> None:
    stage = StageCounters()
    stage.record_integration(0.5)
    assert (stage.count, stage.integration_count, stage.integration_latency) == (0, 1, 0.5)


def test_quantiles_are_bounds_of_buckets() -> None:
    stage = StageCounters()
    assert stage.quantile(0.5) == 0.0
    for _ in range(99):
        stage.record(200, 0.0005)
    stage.record(200, 1.5)
    assert 0.0005 <= stage.quantile(0.5) <= 0.001
    assert 1.5 <= stage.quantile(1.0) <= 3.0


def test_the_last_bucket_takes_the_rest() -> None:
    stage = StageCounters()
    stage.record(200, 1e9)
    assert stage.histogram[BUCKETS - 1] == 1
