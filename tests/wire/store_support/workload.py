"""Numbered transactions whose effect is known: after number n the store holds exactly `expected(n)`.

As a command (`python workload.py DATABASE NAME COUNT [SYNCHRONOUS]`) it runs them through `SqliteStore` and says
"ack NAME n" after each; COUNT 0 goes on until it is killed. SYNCHRONOUS (OFF, NORMAL) spoils the
writing connection on purpose.
"""

from __future__ import annotations

import itertools
import os
import sys

from gatewright.store.base import Key, Store, Transaction
from gatewright.store.sqlite import SqliteStore

SLOTS = 12
SIZES = (40, 900, 5_000, 60_000)  # bytes of a body: parts of a page, several pages


def key(name: str, id: str) -> Key:
    return Key("123456789012", "us-east-1", "entry", name, id)


def body(n: int) -> dict[str, object]:
    return {"n": n, "pad": f"{n:x}." * (SIZES[n % len(SIZES)] // 2)}


def apply(tx: Transaction, name: str, n: int) -> None:
    """Transaction number n: writes one slot, removes another, and counts."""
    tx.put(key(name, f"slot{n % SLOTS}"), body(n))
    if n % 5 == 0:
        tx.delete(key(name, f"slot{(n + 3) % SLOTS}"))
    tx.put(key(name, "last"), {"n": n})


def expected(n: int) -> dict[str, dict[str, object]]:
    """What transactions 1…n leave: id -> body."""
    state: dict[str, dict[str, object]] = {}
    for each in range(1, n + 1):
        state[f"slot{each % SLOTS}"] = body(each)
        if each % 5 == 0:
            state.pop(f"slot{(each + 3) % SLOTS}", None)
        state["last"] = {"n": each}
    return state


def found(store: Store, name: str) -> dict[str, dict[str, object]]:
    with store.transaction(write=False) as tx:
        return {d.key.id: d.body for d in tx.list("123456789012", "us-east-1", "entry", name)}


def main(path: str, name: str, count: str, synchronous: str = "FULL") -> None:
    store = SqliteStore(path)
    with store._writer.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA synchronous = {synchronous}")
    for n in itertools.count(1) if count == "0" else range(1, int(count) + 1):
        with store.transaction() as tx:
            apply(tx, name, n)
        os.write(1, f"ack {name} {n}\n".encode())
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
