from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gatewright.telemetry.base import Source
from gatewright.telemetry.files import LogFile, Pipe, is_pipe, path_of, plain_lines


def test_a_canary_never_has_the_file_of_another_stage() -> None:
    folder = Path("/logs")
    assert path_of(folder, Source("access", "abc", "v1")) == folder / "access/abc/v1.log"
    assert path_of(folder, Source("execution", "abc", "v1", canary=True)) == folder / "execution/abc/v1.canary.log"


def test_lines_of_the_operators_files_are_as_they_are() -> None:
    assert plain_lines(["a", "\u00e9"], [0.0, 0.0]) == "a\n\u00e9\n".encode()


def test_a_file_makes_room_and_old_ones_go(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "x.log"
    file = LogFile(path, 10, 2)
    for number in range(4):
        file.append(b"line-%d----\n" % number)
    assert not path.exists()
    assert Path(f"{path}.1").read_bytes() == b"line-3----\n"
    assert Path(f"{path}.2").read_bytes() == b"line-2----\n"
    assert not Path(f"{path}.3").exists()
    file.append(b"new\n")
    assert path.read_bytes() == b"new\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_who_may_read_a_file_may_read_the_next(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.touch()
    path.chmod(0o644)
    LogFile(path, 1, 1).append(b"much\n")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"", 0o644)


def test_without_old_ones_a_full_file_goes(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "x.log", 5, 0)
    file.append(b"much too long\n")
    assert not list(tmp_path.iterdir())


def test_without_a_limit_a_file_grows(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "x.log", 0, 3)
    for _ in range(10):
        file.append(b"x" * 1000)
    assert (tmp_path / "x.log").stat().st_size == 10_000


_WRITER = """
import pathlib, sys
from gatewright.telemetry.files import LogFile
file = LogFile(pathlib.Path(sys.argv[1]), 20_000, 1000)
for number in range(300):
    file.append(b"".join(b"%s-%d-%d %s\\n" % (sys.argv[2].encode(), number, part, b"x" * 50) for part in range(5)))
"""


def test_several_processes_lose_no_line_while_a_file_makes_room(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "x.log")]
    writers = [subprocess.Popen([*command, str(writer)]) for writer in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    lines = [line for file in tmp_path.iterdir() for line in file.read_bytes().splitlines()]
    assert len(lines) == len(set(lines)) == 3 * 300 * 5
    assert all(line.endswith(b"x" * 50) for line in lines)
    assert len(list(tmp_path.iterdir())) > 5


def test_a_pipe_waits_for_a_reader_and_for_the_next(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    assert is_pipe(str(fifo))
    assert is_pipe("stdout")
    assert not is_pipe(str(tmp_path / "none"))
    pipe = Pipe(str(fifo), tmp_path / "locks" / "lock")
    large = b"x" * 200_000 + b"\n"
    seen: list[bytes] = []

    def read() -> None:
        with fifo.open("rb") as reader:
            seen.append(reader.readline())

    for _ in range(2):
        reader = threading.Thread(target=read)
        reader.start()
        pipe.append(large)
        reader.join()
        with pytest.raises(BrokenPipeError):
            pipe.append(b"nobody reads this\n")
    assert seen == [large, large]
