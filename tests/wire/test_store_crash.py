"""What was acknowledged survives kill -9 and a power cut: by the store, and by the whole server.

A kill loop cannot see a missing sync, because what a killed process wrote is safe in the kernel. So a second test
records every write and sync that a writing process makes, and replays them onto a model of a disk that loses what was
not synced.
"""

from __future__ import annotations

import contextlib
import random
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatewright.store.base import StoreError
from gatewright.store.sqlite import SqliteStore
from tests.wire.store_support import workload
from tests.wire.store_support.powercut import Disk, Survivors
from tests.wire.store_support.recorder import Op, Recorder, Trace, record
from tests.wire.support import serving

KILLS = 50
WRITES = 90  # enough for the log to be checkpointed and begun anew

ACK = rb"ack (\w) (\d+)\n"

Lasts = dict[str, int]  # name of a round of writes -> the last transaction acknowledged
Loss = str  # what is wrong, in words


def command(database: Path, name: str, count: int, synchronous: str = "FULL") -> list[str]:
    return [sys.executable, workload.__file__, str(database), name, str(count), synchronous]


def sound(database: Path) -> bool:
    with contextlib.closing(sqlite3.connect(database)) as plain:
        return bool(plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)])


def killed_at_random(database: Path, name: str, chance: random.Random) -> int:
    """Let a writer run, kill it at some moment; the last transaction it acknowledged."""
    with subprocess.Popen(command(database, name, 0), stdout=subprocess.PIPE) as process:
        assert process.stdout
        wait = chance.randrange(40)
        for _ in range(wait):
            process.stdout.readline()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.random() * (0.005 if wait else 0.4))  # also while it starts and opens
        process.kill()
        lines = process.stdout.read().split(b"\n")[:-1]  # a line without its end was not said
    return int(lines[-1].split()[-1]) if lines else wait


@pytest.mark.slow
def test_acknowledged_writes_survive_kill_9(tmp_path: Path) -> None:
    database = tmp_path / "data" / "store.db"
    chance = random.Random(9)
    acknowledged: dict[str, int] = {}
    for turn in range(KILLS):
        acknowledged[str(turn)] = killed_at_random(database, str(turn), chance)
        store = SqliteStore(database)
        for name, last in acknowledged.items():
            state = workload.found(store, name)
            assert state in (workload.expected(last), workload.expected(last + 1)), f"name {name} after {last}"
            acknowledged[name] = int(str(state["last"]["n"])) if state else 0  # what came through stays
        store.close()
        assert sound(database)
    assert sum(acknowledged.values()) > KILLS


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """A process that creates a database in a new folder, writes, and closes it."""
    return recorded(tmp_path_factory.mktemp("one"), ["a"])


