"""The environment: one for all processes, made anew when it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.state.machine.environment import NUMBER, Environment, below, join, number, split


def test_what_is_written_is_read_back_by_the_next(tmp_path: Path) -> None:
    first = Environment(tmp_path / "state")
    with first.writing("days") as transaction:
        for parts, value in {("n", "1"): 1, ("n", "2"): -2, ("nn", "1"): 3}.items():
            transaction.put(join(*parts), NUMBER.pack(value))
    first.close()
    again = Environment(tmp_path / "state")
    days = again.database("days")
    with again.reading("days") as transaction:
        assert below(transaction, days, "n") == [(["1"], 1), (["2"], -2)]
        assert len(below(transaction, days)) == 3
        assert below(transaction, days, "zz") == []
        assert number(transaction, join("n", "2"), days) == -2
        assert number(transaction, join("n", "3"), days) == 0
    again.close()
    assert split(join("a", "b", "")) == ["a", "b", ""]
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_none_is_replaced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "data.mdb").write_bytes(b"x" * 8192)
    environment = Environment(tmp_path)
    with environment.reading("days") as transaction:
        assert below(transaction, environment.database("days")) == []
    environment.close()
    assert "made anew" in caplog.text
