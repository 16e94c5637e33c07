"""What counters add up to: over seconds, workers, nodes, minutes.

The same fields as `counters.StageCounters`; sparse as JSON, as these are taken away. Not for the request path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from gatewright.telemetry.counters import bounds

Histogram = dict[int, int]  # number by bucket (`counters.bounds`)
_HISTOGRAMS = ("histogram", "integration_histogram")
_LEAST = {"latency_min": "count", "integration_min": "integration_count"}
_GREATEST = ("latency_max", "integration_max")


@dataclass(slots=True)
class Sums:
    """Times in microseconds, sizes in bytes. Least and greatest are of what `count` and `integration_count` count."""

    count: int = 0
    client_errors: int = 0
    server_errors: int = 0
    requests: int = 0
    latency: int = 0
    latency_min: int = 0
    latency_max: int = 0
    histogram: Histogram = field(default_factory=dict)
    integration_count: int = 0
    integration_latency: int = 0
    integration_min: int = 0
    integration_max: int = 0
    integration_histogram: Histogram = field(default_factory=dict)
    bytes_in: int = 0
    bytes_out: int = 0
    cache_hits: int = 0
    cache_misses: int = 0
    connects: int = 0
    messages: int = 0
    message_units: int = 0
    execution_errors: int = 0
    integration_errors: int = 0
    minutes: int = 0
    idle_minutes: int = 0

    def add(self, taken: Mapping[str, Any]) -> Sums:
        """Add what counters have been taken, or what is `sparse`; what is not known here is left out. Gives itself."""
        for least, count in _LEAST.items():
            if taken.get(count):
                value = taken.get(least, 0)
                setattr(self, least, min(value, getattr(self, least)) if getattr(self, count) else value)
        for greatest in _GREATEST:
            setattr(self, greatest, max(getattr(self, greatest), taken.get(greatest, 0)))
        for name in _HISTOGRAMS:
            histogram, flat = getattr(self, name), taken.get(name, ())
            for bucket, number in zip(flat[::2], flat[1::2], strict=True):
                histogram[bucket] = histogram.get(bucket, 0) + number
        for name in ADDED:
            if name in taken:
                setattr(self, name, getattr(self, name) + taken[name])
        return self

    def sparse(self) -> dict[str, Any]:
        """For JSON: what is not 0. Least times are there when there are any."""
        said: dict[str, Any] = {name: value for name in (*ADDED, *_GREATEST) if (value := getattr(self, name))}
        for least, count in _LEAST.items():
            if getattr(self, count):
                said[least] = getattr(self, least)
        for name in _HISTOGRAMS:
            if histogram := getattr(self, name):
                said[name] = [number for item in sorted(histogram.items()) for number in item]
        return said

    def quantile(self, share: float) -> float:
        """The latency that this share (0 … 1) of the requests did not exceed, in microseconds, to some 6 %."""
        return quantile(self.histogram, share, self.latency_min, self.latency_max)

    def integration_quantile(self, share: float) -> float:
        """The same of calls of backends."""
        return quantile(self.integration_histogram, share, self.integration_min, self.integration_max)


ADDED = tuple(
    each.name for each in fields(Sums) if each.name not in (*_HISTOGRAMS, *_LEAST, *_GREATEST)
)  # what simply adds up


def merge(kept: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The sum of two that are sparse."""
    return Sums().add(kept).add(more).sparse()


def quantile(histogram: Histogram, share: float, least: float, greatest: float) -> float:
    """The time that this share of what is in a histogram did not exceed; 0.0 when there is nothing in it."""
    total = sum(histogram.values())
    wanted, seen = share * total, 0
    for bucket, number in sorted(histogram.items()):
        if seen + number >= wanted:
            low, high = bounds(bucket)
            within = low + (high - low) * (wanted - seen) / number
            return float(min(max(within, least), greatest))
        seen += number
    return 0.0
