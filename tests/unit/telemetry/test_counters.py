from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.telemetry.counters import (
    BUCKETS,
    LARGEST,
    LEAVE,
    Counters,
    Series,
    StageCounters,
    bounds,
    bucket_of,
)

V1 = Series("REST", "123456789012", "us-east-1", "a", "pets", "v1")
V2 = Series("REST", "123456789012", "us-east-1", "a", "pets", "v2")


def test_answers_are_counted_by_family() -> None:
    counters = Counters()
    stage = counters.of(V1)
    for status in (200, 304, 404, 429, 500, 504):
        stage.record(status, 0.001)
    assert (stage.count, stage.client_errors, stage.server_errors) == (6, 2, 2)
    assert stage.latency == 6000
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
    stage.record_integration(0.25)
    assert (stage.count, stage.integration_count, stage.integration_latency) == (0, 2, 750_000)
    assert (stage.integration_min, stage.integration_max) == (250_000, 500_000)


@given(st.integers(0, LARGEST))
def test_a_time_is_within_its_bucket_and_near_its_middle(micros: int) -> None:
    bucket = bucket_of(micros)
    least, beyond = bounds(bucket)
    assert 0 <= bucket < BUCKETS
    assert least <= micros < beyond
    assert abs((least + beyond) / 2 - micros) <= max(1, micros * 0.0625)


def test_buckets_are_without_gaps() -> None:
    assert [bounds(bucket)[1] for bucket in range(BUCKETS - 1)] == [bounds(bucket)[0] for bucket in range(1, BUCKETS)]
    assert bounds(BUCKETS - 1)[1] == LARGEST + 1
    assert (bucket_of(-1), bucket_of(10**12)) == (0, BUCKETS - 1)


def test_what_is_taken_is_sparse_and_gone() -> None:
    counters = Counters()
    stage = counters.of(V1)
    counters.of(V2)
    stage.record(200, 0.000_005, received=10, sent=20)
    stage.record(503, 0.000_010, received=1, sent=2, units=0)
    stage.record_integration(0.000_003)
    part = V1.part("/pets", "GET")
    counters.of(part).cache_hits += 1
    assert counters.take() == [
        (
            V1,
            {
                "count": 2,
                "server_errors": 1,
                "requests": 1,
                "latency": 15,
                "latency_min": 5,
                "latency_max": 10,
                "histogram": [5, 1, 10, 1],
                "integration_count": 1,
                "integration_latency": 3,
                "integration_min": 3,
                "integration_max": 3,
                "integration_histogram": [3, 1],
                "bytes_in": 11,
                "bytes_out": 22,
            },
        ),
        (part, {"cache_hits": 1}),
    ]
    assert counters.take() == []
    assert counters.total() == 2
    stage.record(200, 1.0)
    assert counters.total() == 3
    assert counters.take()[0][1]["latency_min"] == 1_000_000


def test_stages_that_are_served_no_more_are_forgotten_at_last() -> None:
    counters = Counters()
    part = V1.part("/pets", "GET")
    stage = counters.of(V1)
    for series in (part, V2):
        counters.of(series)
    counters.drop("a", "v1")
    counters.drop("a", "v2")
    for _ in range(LEAVE):
        assert counters.take() == []
    stage.record(200, 0.1)  # it was under way
    counters.of(V2)  # is served again
    assert len(counters.take()) == 1
    assert counters.snapshot().keys() == {V1, V2}
    for _ in range(LEAVE + 1):
        counters.take()
    assert counters.snapshot().keys() == {V2}
    assert counters.total() == 1


def test_messages_are_billed_by_32_kib() -> None:
    stage = StageCounters()
    for size in (0, 1, 32_768):
        stage.received(size)
    stage.sent(32_769)
    assert (stage.messages, stage.message_units) == (4, 5)
    assert (stage.bytes_in, stage.bytes_out) == (32_769, 32_769)


def test_who_is_to_count_nothing_counts_nothing() -> None:
    counters = Counters(on=False)
    stage = counters.of(V1)
    stage.record(200, 1.0)
    stage.record_integration(1.0)
    stage.record_latency(1.0)
    assert (counters.total(), counters.take()) == (0, [])


def test_a_series_is_its_key() -> None:
    part = V1.part("/pets", "GET")
    assert Series(*part.key()) == part
