"""Log files stay bounded; tails are the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.functions.logs import LONGEST_LINE, TAIL, FunctionLog, Lines, Tail


def test_a_full_log_becomes_the_old_one(tmp_path: Path) -> None:
    log = FunctionLog(tmp_path / "logs", "f", limit=100)
    for number in range(20):
        log.write(b"%03d " % number * 10)
    log.close()
    now, old = tmp_path / "logs" / "f.log", tmp_path / "logs" / "f.log.1"
    assert now.stat().st_size <= 140
    assert old.stat().st_size <= 140
    assert (old.read_bytes() + now.read_bytes()).endswith(b"019 " * 10)


def test_logs_are_for_the_server_s_user_alone(tmp_path: Path) -> None:
    FunctionLog(tmp_path / "logs", "f").close()
    assert (tmp_path / "logs").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "logs" / "f.log").stat().st_mode & 0o777 == 0o600


def test_a_log_goes_on_where_it_was(tmp_path: Path) -> None:
    for text in (b"one ", b"two"):
        log = FunctionLog(tmp_path, "f")
        log.write(text)
        log.close()
    assert (tmp_path / "f.log").read_bytes() == b"one two"


def test_a_tail_is_the_last_four_kilobytes() -> None:
    tail, everything = Tail(), b""
    for number in range(20_000):
        tail.add(b"%d\n" % number)
        everything += b"%d\n" % number
    assert tail.value() == everything[-TAIL:]


def test_pieces_become_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "gatewright.functions")
    lines = Lines("f")
    for piece in (b"a", b" ", b"b", b"\nc\n\xc3", b"\xbc", b"\n", b"no end"):
        lines.add(piece)
    assert caplog.messages == ["f: a b", "f: c", "f: ü"]
    lines.end()
    lines.end()
    assert caplog.messages[3:] == ["f: no end"]
    lines.add(b"x" * (LONGEST_LINE + 1))
    assert len(caplog.messages) == 5
