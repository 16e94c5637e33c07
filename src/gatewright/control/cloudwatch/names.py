"""The metrics of API Gateway: names, units, dimensions, and what of the counters each of them is.

AWS: "Amazon API Gateway dimensions and metrics", "Monitor CloudWatch metrics for HTTP APIs", "Monitor WebSocket API
execution with CloudWatch metrics".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gatewright.telemetry.counters import Series
from gatewright.telemetry.sums import Sums

NAMESPACE = "AWS/ApiGateway"


@dataclass(frozen=True, slots=True)
class Metric:
    """`counted`: a number of the counters, of `of` samples; or `timed`: their latency, or that of integrations."""

    name: str
    unit: str
    counted: str = ""
    of: str = "count"
    timed: str = ""
    shown: Callable[[Sums], bool] = lambda sums: sums.count > 0


def _cached(sums: Sums) -> bool:
    return sums.cache_hits + sums.cache_misses > 0


def _called(sums: Sums) -> bool:
    return sums.integration_count > 0


_LATENCIES = (
    Metric("Latency", "Milliseconds", timed="latency"),
    Metric("IntegrationLatency", "Milliseconds", timed="integration", shown=_called),
)
METRICS: Mapping[str, tuple[Metric, ...]] = {
    "REST": (
        Metric("Count", "Count", "count"),
        Metric("4XXError", "Count", "client_errors"),
        Metric("5XXError", "Count", "server_errors"),
        Metric("CacheHitCount", "Count", "cache_hits", shown=_cached),
        Metric("CacheMissCount", "Count", "cache_misses", shown=_cached),
        *_LATENCIES,
    ),
    "HTTP": (
        Metric("Count", "Count", "count"),
        Metric("4xx", "Count", "client_errors"),
        Metric("5xx", "Count", "server_errors"),
        Metric("DataProcessed", "Bytes", "bytes"),
        *_LATENCIES,
    ),
    "WEBSOCKET": (
        Metric("ConnectCount", "Count", "connects", "connects", shown=lambda sums: sums.connects > 0),
        Metric("MessageCount", "Count", "messages", "messages", shown=lambda sums: sums.messages > 0),
        Metric("ClientError", "Count", "client_errors"),
        Metric("ExecutionError", "Count", "execution_errors"),
        Metric("IntegrationError", "Count", "integration_errors"),
        Metric("IntegrationLatency", "Milliseconds", timed="integration", shown=_called),
    ),
}

Dimensions = tuple[tuple[str, str], ...]  # sorted by name


def dimensions(series: Series) -> Iterator[Dimensions]:
    """The sets of dimensions that a series counts for: a stage's also for its API as a whole."""
    if series.product == "REST":
        name = series.api_name.encode("ascii", "ignore").decode().strip() or series.api_id
        api, stage = ("ApiName", name), ("Stage", series.stage)
    else:
        api, stage = ("ApiId", series.api_id), ("Stage", series.stage)
    if not series.resource:
        yield (api,)
        yield (api, stage)
    elif series.product == "WEBSOCKET":
        yield (api, ("Route", series.resource), stage)
    else:
        yield (api, ("Method", series.method), ("Resource", series.resource), stage)


def find(product: str, name: str) -> Metric | None:
    """The metric of a product by its name."""
    return next((metric for metric in METRICS[product] if metric.name == name), None)
