"""The page of metrics, beside workers that answer, or do not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatewright.aws.base import HttpRequest
from gatewright.control.admin import METRICS, MetricsPage, status
from gatewright.control.measures import Measures
from gatewright.store.base import EVER, Entries
from gatewright.store.sqlite import SqliteStore
from gatewright.telemetry.counters import Series

PETS = Series("REST", "123456789012", "us-east-1", "a1", "pets", "v1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "store.db")
    made.ledger.enter("n1", Entries("2026-01-31", {(EVER, PETS.key()): {"count": 3}}, {}, {}), lambda kept, more: kept)
    yield made
    made.close()


def worker(path: Path, answer: bytes) -> Path:
    """Answers once."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        with listener, listener.accept()[0] as sock:
            sock.recv(4096)
            sock.sendall(answer)

    threading.Thread(target=serve).start()
    return path


def answered(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def ask(page: MetricsPage, accept: bytes = b"*/*") -> tuple[int, str, str]:
    answer = page.handle(HttpRequest("GET", METRICS.encode(), b"", [(b"accept", accept)], b""))
    return answer.status, dict(answer.headers)[b"content-type"].decode(), answer.body.decode()


def test_metrics_of_apis_and_of_the_node(store: SqliteStore, tmp_path: Path) -> None:
    workers = [worker(tmp_path / "w0.sock", answered(b'{"ready": true, "connections": 4}')), tmp_path / "w1.sock"]
    page = MetricsPage(Measures(store.ledger, "n1"), workers, {"version": "1.0"})
    code, kind, text = ask(page)
    assert (code, kind.partition(";")[0]) == (200, "text/plain")
    lines = text.splitlines()
    named = 'account="123456789012",api="a1",api_name="pets",product="REST",region="us-east-1",stage="v1"'
    assert f"gatewright_requests_total{{{named}}} 3.0" in lines
    assert 'gatewright_worker_up{worker="0"} 1.0' in lines
    assert 'gatewright_worker_up{worker="1"} 0.0' in lines
    assert 'gatewright_worker_open_connections{worker="0"} 4.0' in lines


def test_who_asks_for_openmetrics_gets_it(store: SqliteStore) -> None:
    page = MetricsPage(Measures(store.ledger, "n1"), [], {"version": "1.0"})
    code, kind, text = ask(page, b"application/openmetrics-text; version=1.0.0")
    assert (code, kind.partition(";")[0]) == (200, "application/openmetrics-text")
    assert text.endswith("# EOF\n")


def test_without_a_store_there_are_none(store: SqliteStore) -> None:
    store.close()
    assert ask(MetricsPage(Measures(store.ledger, "n1"), [], {}))[0] == 503


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", answered(b"no JSON"), answered(b"[]")])
def test_what_is_no_answer_says_nothing(tmp_path: Path, answer: bytes) -> None:
    assert status(worker(tmp_path / "w.sock", answer)) is None
