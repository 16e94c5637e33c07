"""Metrics as Prometheus reads them: what this node has counted since it has its data folder.

Stages have families of their own, and methods and routes with detailed metrics others (`gatewright_method_…`), so that
sums over a family count nothing twice. The bounds of histograms are powers of two of a microsecond, as those of the
buckets that workers count in: nothing is estimated. docs/metrics.md says what is what on AWS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from gatewright.telemetry.counters import Series, bounds
from gatewright.telemetry.sums import Histogram, Sums

MOST = 500  # series of stages, and again of methods and routes, that have lines of their own
OTHER = "other"

_FIRST, _LAST = 8, 25  # powers of two: 0.26 ms … 34 s
_STAGE_LABELS = ("product", "account", "region", "api", "api_name", "stage")
_METHOD_LABELS = (*_STAGE_LABELS, "resource", "method")


@dataclass(frozen=True, slots=True)
class _Counted:
    """A counter: what it is called behind its prefix, the sum that it shows, what it means, and of which products."""

    name: str
    sum: str
    help: str
    products: tuple[str, ...]


_CALLS = ("REST", "HTTP")
_SOCKETS = ("WEBSOCKET",)
_ALL = (*_CALLS, *_SOCKETS)
COUNTED = (
    _Counted("requests", "count", "Requests answered; of WebSocket APIs handshakes, messages and ends", _ALL),
    _Counted("client_errors", "client_errors", "4XX; of WebSocket APIs: refused before the integration", _ALL),
    _Counted("server_errors", "server_errors", "5XX", _CALLS),
    _Counted("billed_requests", "requests", "Requests as AWS bills them", _CALLS),
    _Counted("received_bytes", "bytes_in", "Bytes of bodies and messages from clients", _ALL),
    _Counted("sent_bytes", "bytes_out", "Bytes of bodies and messages to clients", _ALL),
    _Counted("cache_hits", "cache_hits", "Answers from the cache", ("REST",)),
    _Counted("cache_misses", "cache_misses", "Answers that were not in the cache", ("REST",)),
    _Counted("connects", "connects", "Handshakes that reached $connect", _SOCKETS),
    _Counted("messages", "messages", "Messages from clients and to them", _SOCKETS),
    _Counted("billed_messages", "message_units", "Messages in units of 32 KiB, as AWS bills them", _SOCKETS),
    _Counted("integration_errors", "integration_errors", "Integrations that answered 4XX or 5XX", _SOCKETS),
    _Counted("execution_errors", "execution_errors", "Integrations that could not be called", _SOCKETS),
    _Counted("connection_minutes", "minutes", "Begun minutes of connections, as AWS bills them", _SOCKETS),
    _Counted("idle_connection_minutes", "idle_minutes", "Those of them in which nothing was sent", _SOCKETS),
)


class Bound:
    """Which series have lines of their own: the first that come, and of those that come at once the busiest."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._named: dict[bool, set[Series]] = {True: set(), False: set()}

    def named(self, found: Sequence[tuple[Series, Sums]]) -> list[tuple[Series, Sums]]:
        """All of these; the rest is summed up by product."""
        said: list[tuple[Series, Sums]] = []
        rest: dict[Series, Sums] = {}
        for series, sums in sorted(found, key=lambda item: (-item[1].count, item[0].key())):
            known = self._named[bool(series.resource)]
            if series in known or len(known) < self._most:
                known.add(series)
                said.append((series, sums))
            else:
                part = OTHER if series.resource else ""
                other = Series(series.product, OTHER, OTHER, OTHER, OTHER, OTHER, part, part)
                rest.setdefault(other, Sums()).add(sums.sparse())
        return sorted([*said, *rest.items()], key=lambda item: item[0].key())


def families(found: Sequence[tuple[Series, Sums]]) -> Iterator[Metric]:
    """The families of what has been counted."""
    for prefix, labels, part in (("gatewright_", _STAGE_LABELS, False), ("gatewright_method_", _METHOD_LABELS, True)):
        of_part = [(series, sums) for series, sums in found if bool(series.resource) == part]
        if of_part:
            yield from _counters(prefix, labels, of_part)
            yield from _histograms(prefix, labels, of_part)


def figures(build: Mapping[str, Any], workers: Mapping[int, Mapping[str, Any] | None]) -> Iterator[Metric]:
    """The families of the node itself. `workers`: what each says of itself; None: it did not answer."""
    said = GaugeMetricFamily("gatewright_build_info", "What build this is", labels=tuple(build))
    said.add_metric([str(value).lower() if isinstance(value, bool) else str(value) for value in build.values()], 1)
    yield said
    up = GaugeMetricFamily("gatewright_worker_up", "1: the worker answers and is ready", labels=("worker",))
    rows = (
        (_gauge("gatewright_worker_open_connections", "Connections of clients"), "connections"),
        (_gauge("gatewright_worker_websocket_connections", "Those of WebSocket APIs"), "websockets"),
        (_gauge("gatewright_worker_config_revision", "The revision that it serves"), "revision"),
        (
            CounterMetricFamily(
                "gatewright_worker_dropped_log_lines", "Log lines that found no room", labels=("worker",)
            ),
            "log_lines_dropped",
        ),
    )
    for index, status in workers.items():
        up.add_metric([str(index)], 1 if status is not None and status.get("ready") else 0)
        for family, member in rows:
            value = None if status is None else status.get(member)
            if isinstance(value, int | float):
                family.add_metric([str(index)], value)
    yield up
    yield from (family for family, _ in rows)


def _gauge(name: str, help: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help, labels=("worker",))


def _counters(prefix: str, labels: Sequence[str], found: Sequence[tuple[Series, Sums]]) -> Iterator[Metric]:
    for counted in COUNTED:
        family = CounterMetricFamily(prefix + counted.name, counted.help, labels=labels)
        for series, sums in found:
            if series.product in counted.products:
                family.add_metric(series.key()[: len(labels)], getattr(sums, counted.sum))
        if family.samples:
            yield family


def _histograms(prefix: str, labels: Sequence[str], found: Sequence[tuple[Series, Sums]]) -> Iterator[Metric]:
    latency = HistogramMetricFamily(
        prefix + "latency_seconds", "From a request's first line to its answer", labels=labels
    )
    integration = HistogramMetricFamily(prefix + "integration_latency_seconds", "Of calls of backends", labels=labels)
    for series, sums in found:
        values = series.key()[: len(labels)]
        latency.add_metric(values, list(_cumulative(sums.histogram)), sums.latency / 1e6)
        if sums.integration_count:
            integration.add_metric(
                values, list(_cumulative(sums.integration_histogram)), sums.integration_latency / 1e6
            )
    yield latency
    if integration.samples:
        yield integration


def _cumulative(histogram: Histogram) -> Iterable[tuple[str, float]]:
    """How many took no longer than each bound, in seconds as text."""
    seen = 0
    left = sorted(histogram.items(), reverse=True)
    for power in range(_FIRST, _LAST + 1):
        while left and bounds(left[-1][0])[1] <= 1 << power:
            seen += left.pop()[1]
        yield repr((1 << power) / 1e6), seen
    yield "+Inf", seen + sum(number for _, number in left)
