"""What a worker writes, control reads: all of it, once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gatewright.telemetry import spool
from gatewright.telemetry.counters import Series
from gatewright.telemetry.spool import Record, SpoolReader, SpoolWriter

PETS = Series("REST", "123456789012", "us-east-1", "a1", "pets", "v1")
ONE = [(PETS, {"count": 1})]


class Both:
    """A writer and a reader of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writer = SpoolWriter(folder, 3)
        self.reader = SpoolReader(folder)
        self.positions: dict[str, int] = {}

    def second(self, at: float = 60.0, taken: Any = (), *, all: bool = False) -> int:
        """How many of the lines that were due have been written."""
        self.writer.count(at, taken)
        lines = self.writer.due(at, all=all)
        written = self.writer.put(lines) if lines else 0
        self.writer.done(lines, written)
        return written

    def read(self) -> list[Record]:
        portions = self.reader.read(self.positions)
        self.positions.update({portion.file: portion.end for portion in portions})
        for file in self.reader.remove(self.positions):
            del self.positions[file]
        return [record for portion in portions for record in portion.records]

    def counted(self) -> int:
        return sum(grown["count"] for record in self.read() for _, grown in record.record)

    @property
    def files(self) -> list[str]:
        return sorted(os.listdir(self.folder))


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    made = Both(tmp_path / "spool")
    yield made
    made.writer.close()


def test_counters_of_a_minute_are_a_line(both: Both) -> None:
    assert both.second(119.9, [(PETS, {"bytes_in": 1})]) == 1
    both.second(120.0, [(PETS, {"bytes_in": 2, "cache_hits": 1})])
    assert both.read() == [
        Record("counters", 60, [[list(PETS.key()), {"bytes_in": 1}]]),
        Record("counters", 120, [[list(PETS.key()), {"bytes_in": 2, "cache_hits": 1}]]),
    ]
    assert both.read() == []
    assert both.second() == 0
    assert both.files[0].startswith("003-")
    assert (both.folder / both.files[0]).stat().st_mode & 0o777 == 0o600


def test_other_records_go_the_same_way(both: Both) -> None:
    both.writer.write("span", {"name": "GET"})
    both.writer.write("span", [1])
    both.second(60.0, ONE)
    kinds = [(record.kind, record.record) for record in both.read()]
    assert kinds[1:] == [("span", {"name": "GET"}), ("span", [1])]


def test_who_reads_has_nothing_before_somebody_writes(tmp_path: Path) -> None:
    reader = SpoolReader(tmp_path / "none")
    assert (reader.read({}), reader.remove({}), reader.present()) == ([], [], set())


def test_a_file_is_removed_when_its_writer_is_gone_and_all_is_read(both: Both) -> None:
    both.second(60.0, ONE)
    assert both.reader.remove({}) == []
    assert both.counted() == 1
    assert both.files
    both.second(60.0, ONE)
    both.writer.close()
    assert both.reader.remove(both.positions) == []
    assert both.counted() == 1
    assert both.files == []


def test_full_files_are_followed_by_others(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "FULL", 300)
    for _ in range(10):
        both.second(60.0, ONE)
    assert len(both.files) == 4
    assert both.counted() == 10
    assert len(both.files) == 1


def test_what_nobody_reads_is_written_by_the_minute_and_then_kept(
    both: Both, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(spool, "FULL", 1)
    monkeypatch.setattr(spool, "MOST", 8)
    for second in range(600, 610):
        both.second(second, ONE)
    assert len(both.files) == 6  # then a line a minute
    for second in range(610, 3600):
        both.second(second, ONE)
    assert len(both.files) == 8
    assert len(caplog.records) == 1
    assert "control has not read for long" in caplog.messages[0]
    assert both.read()
    both.positions.clear()
    both.second(3600, ONE)
    while both.files:
        both.second(3601, all=True)
        both.writer.close()
        both.read()
    assert len(caplog.records) == 2


def test_nothing_is_lost_while_nothing_can_be_written(both: Both, caplog: pytest.LogCaptureFixture) -> None:
    both.folder.write_text("no folder")
    for minute in range(100):
        assert both.second(minute * 60.0, ONE) == 0
    both.writer.write("span", 1)
    assert both.second() == 0
    assert len(caplog.records) == 1
    both.folder.unlink()
    assert both.second() > 0
    records = both.read()
    counted = [record for record in records if record.kind == "counters"]
    assert sum(grown["count"] for record in counted for _, grown in record.record) == 100
    assert len(counted) == 60
    assert len(records) == 61
    assert "written again" in caplog.messages[1]


def test_lines_that_a_full_disk_cuts_short_are_written_again(tmp_path: Path) -> None:
    """In a process of its own, since the limit of a file's size is the process's."""
    code = f"""
import resource, signal
from pathlib import Path
from gatewright.telemetry.counters import Series
from gatewright.telemetry.spool import SpoolReader, SpoolWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder, series = Path({str(tmp_path)!r}), Series("REST", "1", "r", "a", "pets", "v1")
writer = SpoolWriter(folder, 0)
def second():
    lines = writer.due(0)
    written = writer.put(lines)
    writer.done(lines, written)
    return written, len(list(folder.iterdir()))
writer.count(60.0, [(series, {{"count": 1}})])
second()
[file] = folder.iterdir()
size = file.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size * 2 + 20, -1))
for minute in range(2, 6):
    writer.count(minute * 60.0, [(series, {{"count": 1}})])
print(*second())
resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
print(*second())
print(*sorted(record.at // 60 for portion in SpoolReader(folder).read({{}}) for record in portion.records))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["1 1", "3 2", "1 2 3 4 5"]


def test_records_that_find_no_room_are_counted(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_WAITING", 100)
    both.writer.write("span", "x" * 50)
    both.writer.write("span", "x" * 50)
    assert both.writer.dropped == 1
    both.second()
    both.writer.write("span", "x" * 50)
    assert both.writer.dropped == 1


def test_not_all_is_read_at_once(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(10):
        both.second(60.0, ONE)
    monkeypatch.setattr(spool, "_READ", 200)
    assert both.counted() == 1
    monkeypatch.setattr(spool, "_READ", 50)  # less than a line
    assert both.counted() == 1
    assert [both.counted() for _ in range(9)] == [1] * 8 + [0]


def test_half_a_line_is_none(both: Both) -> None:
    both.second(60.0, ONE)
    both.writer.close()
    path = both.folder / both.files[0]
    with path.open("ab") as file:
        file.write(b'{"kind": "coun')
    assert both.counted() == 1
    assert both.files == []


def test_lines_that_are_no_records_are_left_out(both: Both, caplog: pytest.LogCaptureFixture) -> None:
    both.folder.mkdir()
    (both.folder / "x").write_bytes(b'{}\nno\n[]\n{"kind": "k", "at": 1, "record": 2}\n')
    assert both.read() == [Record("k", 1, 2)]
    assert len(caplog.records) == 3


def test_what_was_never_finished_being_made_is_removed(both: Both) -> None:
    both.folder.mkdir()
    for name, age in (("a.new", 100), ("b.new", 0)):
        (both.folder / name).touch()
        os.utime(both.folder / name, (os.path.getmtime(both.folder / name) - age,) * 2)
    assert both.reader.present() == set()
    assert both.files == ["b.new"]