@pytest.fixture(scope="module")
def trace_of_two(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """Two processes that do so at once."""
    return recorded(tmp_path_factory.mktemp("two"), ["a", "b"])


def recorded(folder: Path, rounds: list[str], synchronous: str = "FULL") -> Trace:
    root = folder / "root"
    root.mkdir()
    database = root / "data" / "store.db"
    writers = [shlex.join(command(database, each, WRITES // len(rounds), synchronous)) for each in rounds]
    trace = record(["sh", "-c", " & ".join(writers) + " & wait"], root, folder / "recording")
    acknowledged = [(match[1].decode(), int(match[2])) for _, match in trace.outputs(ACK)]
    assert sorted(acknowledged) == [(each, n + 1) for each in rounds for n in range(WRITES // len(rounds))]
    return trace


def cuts(trace: Trace, disk: Disk, positions: set[int]) -> Iterator[Lasts]:
    """Play a trace; at each of the positions and at the end, what was acknowledged so far."""
    said = {position: (match[1].decode(), int(match[2])) for position, match in trace.outputs(ACK)}
    lasts = {name: 0 for name, _ in said.values()}
    for position, event in enumerate(trace.events):
        if position in said:
            lasts |= [said[position]]
        if position in positions:
            yield lasts
        disk.play(event)
    yield lasts


def loss(disk: Disk, survivors: Survivors, lasts: Lasts, folder: Path, chance: random.Random) -> Loss | None:
    """What is wrong after a power cut now; None when all is well."""
    shutil.rmtree(folder, ignore_errors=True)
    disk.cut(folder, survivors, chance)
    database = folder / "data" / "store.db"
    try:
        store = SqliteStore(database)
        try:
            states = {name: workload.found(store, name) for name in lasts}
        finally:
            store.close()
    except StoreError as error:
        return f"after {lasts}: {error}"
    for name, last in lasts.items():
        if states[name] not in (workload.expected(last), workload.expected(last + 1)):
            return f"after {lasts}: found {states[name].get('last')} of {name}"
    return None if sound(database) else f"after {lasts}: damaged"


def at_acknowledgements(trace: Trace) -> set[int]:
    return {position for position, _ in trace.outputs(ACK)}


def first_loss(trace: Trace, folder: Path, disk: Disk, survivors: Survivors, positions: set[int]) -> Loss | None:
    chance = random.Random(1)
    losses = (loss(disk, survivors, lasts, folder, chance) for lasts in cuts(trace, disk, positions))
    return next((each for each in losses if each), None)


@pytest.mark.slow
@pytest.mark.parametrize("survivors", Survivors)
@pytest.mark.parametrize("writers", ["trace", "trace_of_two"])
def test_acknowledged_writes_survive_a_power_cut(
    writers: str, request: pytest.FixtureRequest, tmp_path: Path, survivors: Survivors
) -> None:
    trace: Trace = request.getfixturevalue(writers)
    assert first_loss(trace, tmp_path / "cut", Disk(trace), survivors, at_acknowledgements(trace)) is None


@pytest.mark.slow
@pytest.mark.parametrize("survivors", Survivors)
@pytest.mark.parametrize("writers", ["trace", "trace_of_two"])
def test_a_power_cut_between_acknowledgements(
    writers: str, request: pytest.FixtureRequest, tmp_path: Path, survivors: Survivors
) -> None:
    """Also while the database is created, in the middle of a commit or a checkpoint, and while it is closed."""
    trace: Trace = request.getfixturevalue(writers)
    ends = [*range(60), *range(len(trace.events) - 30, len(trace.events))]
    positions = {*ends, *random.Random(2).sample(range(len(trace.events)), 60)}
    assert first_loss(trace, tmp_path / "cut", Disk(trace), survivors, positions) is None


@pytest.mark.slow
def test_the_trace_holds_checkpoints_and_a_log_begun_anew(trace: Trace) -> None:
    """Else the tests above would show less than they claim."""
    writes = [event for event in trace.events if event.op is Op.WRITE]
    log_starts = [event for event in writes if event.path.endswith("store.db-wal") and event.offset == 0]
    pages = [event for event in writes if event.path.endswith("store.db")]
    assert len(log_starts) >= 2
    assert len(pages) > 20


@pytest.mark.slow
@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_a_missing_sync_is_noticed(tmp_path: Path, synchronous: str) -> None:
    spoilt = recorded(tmp_path, ["a"], synchronous)
    assert first_loss(spoilt, tmp_path / "cut", Disk(spoilt), Survivors.NOTHING, at_acknowledgements(spoilt))


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["/root", "/data", "/store.db", "/store.db-wal"])
def test_each_missing_sync_is_noticed(trace: Trace, tmp_path: Path, suffix: str) -> None:
    """Of the folder above, of the folder, of the database, of its log."""
    disk = Disk(trace, ignore=lambda event: event.path.endswith(suffix))
    everywhere = set(range(len(trace.events)))
    assert first_loss(trace, tmp_path / "cut", disk, Survivors.NOTHING, everywhere)


NAMED = rb'"id":"([a-z0-9]+)","name":"v(\d)"'  # what the control process, and then a worker, says of an API


@pytest.fixture(scope="module")
def trace_of_server(tmp_path_factory: pytest.TempPathFactory) -> Trace:
    """A server, from its first start to its end, that creates APIs and renames them."""
    folder = tmp_path_factory.mktemp("server")
    root = folder / "root"
    root.mkdir()
    recorder = Recorder(root, folder / "recording")
    with serving(root / "data", env=dict(recorder.environment)) as server:
        client = server.client("apigateway")
        for _ in range(5):
            api = client.create_rest_api(name="v0")["id"]
            for version in (1, 2, 3):
                client.update_rest_api(
                    restApiId=api, patchOperations=[{"op": "replace", "path": "/name", "value": f"v{version}"}]
                )
    return recorder.trace()


@pytest.mark.slow
@pytest.mark.parametrize("survivors", Survivors)
def test_what_the_server_answered_survives_a_power_cut(
    trace_of_server: Trace, tmp_path: Path, survivors: Survivors
) -> None:
    said = {position: (match[1].decode(), int(match[2])) for position, match in trace_of_server.outputs(NAMED)}
    disk, chance = Disk(trace_of_server), random.Random(3)
    lasts: dict[str, int] = {}
    for position, event in enumerate(trace_of_server.events):
        if position in said:
            api, version = said[position]
            lasts[api] = max(version, lasts.get(api, 0))
            assert stored_names(disk, survivors, tmp_path / "cut", chance).items() >= lasts.items()
        disk.play(event)
    assert sorted(lasts.values()) == [3] * 5


def stored_names(disk: Disk, survivors: Survivors, folder: Path, chance: random.Random) -> dict[str, int]:
    """The API ids and the numbers in their names that a store finds after a power cut now."""
    shutil.rmtree(folder, ignore_errors=True)
    disk.cut(folder, survivors, chance)
    store = SqliteStore(folder / "data" / "gatewright.db")
    with store.transaction(write=False) as tx:
        found = {document.key.id: int(document.body["name"][1:]) for document in tx.scan("rest_api")}
    store.close()
    return found
