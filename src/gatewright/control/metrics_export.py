"""What Prometheus would read, exported by the OpenTelemetry SDK over OTLP/HTTP. Only the control process imports this.

Names, labels and bounds are those of `/_gatewright/metrics`: counters are cumulative sums, of which it is not said
since when (they outlive restarts), histograms have explicit bounds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricExporter,
    MetricExportResult,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client import Metric as Family

from gatewright import __version__
from gatewright.clock import Clock

log = logging.getLogger(__name__)

_SCOPE = InstrumentationScope("gatewright", __version__)
_METRICS = "/v1/metrics"
_UNKNOWN = 0  # since when
_CUMULATIVE = AggregationTemporality.CUMULATIVE
_NONE = cast("float", None)  # least and greatest are not kept; the wire format need not have them

Families = Callable[[], Iterable[Family]]
Labels = tuple[tuple[str, str], ...]


class MetricsExport:
    """`families` gives what is to be exported; it may raise."""

    def __init__(self, exporter: MetricExporter, families: Families, clock: Clock, node: str) -> None:
        self._exporter = exporter
        self._families = families
        self._clock = clock
        self._resource = Resource.create({"service.name": "gatewright", "service.instance.id": node})
        self._troubled = False

    @classmethod
    def to(
        cls, endpoint: str, headers: Mapping[str, str], families: Families, clock: Clock, node: str
    ) -> MetricsExport:
        """`endpoint`: base URL of an OTLP/HTTP receiver, as `http://localhost:4318`."""
        exporter = OTLPMetricExporter(endpoint.rstrip("/") + _METRICS, headers=dict(headers))
        return cls(exporter, families, clock, node)

    def export(self) -> None:
        """Send all of it, now. Blocks; never raises. What cannot be sent is in the next export, too: it only grows."""
        try:
            metrics = list(converted(self._families(), int(self._clock.now() * 1e9)))
            scope = ScopeMetrics(_SCOPE, metrics, "")
            done = self._exporter.export(MetricsData([ResourceMetrics(self._resource, [scope], "")]))
            failed = done is not MetricExportResult.SUCCESS
        except Exception as error:  # noqa: BLE001 - a library's, and a store's; counting goes on
            failed = True
            log.debug("metrics were not exported: %s", error)
        if failed and not self._troubled:
            log.error("metrics cannot be exported by OTLP now; it is tried again and again")
        self._troubled = failed

    def close(self) -> None:
        self._exporter.shutdown()


def converted(families: Iterable[Family], now: int) -> Iterator[Metric]:
    """Families of Prometheus as metrics of OpenTelemetry. `now` in nanoseconds."""
    for family in families:
        if family.type == "histogram":
            yield Metric(family.name, family.documentation, "s", _histogram(family, now))
            continue
        points = [
            NumberDataPoint(sample.labels, _UNKNOWN, now, sample.value)
            for sample in family.samples
            if not sample.name.endswith("_created")
        ]
        data = Sum(points, _CUMULATIVE, is_monotonic=True) if family.type == "counter" else Gauge(points)
        yield Metric(family.name, family.documentation, "1", data)


def _histogram(family: Family, now: int) -> Histogram:
    buckets: dict[Labels, list[tuple[float, int]]] = {}
    sums: dict[Labels, float] = {}
    for sample in family.samples:
        labels = tuple((name, value) for name, value in sample.labels.items() if name != "le")
        if sample.name.endswith("_bucket"):
            buckets.setdefault(labels, []).append((float(sample.labels["le"]), int(sample.value)))
        elif sample.name.endswith("_sum"):
            sums[labels] = sample.value
    points = []
    for labels, cumulative in buckets.items():
        before = [0, *(number for _, number in cumulative)]
        counts = [number - earlier for (_, number), earlier in zip(cumulative, before, strict=False)]
        bounds = [bound for bound, _ in cumulative[:-1]]  # the last one has none
        points.append(
            HistogramDataPoint(
                dict(labels), _UNKNOWN, now, cumulative[-1][1], sums.get(labels, 0.0), counts, bounds, _NONE, _NONE
            )
        )
    return Histogram(points, _CUMULATIVE)
