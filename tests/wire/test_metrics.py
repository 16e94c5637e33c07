"""Counters add up, whoever is killed: what the ledger has is what clients have got."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from prometheus_client.parser import text_string_to_metric_families

from gatewright.control.measures import Measures
from gatewright.metering.ledger import LedgerUses
from gatewright.store.sqlite import SqliteStore
from gatewright.telemetry.sums import Sums
from tests.wire.support import Server
from tests.wire.test_processes import _children, _mock_api
from tests.wire.test_websocket import Chat

LAST_SECOND = 1.5  # with what a busy machine adds to it


class Load:
    """Clients that ask again and again; what each was answered, and when."""

    def __init__(self, port: int, path: str, clients: int, each: int) -> None:
        self._port = port
        self._request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        self._each = each
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]
        self._lock = threading.Lock()
        self.answers = 0
        self.cut: list[list[float]] = []  # of connections that broke: when answers came
        self._conversations: list[list[float]] = []
        for thread in self._threads:
            thread.start()

    def _ask(self) -> None:
        left = self._each
        while left > 0:
            times: list[float] = []
            self._conversations.append(times)
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=20) as sock:
                    self._converse(sock, left, times)
            except OSError:
                self.cut.append(times)
            left -= len(times)
            with self._lock:
                self.answers += len(times)

    def _converse(self, sock: socket.socket, number: int, times: list[float]) -> None:
        for _ in range(number):
            sock.sendall(self._request)
            head = sock.recv(65536)
            while b"\r\n\r\n" not in head:
                more = sock.recv(65536)
                if not more:
                    raise ConnectionError
                head += more
            assert head.startswith(b"HTTP/1.1 200 "), head
            assert b"\r\nContent-Length: 0\r\n" in head, head
            times.append(time.monotonic())

    def reach(self, answers: int) -> None:
        """Wait until there are so many."""
        while sum(map(len, self._conversations)) < answers:
            time.sleep(0.005)

    def wait(self) -> int:
        """How many answers there were."""
        for thread in self._threads:
            thread.join()
        return self.answers


def _ledger(data: Path) -> tuple[Sums, dict[str, float]]:
    """What all stages have counted together, and used."""
    store = SqliteStore(data / "gatewright.db")
    sums = Sums()
    for _, _, found in Measures(store.ledger, "").minutes(0, 2**40, {"resource": ""}):
        sums.add(found.sparse())
    uses: dict[str, float] = {}
    for use in LedgerUses(store.ledger).read("2000-01-01", "2999-12-31"):
        uses[use.item] = uses.get(use.item, 0.0) + use.amount
    store.close()
    return sums, uses


def _metrics(server: Server) -> dict[str, float]:
    """Samples by name and labels, as Prometheus reads them."""
    with urllib.request.urlopen(f"http://localhost:{server.port}/_gatewright/metrics", timeout=5) as answer:
        text = answer.read().decode()
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _shows(server: Server, path: str, name: str, value: float, **more: str) -> bool:
    """Wait for a sample of the API that a path names."""
    api, stage = path.split("/")[3:5]
    wanted = {"api": api, "stage": stage, **more}.items()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for sample, found in _metrics(server).items():
            if sample.startswith(f"{name}[") and all(repr(label) in sample for label in wanted) and found == value:
                return True
        time.sleep(0.2)
    return False


def test_prometheus_sees_what_is_served_also_after_a_restart(own_server: Callable[..., Server]) -> None:
    server = own_server("--workers", "2", "--no-companions")
    path = _mock_api(server)
    api = server.client("apigateway")
    api.update_stage(
        restApiId=path.split("/")[3],
        stageName="v1",
        patchOperations=[{"op": "replace", "path": "/*/*/metrics/enabled", "value": "true"}],
    )
    Load(server.port, path, 2, 50).wait()
    assert _shows(server, path, "gatewright_requests_total", 100)
    assert _shows(server, path, "gatewright_latency_seconds_bucket", 100, le="+Inf")
    assert _shows(server, path, "gatewright_method_requests_total", 100, resource="/", method="GET")
    assert sum(value for name, value in _metrics(server).items() if name.startswith("gatewright_worker_up")) == 2
    server.stop()
    server.start()
    Load(server.port, path, 1, 1).wait()
    assert _shows(server, path, "gatewright_requests_total", 101)


def test_messages_and_minutes_of_websocket_connections(live: Server) -> None:
    chat = Chat(live)
    chat.v2.update_stage(ApiId=chat.id, StageName="v1", RouteSettings={"echo": {"DetailedMetricsEnabled": True}})
    place = f"/_aws/execute-api/{chat.id}/v1/"
    client = chat.connect()
    client.ask('{"action": "echo"}')
    client.ask('{"action": "other"}')
    client.ask("fail")
    assert _shows(live, place, "gatewright_messages_total", 6)
    assert _shows(live, place, "gatewright_connects_total", 1)
    assert _shows(live, place, "gatewright_execution_errors_total", 1)
    assert _shows(live, place, "gatewright_connection_minutes_total", 1)  # while it is open
    assert _shows(live, place, "gatewright_method_messages_total", 2, resource="echo")
    assert _shows(live, place, "gatewright_integration_latency_seconds_count", 3)  # not of the MOCK
    chat.v2.delete_api(ApiId=chat.id)
    chat.part()


def test_count_is_exact_though_control_is_killed_under_load(own_server: Callable[..., Server]) -> None:
    server = own_server("--workers", "2", "--no-companions")
    load = Load(server.port, _mock_api(server), 4, 4000)
    for _ in range(3):
        time.sleep(0.7)
        for child in _children(server, "control"):
            child.kill()
    answers = load.wait()
    assert answers == 16_000
    _wait_for_control(server)
    assert server.stop() == 0
    sums, uses = _ledger(server.data)
    assert (sums.count, sums.requests, sums.client_errors, sums.server_errors) == (16_000, 16_000, 0, 0)
    assert sum(sums.histogram.values()) == 16_000
    assert (uses["requests"], uses["calls"]) == (16_000, 16_000)
    assert list((server.data / "spool").iterdir()) == []


def _wait_for_control(server: Server) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(ClientError):
            server.client("apigateway").get_rest_apis()
            return
        time.sleep(0.1)


def test_what_was_counted_before_everything_was_killed_is_found_at_the_next_start(
    own_server: Callable[..., Server],
) -> None:
    server = own_server("--workers", "2", "--no-companions")
    path = _mock_api(server)
    answers = Load(server.port, path, 2, 500).wait()
    for child in _children(server, "control"):
        child.suspend()
    answers += Load(server.port, path, 2, 500).wait()
    time.sleep(LAST_SECOND)
    for child in _children(server, "control"):
        child.kill()
    server.kill()
    server.start()
    assert server.stop() == 0
    assert answers == 2000
    assert _ledger(server.data)[0].count == 2000


@pytest.mark.slow
def test_count_is_what_clients_saw_but_for_a_killed_workers_last_second(own_server: Callable[..., Server]) -> None:
    server = own_server("--workers", "2", "--no-companions")
    load = Load(server.port, _mock_api(server), 8, 12_500)
    load.reach(60_000)
    victim = _children(server, "worker")[0]
    killed = time.monotonic()
    victim.kill()
    answers = load.wait()
    assert answers == 100_000
    assert server.stop() == 0
    sums, uses = _ledger(server.data)
    last = sum(killed - LAST_SECOND < at for times in load.cut for at in times)
    assert load.cut
    # What was counted and whose answer the kill cut off, is at most one request a connection.
    assert answers - last <= sums.count <= answers + len(load.cut)
    assert uses["calls"] == sums.count
