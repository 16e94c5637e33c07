"""All uses, and the way from a running node to the command."""

from __future__ import annotations

import http.server
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from gatewright.metering.base import Use
from gatewright.metering.books import Books, BooksError, Told, ask
from gatewright.store.base import Key
from gatewright.store.sqlite import SqliteStore
from tests.unit.metering.support import use

DAYS = ("2026-11-01", "2026-11-30")


class Kept:
    """A list as `Uses`."""

    def __init__(self, *uses: Use) -> None:
        self._uses = uses

    def read(self, first_day: str, last_day: str) -> list[Use]:
        return [use for use in self._uses if first_day <= use.day <= last_day]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "db")
    with opened.transaction() as transaction:
        transaction.insert(Key("1", "r", "rest_api", "", "r1"), {"name": "orders"})
        transaction.insert(Key("1", "r", "api", "", "h1"), {"Name": "events"})
    yield opened
    opened.close()


def test_all_sources_and_names(store: SqliteStore) -> None:
    first, second = use("r1", "requests", 1), use("h1", "requests", 2.5, day="2026-12-01")
    books = Books(store, Kept(first), Kept(second))
    assert books.tell(*DAYS) == Told([first], {"r1": "orders", "h1": "events"})
    assert books.tell("2026-11-01", "2026-12-31").uses == [first, second]
    assert books.tell("2025-01-01", "2025-12-31") == Told([], {})


@pytest.mark.parametrize("query", ["", "first=2026-11-01", "first=2026-11-01&last=x", "first=1&last=2026-11-01"])
def test_a_query_must_name_its_days(store: SqliteStore, query: str) -> None:
    assert Books(store).answer(query) is None


def test_what_is_told_can_be_read(store: SqliteStore) -> None:
    books = Books(store, Kept(use("r1", "requests", 1)))
    answer = books.answer("first=2026-11-01&last=2026-11-30")
    assert answer is not None
    assert msgspec.json.decode(answer, type=Told) == books.tell(*DAYS)


class _Handler(http.server.BaseHTTPRequestHandler):
    status, body, seen = 200, b"", ""

    def do_GET(self) -> None:
        type(self).seen = self.path
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def address_string(self) -> str:
        return ""


@contextmanager
def node(path: Path, status: int, body: bytes) -> Iterator[type[_Handler]]:
    """A control process's socket that answers so."""
    handler = type("Handler", (_Handler,), {"status": status, "body": body})
    with socketserver.UnixStreamServer(str(path), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield handler
        server.shutdown()
        thread.join()


def test_asking_a_running_node(tmp_path: Path) -> None:
    told = Told([use("r1", "requests", 1)], {"r1": "orders"})
    with node(tmp_path / "s", 200, msgspec.json.encode(told)) as asked:
        assert ask(tmp_path / "s", *DAYS) == told
        assert asked.seen == "/_gatewright/uses?first=2026-11-01&last=2026-11-30"


@pytest.mark.parametrize(
    ("status", "body", "message"), [(500, b"{}", "answered 500"), (200, b"{", "did not answer"), (200, b"{}", "uses")]
)
def test_a_node_that_answers_otherwise(tmp_path: Path, status: int, body: bytes, message: str) -> None:
    with node(tmp_path / "s", status, body), pytest.raises(BooksError, match=message):
        ask(tmp_path / "s", *DAYS)


def test_no_node(tmp_path: Path) -> None:
    with pytest.raises(ConnectionRefusedError):
        ask(tmp_path / "none", *DAYS)
    with node(tmp_path / "s", 200, b""):
        pass
    with pytest.raises(ConnectionRefusedError):  # what it has left behind
        ask(tmp_path / "s", *DAYS)
