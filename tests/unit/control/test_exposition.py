"""Families as Prometheus' own parser reads them."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from gatewright.control.exposition import Bound, families, figures
from gatewright.telemetry.counters import Series, StageCounters
from gatewright.telemetry.sums import Sums

PETS = Series("REST", "123456789012", "us-east-1", "a1", 'pe"ts\n', "v1")
CHAT = Series("WEBSOCKET", "123456789012", "us-east-1", "w1", "chat", "v1")
PART = PETS.part("/pets", "GET")


def counted(*latencies: float, integration: float | None = None) -> Sums:
    counters = StageCounters()
    for latency in latencies:
        counters.record(200, latency, received=1, sent=10)
    if integration is not None:
        counters.record_integration(integration)
    return Sums().add(counters.take())


class Given(Collector):
    def __init__(self, found: Iterable[Metric]) -> None:
        self.found = list(found)

    def collect(self) -> Iterable[Metric]:
        return self.found


def read(found: Iterable[Metric]) -> dict[str, dict[tuple[str, ...], float]]:
    """By sample's name, by the values of its labels: of series in the order of their key, else by name."""
    order = ("product", "account", "region", "api", "api_name", "stage", "resource", "method", "le")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Given(found))
    said: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(generate_latest(registry).decode()):
        for sample in family.samples:
            names = sorted(sample.labels, key=lambda name: (order.index(name) if name in order else 0, name))
            labels = {name: sample.labels[name] for name in names}
            said.setdefault(sample.name, {})[tuple(labels.values())] = sample.value
    return said


def test_stages_and_methods_have_families_of_their_own() -> None:
    said = read(families([(PETS, counted(0.1, 0.2)), (PART, counted(0.1)), (CHAT, Sums(messages=5, minutes=3))]))
    pets = ("REST", "123456789012", "us-east-1", "a1", 'pe"ts\n', "v1")
    chat = ("WEBSOCKET", "123456789012", "us-east-1", "w1", "chat", "v1")
    assert said["gatewright_requests_total"] == {pets: 2, chat: 0}
    assert said["gatewright_sent_bytes_total"][pets] == 20
    assert said["gatewright_method_requests_total"] == {(*pets, "/pets", "GET"): 1}
    assert said["gatewright_messages_total"] == {chat: 5}
    assert said["gatewright_connection_minutes_total"] == {chat: 3}
    assert said["gatewright_cache_hits_total"] == {pets: 0}
    assert not any(name.startswith("gatewright_integration_latency") for name in said)


def test_bounds_of_histograms_are_exact() -> None:
    said = read(families([(PETS, counted(0.000_255, 0.000_256, 0.001, 40.0, integration=0.001_025))]))
    buckets = {float(labels[-1]): value for labels, value in said["gatewright_latency_seconds_bucket"].items()}
    assert len(buckets) == 19
    assert [buckets[le] for le in (0.000256, 0.000512, 0.001024, 33.554432, float("inf"))] == [1, 2, 3, 3, 4]
    assert list(said["gatewright_latency_seconds_count"].values()) == [4]
    assert abs(next(iter(said["gatewright_latency_seconds_sum"].values())) - 40.001511) < 1e-9
    integration = said["gatewright_integration_latency_seconds_bucket"]
    assert {float(labels[-1]): value for labels, value in integration.items()}[0.001024] == 0


def test_what_has_no_line_of_its_own_is_summed_up() -> None:
    bound = Bound(2)
    series = [Series("REST", "1", "r", f"a{number}", "n", "v1") for number in range(5)]
    first = bound.named([(each, Sums(count=number)) for number, each in enumerate(series)])
    assert [(each.api_id, sums.count) for each, sums in first] == [("a3", 3), ("a4", 4), ("other", 3)]
    # Who has a line keeps it.
    again = bound.named([(each, Sums(count=10 - number)) for number, each in enumerate(series)])
    assert [(each.api_id, sums.count) for each, sums in again] == [("a3", 7), ("a4", 6), ("other", 27)]
    parts = bound.named([(each.part("/", "GET"), Sums(count=1)) for each in series])
    assert [(each.api_id, each.method, sums.count) for each, sums in parts] == [
        ("a0", "GET", 1),
        ("a1", "GET", 1),
        ("other", "other", 3),
    ]


def test_the_node_itself() -> None:
    status = {"ready": True, "connections": 3, "websockets": 2, "revision": 7, "log_lines_dropped": 1}
    said = read(figures({"version": "1.0", "compiled": True, "commit": None}, {0: status, 1: None}))
    assert said["gatewright_build_info"] == {("None", "true", "1.0"): 1}
    assert said["gatewright_worker_up"] == {("0",): 1, ("1",): 0}
    assert said["gatewright_worker_open_connections"] == {("0",): 3}
    assert said["gatewright_worker_websocket_connections"] == {("0",): 2}
    assert said["gatewright_worker_config_revision"] == {("0",): 7}
    assert said["gatewright_worker_dropped_log_lines_total"] == {("0",): 1}
