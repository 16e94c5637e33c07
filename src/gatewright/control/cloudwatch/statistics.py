"""What was counted over a period as CloudWatch's statistics. Times are in milliseconds there, microseconds here."""

from __future__ import annotations

import re

from gatewright.control.cloudwatch.names import Metric
from gatewright.telemetry.sums import Sums

PLAIN = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
PERCENTILE = re.compile(r"p(?:100|\d{1,2}(?:\.\d{1,10})?)")


class Datapoint:
    """A metric over a period."""

    def __init__(self, metric: Metric, sums: Sums) -> None:
        self._metric = metric
        self._sums = sums

    def value(self, statistic: str) -> float:
        """One of PLAIN, or a percentile as "p99.9"."""
        sums = self._sums
        if self._metric.timed == "latency":
            times = sums.count, sums.latency, sums.latency_min, sums.latency_max
            return _time(statistic, *times) if statistic in PLAIN else sums.quantile(_share(statistic)) / 1000
        if self._metric.timed:
            times = sums.integration_count, sums.integration_latency, sums.integration_min, sums.integration_max
            return (
                _time(statistic, *times) if statistic in PLAIN else sums.integration_quantile(_share(statistic)) / 1000
            )
        return self._number(statistic)

    def _number(self, statistic: str) -> float:
        samples, total = float(getattr(self._sums, self._metric.of)), self._total()
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
        return 1.0 if samples and _share(statistic) * samples > samples - total else 0.0

    def _total(self) -> float:
        if self._metric.counted == "bytes":
            return float(self._sums.bytes_in + self._sums.bytes_out)
        return float(getattr(self._sums, self._metric.counted))


def _time(statistic: str, count: int, total: int, least: int, most: int) -> float:
    if statistic == "SampleCount":
        return float(count)
    if statistic == "Average":
        return total / count / 1000 if count else 0.0
    return {"Sum": total, "Minimum": least, "Maximum": most}[statistic] / 1000


def _share(percentile: str) -> float:
    return float(percentile[1:]) / 100
