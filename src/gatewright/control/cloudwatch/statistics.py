"""Counters, added up over a period, as CloudWatch's statistics. Times are in milliseconds there, microseconds here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from gatewright.control.cloudwatch.names import Metric, Sums
from gatewright.telemetry.counters import bounds

PLAIN = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
PERCENTILE = re.compile(r"p(?:100|\d{1,2}(?:\.\d{1,10})?)")
_LEAST = frozenset({"latency_min", "integration_min"})
_MOST = frozenset({"latency_max", "integration_max"})


def add(total: dict[str, Any], more: Sums) -> None:
    """Add counters to others: numbers, extremes, and histograms ([bucket, number, …] become {bucket: number})."""
    for name, value in more.items():
        if name.endswith("histogram"):
            into = total.setdefault(name, {})
            pairs = value.items() if isinstance(value, dict) else zip(value[::2], value[1::2], strict=True)
            for bucket, number in pairs:
                into[bucket] = into.get(bucket, 0) + number
        elif name in _LEAST:
            total[name] = min(total.get(name, value), value)
        elif name in _MOST:
            total[name] = max(total.get(name, value), value)
        else:
            total[name] = total.get(name, 0) + value


class Datapoint:
    """A metric over a period."""

    def __init__(self, metric: Metric, sums: Sums) -> None:
        self._metric = metric
        self._sums = sums

    def value(self, statistic: str) -> float:
        """One of PLAIN, or a percentile as "p99.9"."""
        if self._metric.timed:
            return self._time(statistic)
        samples, total = float(self._sums.get(self._metric.of, 0)), self._total()
        if statistic == "SampleCount":
            return samples
        if statistic == "Sum":
            return total
        if statistic == "Average":
            return total / samples if samples else 0.0
        if self._metric.unit == "Bytes":  # how they were spread is not kept: the mean stands for all
            return total / samples if samples else 0.0
        # Each sample is 0 or 1.
        if statistic == "Minimum":
            return 1.0 if total >= samples > 0 else 0.0
        if statistic == "Maximum":
            return 1.0 if total else 0.0
        return 1.0 if samples and float(statistic[1:]) / 100 * samples > samples - total else 0.0

    def _total(self) -> float:
        if self._metric.counted == "bytes":
            return float(self._sums.get("bytes_in", 0) + self._sums.get("bytes_out", 0))
        return float(self._sums.get(self._metric.counted, 0))

    def _time(self, statistic: str) -> float:
        prefix = self._metric.timed
        count = self._sums.get("count" if prefix == "latency" else "integration_count", 0)
        total = self._sums.get("latency" if prefix == "latency" else "integration_latency", 0) / 1000
        if statistic == "SampleCount":
            return float(count)
        if statistic == "Sum":
            return float(total)
        if statistic == "Average":
            return total / count if count else 0.0
        least = self._sums.get(f"{prefix}_min", 0) / 1000
        most = self._sums.get(f"{prefix}_max", 0) / 1000
        if statistic == "Minimum":
            return float(least)
        if statistic == "Maximum":
            return float(most)
        histogram = self._sums.get("histogram" if prefix == "latency" else "integration_histogram", {})
        found = percentile(histogram.items(), float(statistic[1:]) / 100)
        return float(min(max(found / 1000, least), most))


def percentile(histogram: Iterable[tuple[int, int]], share: float) -> float:
    """The time, in microseconds, that this share (0 to 1) of the samples did not exceed; 0.0 without any."""
    buckets = sorted(histogram)
    wanted = share * sum(number for _, number in buckets)
    seen = 0.0
    upper = 0
    for bucket, number in buckets:
        least, upper = bounds(bucket)
        if seen + number >= wanted:
            return least + (upper - least) * (wanted - seen) / number
        seen += number
    return float(upper)
