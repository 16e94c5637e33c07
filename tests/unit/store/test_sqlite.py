"""What is SQLite's own: opening, refusing, threads and processes on one file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gatewright.store.base import Key, Store, StoreError
from gatewright.store.sqlite import SqliteStore

KEY = Key("123456789012", "eu-west-1", "counter", "", "n")

INCREMENT = """
import sys
from gatewright.store.base import Key
from gatewright.store.sqlite import SqliteStore
store = SqliteStore(sys.argv[1])
key = Key("123456789012", "eu-west-1", "counter", "", "n")
for _ in range(int(sys.argv[2])):
    with store.transaction() as tx:
        found = tx.get(key)
        tx.put(key, {"n": found.body["n"] + 1 if found else 1}, expected=found.revision if found else 0)
store.close()
"""


def increment(store: Store, times: int) -> None:
    for _ in range(times):
        with store.transaction() as tx:
            found = tx.get(KEY)
            tx.put(KEY, {"n": found.body["n"] + 1 if found else 1}, expected=found.revision if found else 0)


def value(store: Store) -> tuple[int, int]:
    with store.transaction(write=False) as tx:
        found = tx.get(KEY)
    return (found.body["n"], found.revision) if found else (0, 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.db"


def test_it_is_a_store_and_creates_its_folder(path: Path) -> None:
    store: Store = SqliteStore(path)
    increment(store, 3)
    store.close()
    again = SqliteStore(str(path))
    assert value(again) == (3, 3)
    again.close()


def test_close_leaves_one_file(path: Path) -> None:
    store = SqliteStore(path)
    increment(store, 1)
    value(store)
    store.close()
    assert os.listdir(path.parent) == ["store.db"]
    with pytest.raises(StoreError, match="closed"), store.transaction():
        pass


def test_every_connection_is_set_up_for_durability(path: Path) -> None:
    store = SqliteStore(path)
    for write in (True, False):
        with store._begun(write) as connection:
            found = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "query_only")
            ]
        assert found == ["wal", 2, 1, 0 if write else 1]
    store.close()


def test_threads_take_turns(path: Path) -> None:
    store = SqliteStore(path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: increment(store, 20), range(8)))
    assert value(store) == (160, 160)
    store.close()


def test_processes_create_and_share_one_database(path: Path) -> None:
    command = [sys.executable, "-c", INCREMENT, str(path), "25"]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [process.communicate(timeout=60)[1] for process in running]
    assert errors == [""] * 4
    store = SqliteStore(path)
    assert value(store) == (100, 100)
    store.close()


def test_a_reader_sees_one_moment_and_waits_for_nobody(path: Path) -> None:
    store, other = SqliteStore(path), SqliteStore(path)
    increment(store, 1)
    with other.transaction(write=False) as reading:
        before = reading.get(KEY)
        with store.transaction() as writing:
            writing.put(KEY, {"n": 99})
            assert reading.get(KEY) == before
            assert value(store)[0] == value(other)[0] == 1
        assert reading.get(KEY) == before
        assert reading.count(KEY.account, KEY.region, KEY.kind) == 1
        assert value(other)[0] == 99
    store.close()
    other.close()


@pytest.mark.parametrize("same_process", [True, False])
def test_a_writer_that_cannot_begin_says_so(path: Path, same_process: bool) -> None:
    store = SqliteStore(path, wait=0.05)
    other = store if same_process else SqliteStore(path)
    with other.transaction() as tx:
        tx.put(KEY, {"n": 1})
        with pytest.raises(StoreError, match="kept writing"), store.transaction():
            pass
    increment(store, 1)
    assert value(store)[0] == 2
    store.close()
    other.close()


def test_a_writer_waits_for_its_turn(path: Path) -> None:
    store, other = SqliteStore(path), SqliteStore(path)
    begun = threading.Event()

    def slow() -> None:
        with other.transaction() as tx:
            begun.set()
            tx.put(KEY, {"n": 1})

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(10)
    increment(store, 1)
    thread.join()
    assert value(store) == (2, 2)
    store.close()
    other.close()


def test_more_readers_than_idle_connections(path: Path) -> None:
    store = SqliteStore(path)
    increment(store, 1)
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(store.transaction(write=False)) for _ in range(40)]
        assert all(tx.get(KEY) for tx in readers)
    store.close()


def refuse(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        SqliteStore(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_file_that_is_no_database_is_refused_and_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database at all" * 1000)
    assert "not an SQLite database" in refuse(path)
    assert path.read_bytes() == b"not a database at all" * 1000


def test_a_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    assert "cannot be opened" in refuse(path)


def test_a_file_where_the_folder_should_be_is_refused(path: Path) -> None:
    path.parent.write_text("")
    assert refuse(path)


@pytest.mark.parametrize("keep", [100, 4096, 9000])
def test_a_database_cut_short_is_refused(path: Path, keep: int) -> None:
    store = SqliteStore(path)
    increment(store, 1)
    store.close()
    os.truncate(path, keep)
    assert "damaged" in refuse(path) or "not an SQLite database" in refuse(path)


def test_a_damaged_page_is_reported_when_it_is_met(path: Path) -> None:
    store = SqliteStore(path)
    with store.transaction() as tx:
        for n in range(2000):
            tx.insert(Key("1", "r", "k", "", f"{n:05}"), {"pad": "x" * 100})
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 4))
    store = SqliteStore(path)
    with pytest.raises(StoreError, match="damaged"), store.transaction(write=False) as tx:
        tx.scan("k")
    store.close()


def test_a_database_of_something_else_is_refused_and_kept(path: Path) -> None:
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    assert "not those of Gatewright" in refuse(path)
    assert path.read_bytes() == before


def test_a_newer_database_is_refused(path: Path) -> None:
    SqliteStore(path).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE gatewright_schema SET version_num = '9999'")
    assert "newer Gatewright (schema 9999" in refuse(path)


def test_an_empty_file_is_a_new_database(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    store = SqliteStore(path)
    increment(store, 1)
    store.close()
