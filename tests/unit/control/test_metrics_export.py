from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.sdk.metrics.export import (
    Gauge,
    Histogram,
    MetricExporter,
    MetricExportResult,
    MetricsData,
    NumberDataPoint,
    Sum,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from gatewright.clock import FakeClock
from gatewright.control.metrics_export import MetricsExport, converted


def test_counters_are_sums_and_gauges_gauges() -> None:
    counter = CounterMetricFamily("calls", "Calls", labels=["api"])
    counter.add_metric(["a"], 3)
    gauge = GaugeMetricFamily("up", "Up", value=1)
    calls, up = converted([counter, gauge], 7)
    assert isinstance(calls.data, Sum)
    assert calls.data.is_monotonic
    assert [(point.attributes, point.value) for point in calls.data.data_points] == [({"api": "a"}, 3)]
    assert isinstance(up.data, Gauge)
    (point,) = up.data.data_points
    assert isinstance(point, NumberDataPoint)
    assert (point.value, point.time_unix_nano) == (1, 7)


def test_histograms_have_numbers_of_their_own_in_each_bucket() -> None:
    family = HistogramMetricFamily("took", "Seconds", labels=["api"])
    family.add_metric(["a"], [("0.1", 2), ("0.5", 2), ("+Inf", 5)], 4.5)
    family.add_metric(["b"], [("0.1", 0), ("0.5", 1), ("+Inf", 1)], 0.2)
    (took,) = converted([family], 7)
    assert isinstance(took.data, Histogram)
    first, second = took.data.data_points
    assert (first.attributes, first.count, first.sum) == ({"api": "a"}, 5, 4.5)
    assert (first.bucket_counts, first.explicit_bounds) == ([2, 0, 3], [0.1, 0.5])
    assert second.bucket_counts == [0, 1, 0]


class Collected(MetricExporter):
    def __init__(self) -> None:
        super().__init__()
        self.result = MetricExportResult.SUCCESS
        self.taken: list[MetricsData] = []

    def export(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **_: Any) -> MetricExportResult:
        self.taken.append(metrics_data)
        return self.result

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        return True

    def shutdown(self, timeout_millis: float = 30_000, **_: Any) -> None:
        pass


def test_a_collector_that_is_away_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    exporter = Collected()
    export = MetricsExport(exporter, lambda: [GaugeMetricFamily("up", "Up", value=1)], FakeClock(), "node")
    exporter.result = MetricExportResult.FAILURE
    export.export()
    export.export()
    assert caplog.text.count("cannot be exported") == 1
    exporter.result = MetricExportResult.SUCCESS
    export.export()
    (resource,) = exporter.taken[-1].resource_metrics
    assert resource.resource.attributes["service.instance.id"] == "node"
    export.close()


def test_what_cannot_be_read_is_no_end(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> list[Any]:
        raise OSError("the disk is gone")

    MetricsExport(Collected(), broken, FakeClock(), "node").export()
    assert "cannot be exported" in caplog.text
