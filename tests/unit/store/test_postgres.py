"""What is PostgreSQL's own: opening, refusing, taking turns, hearing of changes, a server that goes away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from gatewright.store.base import Key, StoreError
from gatewright.store.postgres import PostgresStore
from tests.servers import postgres

KEY = Key("123456789012", "eu-west-1", "counter", "", "n")


def increment(store: PostgresStore, times: int) -> None:
    for _ in range(times):
        with store.transaction() as tx:
            found = tx.get(KEY)
            tx.put(KEY, {"n": found.body["n"] + 1 if found else 1}, expected=found.revision if found else 0)


def value(store: PostgresStore) -> int:
    with store.transaction(write=False) as tx:
        found = tx.get(KEY)
    return found.body["n"] if found else 0


def test_threads_and_nodes_take_turns(database: str) -> None:
    stores = [PostgresStore(database) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: increment(stores[number % 3], 15), range(6)))
    assert [value(store) for store in stores] == [90, 90, 90]
    for store in stores:
        store.close()


def test_nodes_that_open_an_empty_database_at_once_make_one_schema(database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: PostgresStore(database), range(4)))
    increment(stores[0], 1)
    assert value(stores[3]) == 1
    for store in stores:
        store.close()


def test_a_reader_sees_one_moment_and_waits_for_nobody(database: str) -> None:
    store, other = PostgresStore(database), PostgresStore(database)
    increment(store, 1)
    with other.transaction(write=False) as reading:
        before = reading.get(KEY)
        with store.transaction() as writing:
            writing.put(KEY, {"n": 99})
            assert reading.get(KEY) == before
        assert reading.get(KEY) == before
        assert value(other) == 99
    store.close()
    other.close()


def test_a_reader_cannot_write(database: str) -> None:
    store = PostgresStore(database)
    with pytest.raises(StoreError, match="read-only"), store.transaction(write=False) as tx:
        tx.put(KEY, {})
    store.close()


def test_who_waits_too_long_is_told(database: str) -> None:
    store, other = PostgresStore(database), PostgresStore(database, wait=0.2)
    with store.transaction() as tx:
        tx.put(KEY, {"n": 1})
        with pytest.raises(StoreError, match="another process kept writing"), other.transaction():
            pass
    increment(other, 1)
    store.close()
    other.close()


def test_commits_are_synchronous_whatever_the_database_says(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        name = database.rpartition("/")[2]
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    store = PostgresStore(database)
    with store._begun(True) as begun:
        assert begun.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    store.close()


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_what_it_cannot_hold_is_refused_and_changes_nothing(database: str, text: str) -> None:
    store = PostgresStore(database)

    def write() -> None:
        with store.transaction() as tx:
            tx.put(KEY, {"n": 1})
            tx.put(Key("1", "r", "k", "", text), {})

    with pytest.raises(StoreError):
        write()
    assert value(store) == 0
    store.close()


def test_a_database_of_something_else_is_left_alone(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE theirs (n int)")
    with pytest.raises(StoreError, match="not those of Gatewright"):
        PostgresStore(database)


@pytest.mark.parametrize("url", ["nonsense", "postgresql://gatewright@127.0.0.1:1/none"])
def test_what_cannot_be_opened_says_so_without_the_password(url: str) -> None:
    with pytest.raises(StoreError) as refusal:
        PostgresStore(url.replace("gatewright@", "gatewright:s3cret@"), wait=1)
    assert "s3cret" not in str(refusal.value)


def hearing(store: PostgresStore) -> tuple[list[Sequence[str] | None], threading.Event, Callable[[], None]]:
    heard: list[Sequence[str] | None] = []
    news, stop = threading.Event(), threading.Event()

    def hear(names: Sequence[str] | None) -> None:
        heard.append(names)
        news.set()

    thread = threading.Thread(target=store.listen, args=(hear, lambda: not stop.is_set()), daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join()

    return heard, news, end


def test_other_nodes_hear_of_a_change_in_its_commit(database: str) -> None:
    store, other = PostgresStore(database), PostgresStore(database)
    heard, news, end = hearing(other)
    assert news.wait(10)
    news.clear()

    def fail() -> None:
        with store.transaction() as tx:
            tx.announce(["never@v1"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.transaction() as tx:
        tx.announce(["b@v1", "a@v1"])
        tx.announce(["b@v1"])
    assert news.wait(10)
    end()
    assert heard == [None, ["b@v1", "a@v1"]]
    store.close()
    other.close()


def test_many_names_are_several_notifications(database: str) -> None:
    store, other = PostgresStore(database), PostgresStore(database)
    heard, news, end = hearing(other)
    assert news.wait(10)
    names = [f"{number:0100}@stage" for number in range(200)]
    with store.transaction() as tx:
        tx.announce(names)
    while sum(len(each) for each in heard if each) < 200:
        assert news.wait(10)
        news.clear()
    end()
    assert [name for each in heard if each for name in each] == names
    store.close()
    other.close()


def test_what_a_process_announces_itself_it_does_not_hear(database: str) -> None:
    store, other = PostgresStore(database), PostgresStore(database)
    heard, news, end = hearing(store)
    assert news.wait(10)
    news.clear()
    for each, name in ((store, "own@v1"), (other, "other@v1")):
        with each.transaction() as tx:
            tx.announce([name])
    assert news.wait(10)
    end()
    assert heard == [None, ["other@v1"]]
    store.close()
    other.close()


def test_a_server_that_was_restarted_is_found_again() -> None:
    with postgres() as server:
        store = PostgresStore(server.create("test"))
        heard, news, end = hearing(store)
        assert news.wait(10)
        news.clear()
        increment(store, 1)
        value(store)
        server.stop(kill=False)
        with pytest.raises(StoreError):
            value(store)
        server.start()
        assert value(store) == 1
        increment(store, 1)
        assert value(store) == 2
        assert news.wait(10)
        end()
        assert heard == [None, None]
        store.close()
