from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.control.cloudwatch.names import Metric, find
from gatewright.control.cloudwatch.statistics import Datapoint
from gatewright.telemetry.counters import StageCounters
from gatewright.telemetry.sums import Sums


def counted(*latencies: float, status: int = 200) -> Sums:
    counters = StageCounters()
    for latency in latencies:
        counters.record(status, latency)
    return Sums().add(counters.take())


def metric(name: str, product: str = "REST") -> Metric:
    found = find(product, name)
    assert found is not None
    return found


def test_sums_add_up() -> None:
    total = counted(0.010, 0.030)
    total.add(counted(0.020, status=500).sparse())
    latency = Datapoint(metric("Latency"), total)
    assert [latency.value(each) for each in ("SampleCount", "Sum", "Average", "Minimum", "Maximum")] == [
        3.0,
        60.0,
        20.0,
        10.0,
        30.0,
    ]
    errors = Datapoint(metric("5XXError"), total)
    assert [errors.value(each) for each in ("SampleCount", "Sum", "Minimum", "Maximum")] == [3.0, 1.0, 0.0, 1.0]
    assert errors.value("Average") == pytest.approx(1 / 3)
    assert (errors.value("p50"), errors.value("p90")) == (0.0, 1.0)
    assert Datapoint(metric("Count"), total).value("SampleCount") == 3.0
    assert Datapoint(metric("Count"), total).value("Sum") == 3.0


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=200), st.floats(0.5, 100))
def test_percentiles_are_near_the_truth(micros: list[int], share: float) -> None:
    total = counted(*(each / 1e6 for each in micros))
    found = Datapoint(metric("Latency"), total).value(f"p{share:.1f}")
    ordered = sorted(micros)
    index = max(0, -(-len(ordered) * round(share, 1) // 100) - 1)
    exact = ordered[int(min(index, len(ordered) - 1))] / 1000
    assert found == pytest.approx(exact, rel=0.13, abs=0.002)


def test_nothing_has_no_percentile() -> None:
    assert Datapoint(metric("Latency"), Sums()).value("p50") == 0.0


def test_bytes_of_http_apis() -> None:
    counters = StageCounters()
    counters.record(200, 0.001, 100, 300)
    counters.record(200, 0.001, 0, 100)
    total = Sums().add(counters.take())
    data = Datapoint(metric("DataProcessed", "HTTP"), total)
    assert (data.value("Sum"), data.value("Average"), data.value("Maximum")) == (500.0, 250.0, 250.0)
