from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.telemetry.base import Source
from gatewright.telemetry.files import LogFile, path_of
from gatewright.telemetry.reading import Line, Tail, lines, parse, seek, sources
from gatewright.telemetry.stamped import stamped_lines

A, B = Source("access", "api1", "v1"), Source("execution", "api2", "$default")
C = Source("access", "api1", "v1", canary=True)


def write(folder: Path, source: Source, *entries: tuple[float, str], limit: int = 0, keep: int = 9) -> None:
    texts, times = [text for _, text in entries], [at for at, _ in entries]
    LogFile(path_of(folder, source), limit, keep).append(stamped_lines(texts, times))


def texts(found: list[Line]) -> list[str]:
    return [line.text for line in found]


def test_which_logs_there_are(tmp_path: Path) -> None:
    assert sources(tmp_path) == []
    for source in (A, B, C):
        write(tmp_path, source, (1.0, "x"))
    write(tmp_path, Source("access", "api1", "old"), (1.0, "x"), limit=1)  # all that is left of it
    assert set(sources(tmp_path)) == {A, B, C, Source("access", "api1", "old")}


def test_lines_of_all_logs_come_by_time(tmp_path: Path) -> None:
    write(tmp_path, A, (1.0, "a1"), (3.0, "a3"), (2.5, "a2"), (9.0, "a9"))
    write(tmp_path, B, (2.0, "b2"), (4.0, "b4"))
    assert texts(list(lines(tmp_path, [A, B], 0))) == ["a1", "b2", "a2", "a3", "b4", "a9"]
    assert texts(list(lines(tmp_path, [A, B], 3.0))) == ["a3", "b4", "a9"]
    assert list(lines(tmp_path, [C], 0)) == []


def test_old_files_come_first(tmp_path: Path) -> None:
    for number in range(12):
        write(tmp_path, A, (float(number), str(number)), limit=1, keep=20)
    write(tmp_path, A, (12.0, "12"))
    assert texts(list(lines(tmp_path, [A], 0))) == [str(number) for number in range(13)]


def test_a_time_is_found_in_a_large_file(tmp_path: Path) -> None:
    write(tmp_path, A, *((float(number), f"{number} " + "x" * 90) for number in range(10_000)))
    with path_of(tmp_path, A).open("rb") as file:
        seek(file, 7000.0)
        found = parse(file.readline(), A)
        assert found is not None
        assert 6000 < found.at <= 7000
        seek(file, 0.0)
        assert file.tell() == 0
    assert len(list(lines(tmp_path, [A], 7000.0))) == 3000


@pytest.mark.parametrize("raw", [b"", b"nothing\n", b"2026-99-01T00:00:00.000Z x\n", b"2026-01-01T00:00:00.000Z begun"])
def test_what_is_no_line(raw: bytes) -> None:
    assert parse(raw, A) is None


def test_what_comes_is_taken_once_also_when_files_change(tmp_path: Path) -> None:
    write(tmp_path, A, (1.0, "before"))
    tail = Tail(tmp_path, A)
    assert tail.take() == []
    write(tmp_path, A, (2.0, "one"), (3.0, "two"))
    assert texts(tail.take()) == ["one", "two"]
    with path_of(tmp_path, A).open("ab") as file:
        file.write(b"1970-01-01T00:00:04.000Z thr")
    assert tail.take() == []
    with path_of(tmp_path, A).open("ab") as file:
        file.write(b"ee\n")
    write(tmp_path, A, (5.0, "four"), limit=1)  # it makes room
    assert texts(tail.take()) == ["three", "four"]
    write(tmp_path, A, (6.0, "five"))
    assert texts(tail.take()) == ["five"]
    tail.close()


def test_a_log_that_comes_later_is_taken_whole(tmp_path: Path) -> None:
    later = Tail(tmp_path, A, whole=True)
    assert later.take() == []
    write(tmp_path, A, (1.0, "one"))
    whole = Tail(tmp_path, A, whole=True)
    assert texts(later.take()) == texts(whole.take()) == ["one"]
    later.close()
    whole.close()


def test_nothing_is_both_read_and_taken(tmp_path: Path) -> None:
    write(tmp_path, A, (1.0, "old"), limit=1)
    write(tmp_path, A, (2.0, "before"))
    tail = Tail(tmp_path, A)
    write(tmp_path, A, (3.0, "after"))
    assert texts(list(lines(tmp_path, [A], 0, {A: tail}))) == ["old", "before"]
    assert texts(tail.take()) == ["after"]
    tail.close()
