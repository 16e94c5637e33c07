"""Counters per stage, cheap enough to be always on: plain integers, one writer, no lock.

A worker's event loop is the only writer; a reader on the same loop sees whole numbers. The histogram's bucket n holds
the requests that took from 2^(n-1) to 2^n - 1 microseconds, so that an index costs one `bit_length`.
"""

from __future__ import annotations

from dataclasses import dataclass

BUCKETS = 32  # the last one begins at 2^30 µs, some 18 minutes


class StageCounters:
    """What one stage served. Latencies are sums in seconds, as CloudWatch's Latency and IntegrationLatency are."""

    __slots__ = (
        "cache_hits",
        "cache_misses",
        "client_errors",
        "count",
        "histogram",
        "integration_count",
        "integration_latency",
        "latency",
        "server_errors",
    )

    def __init__(self) -> None:
        self.count = 0
        self.client_errors = 0  # 4XXError
        self.server_errors = 0  # 5XXError
        self.latency = 0.0
        self.integration_count = 0
        self.integration_latency = 0.0
        self.histogram = [0] * BUCKETS
        self.cache_hits = 0  # CacheHitCount
        self.cache_misses = 0  # CacheMissCount

    def record(self, status: int, latency: float) -> None:
        """Count one answered request. `latency` in seconds from its first line to its answer."""
        self.count += 1
        if status >= 400:
            if status >= 500:
                self.server_errors += 1
            else:
                self.client_errors += 1
        self.latency += latency
        bucket = int(latency * 1e6).bit_length()
        self.histogram[bucket if bucket < BUCKETS else BUCKETS - 1] += 1

    def record_integration(self, latency: float) -> None:
        """Count one call of a backend. `latency` in seconds."""
        self.integration_count += 1
        self.integration_latency += latency

    def quantile(self, share: float) -> float:
        """Upper bound, in seconds, of the bucket with this share (0..1) of the requests; 0.0 when there are none."""
        wanted = share * self.count
        seen = 0
        for bucket, number in enumerate(self.histogram):
            seen += number
            if number and seen >= wanted:
                return float(2**bucket) / 1e6
        return 0.0


@dataclass(frozen=True, slots=True)
class Series:
    """Whose counters they are: a stage's, or (`resource` and `method`) those of one of its methods or routes.

    `product`: "REST", "HTTP" or "WEBSOCKET". `resource` is the key of a WebSocket API's route, whose `method` is "".
    """

    product: str
    account: str
    region: str
    api_id: str
    api_name: str
    stage: str
    resource: str = ""
    method: str = ""

    def part(self, resource: str, method: str) -> Series:
        """That of a method or route of this stage."""
        return Series(self.product, self.account, self.region, self.api_id, self.api_name, self.stage, resource, method)


class Counters:
    """The counters of all that a worker has served. They outlive a new deployment."""

    def __init__(self) -> None:
        self._series: dict[Series, StageCounters] = {}

    def of(self, series: Series) -> StageCounters:
        """The counters of a series, made when first asked for."""
        return self._series.setdefault(series, StageCounters())

    def stage(self, api_id: str, stage: str) -> StageCounters:
        """Those of a stage that is being served. Raises KeyError when none of this name is."""
        for series, counters in self._series.items():
            if series.api_id == api_id and series.stage == stage and not series.resource:
                return counters
        raise KeyError(f"{api_id}@{stage}")

    def total(self) -> int:
        """Requests answered, over all stages."""
        return sum(counters.count for series, counters in self._series.items() if not series.resource)

    def snapshot(self) -> dict[Series, StageCounters]:
        return dict(self._series)
