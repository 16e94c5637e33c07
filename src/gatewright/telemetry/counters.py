"""Counters per stage, cheap enough to be always on: plain integers, one writer, no lock.

A worker's event loop is the only writer; what it has counted is taken away every second (`Counters.take`), so that the
fields of `StageCounters` say what has come since then. Times are whole microseconds. What is taken is sparse and made
for JSON: the fields that are not 0, by name, and histograms as [bucket, number, bucket, number, …].

Buckets: each power of two is divided into eight, so that the middle of one is at most 6 % away from what is in it.
    0 … 7        a microsecond each
    8n … 8n + 7  from 2^(n+2) µs on, each of 2^(n-1) µs
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

LARGEST: Final = 2**31 - 1  # µs, some 36 minutes; what takes longer is in the last bucket
BUCKETS: Final = 232
MESSAGE_UNIT: Final = 32 * 1024  # bytes of a message of a WebSocket API that AWS bills as one

LEAVE: Final = 1800  # seconds without a word after which nothing of a stage that is served no more can be under way
_AHEAD: Final = 16  # buckets that a histogram grows by, more than it needs now


def bucket_of(micros: int) -> int:
    """The bucket of a time."""
    if micros < 8:
        return max(0, micros)
    if micros > LARGEST:
        micros = LARGEST
    shift = micros.bit_length() - 4
    return shift * 8 + (micros >> shift)


def bounds(bucket: int) -> tuple[int, int]:
    """The least time in a bucket, and the least in the next one."""
    if bucket < 8:
        return bucket, bucket + 1
    shift = bucket // 8 - 1
    least = (bucket - shift * 8) << shift
    return least, least + (1 << shift)


class StageCounters:
    """What a stage, or one of its methods or routes, has served since it was last taken."""

    __slots__ = (
        "bytes_in",  # of bodies and messages
        "bytes_out",
        "cache_hits",
        "cache_misses",
        "client_errors",  # answers 4XX; WebSocket: refused before the integration was called
        "connects",  # WebSocket: handshakes that got as far as the integration of $connect
        "count",  # requests answered; WebSocket: handshakes, messages of clients and ends
        "execution_errors",  # WebSocket: the integration could not be called, or its answer not be used
        "histogram",  # of latencies, as long as its greatest bucket needs
        "idle_minutes",  # WebSocket: those of `minutes` in which nothing was sent either way
        "integration_count",  # calls of backends
        "integration_errors",  # WebSocket: the integration answered 4XX or 5XX
        "integration_histogram",
        "integration_latency",
        "integration_max",
        "integration_min",
        "latency",
        "latency_max",
        "latency_min",
        "message_units",  # what AWS bills `messages` as
        "messages",  # WebSocket: from clients and to them
        "minutes",  # WebSocket: begun minutes of connections
        "requests",  # what AWS bills the requests as
        "server_errors",  # answers 5XX
    )

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.count = 0
        self.client_errors = 0
        self.server_errors = 0
        self.requests = 0
        self.latency = 0
        self.latency_min = 0
        self.latency_max = 0
        self.histogram: list[int] = []
        self.integration_count = 0
        self.integration_latency = 0
        self.integration_min = 0
        self.integration_max = 0
        self.integration_histogram: list[int] = []
        self.bytes_in = 0
        self.bytes_out = 0
        self.cache_hits = 0
        self.cache_misses = 0
        self.connects = 0
        self.messages = 0
        self.message_units = 0
        self.execution_errors = 0
        self.integration_errors = 0
        self.minutes = 0
        self.idle_minutes = 0

    def record(self, status: int, latency: float, received: int = 0, sent: int = 0, units: int = 1) -> None:
        """Count one answered request.

        `latency` in seconds from its first line to its answer; `received` and `sent` in bytes; `units`: what AWS bills.
        """
        if status >= 400:
            if status >= 500:
                self.server_errors += 1
            else:
                self.client_errors += 1
        self.requests += units
        self.bytes_in += received
        self.bytes_out += sent
        self.record_latency(latency)

    def record_latency(self, latency: float) -> None:
        """Count one request or event by nothing but the time that it took, in seconds."""
        micros = int(latency * 1e6)
        self.latency += micros
        if micros > self.latency_max:
            self.latency_max = micros
        if micros < self.latency_min or self.count == 0:
            self.latency_min = micros
        self.count += 1
        bucket = bucket_of(micros)
        if bucket >= len(self.histogram):
            self.histogram.extend([0] * (bucket + _AHEAD - len(self.histogram)))
        self.histogram[bucket] += 1

    def record_integration(self, latency: float) -> None:
        """Count one call of a backend. `latency` in seconds."""
        micros = int(latency * 1e6)
        self.integration_latency += micros
        if micros > self.integration_max:
            self.integration_max = micros
        if micros < self.integration_min or self.integration_count == 0:
            self.integration_min = micros
        self.integration_count += 1
        bucket = bucket_of(micros)
        if bucket >= len(self.integration_histogram):
            self.integration_histogram.extend([0] * (bucket + _AHEAD - len(self.integration_histogram)))
        self.integration_histogram[bucket] += 1

    def received(self, size: int) -> None:
        """Count a message from a client, of so many bytes."""
        self.messages += 1
        self.message_units += (size + MESSAGE_UNIT - 1) // MESSAGE_UNIT or 1
        self.bytes_in += size

    def sent(self, size: int) -> None:
        """Count a message to a client."""
        self.messages += 1
        self.message_units += (size + MESSAGE_UNIT - 1) // MESSAGE_UNIT or 1
        self.bytes_out += size

    def take(self) -> dict[str, Any]:
        """What has been counted, which is then forgotten."""
        # Most have nothing to say, and there may be thousands. What is not looked at here never comes alone.
        answered = self.count + self.integration_count + self.cache_hits + self.cache_misses
        if answered + self.messages + self.minutes + self.idle_minutes == 0:
            return {}
        numbers = {
            "count": self.count,
            "client_errors": self.client_errors,
            "server_errors": self.server_errors,
            "requests": self.requests,
            "latency": self.latency,
            "latency_max": self.latency_max,
            "integration_count": self.integration_count,
            "integration_latency": self.integration_latency,
            "integration_max": self.integration_max,
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "cache_hits": self.cache_hits,
            "cache_misses": self.cache_misses,
            "connects": self.connects,
            "messages": self.messages,
            "message_units": self.message_units,
            "execution_errors": self.execution_errors,
            "integration_errors": self.integration_errors,
            "minutes": self.minutes,
            "idle_minutes": self.idle_minutes,
        }
        taken: dict[str, Any] = {name: number for name, number in numbers.items() if number}
        if self.count:
            taken["latency_min"] = self.latency_min
            taken["histogram"] = _sparse(self.histogram)
        if self.integration_count:
            taken["integration_min"] = self.integration_min
            taken["integration_histogram"] = _sparse(self.integration_histogram)
        self._clear()
        return taken


class _Uncounted(StageCounters):
    """Of a worker that counts nothing."""

    __slots__ = ()

    def record(self, status: int, latency: float, received: int = 0, sent: int = 0, units: int = 1) -> None:
        """Nothing."""

    def record_latency(self, latency: float) -> None:
        """Nothing."""

    def record_integration(self, latency: float) -> None:
        """Nothing."""


def _sparse(histogram: list[int]) -> list[int]:
    flat: list[int] = []
    for bucket, number in enumerate(histogram):
        if number:
            flat.append(bucket)
            flat.append(number)
    return flat


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

    def key(self) -> tuple[str, str, str, str, str, str, str, str]:
        """All that it is, in order: `Series(*series.key())` is the same."""
        return (
            self.product,
            self.account,
            self.region,
            self.api_id,
            self.api_name,
            self.stage,
            self.resource,
            self.method,
        )


class Counters:
    """The counters of all that a worker has served. They outlive a new deployment."""

    def __init__(self, *, on: bool = True) -> None:
        """`on`: whether anything is counted at all."""
        self._on = on
        self._series: dict[Series, StageCounters] = {}
        self._taken = 0  # requests that have been taken away
        self._leaving: dict[Series, int] = {}  # by how often they had nothing to say since they are served no more

    def of(self, series: Series) -> StageCounters:
        """The counters of a series, made when first asked for."""
        found = self._series.get(series)
        self._leaving.pop(series, None)
        if found is None:
            found = self._series[series] = StageCounters() if self._on else _Uncounted()
        return found

    def drop(self, api_id: str, stage: str) -> None:
        """A stage is served no more. Its counters stay for what is still under way."""
        for series in self._series:
            if series.api_id == api_id and series.stage == stage:
                self._leaving[series] = 0

    def stage(self, api_id: str, stage: str) -> StageCounters:
        """Those of a stage that is being served. Raises KeyError when none of this name is."""
        for series, counters in self._series.items():
            if series.api_id == api_id and series.stage == stage and not series.resource:
                return counters
        raise KeyError(f"{api_id}@{stage}")

    def total(self) -> int:
        """Requests answered since the worker's start, over all stages."""
        return self._taken + sum(counters.count for series, counters in self._series.items() if not series.resource)

    def take(self) -> list[tuple[Series, dict[str, Any]]]:
        """What has been counted since the last time, of every series that has something to say."""
        taken: list[tuple[Series, dict[str, Any]]] = []
        for series, counters in self._series.items():
            if not series.resource:
                self._taken += counters.count
            grown = counters.take()
            if grown:
                taken.append((series, grown))
            if self._leaving and series in self._leaving:
                self._leaving[series] = 0 if grown else self._leaving[series] + 1
        for series in [series for series, silent in self._leaving.items() if silent > LEAVE]:
            del self._series[series], self._leaving[series]
        return taken

    def snapshot(self) -> dict[Series, StageCounters]:
        return dict(self._series)
