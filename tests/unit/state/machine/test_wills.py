"""What killed workers leave to their successors."""

from __future__ import annotations

from pathlib import Path

import lmdb
import pytest

from gatewright.clock import FakeClock
from gatewright.state.machine.wills import Wills


def _worker(folder: Path, number: int = 0, of: int = 2) -> Wills:
    return Wills(folder, FakeClock(), number, of)


def test_a_successor_finds_what_was_not_told(tmp_path: Path) -> None:
    first, second = _worker(tmp_path, 0), _worker(tmp_path / "other", 1)
    second.close()
    for name in ("a", "b", "c"):
        first.enter(name, name.encode() * 2)
    first.strike("b")
    first.strike("never entered")
    first.close()
    again = _worker(tmp_path, 0)
    left = again.left()
    assert sorted(will for _, will in left) == [b"aa", b"cc"]
    again.enter("d", b"dd")
    for key, _ in left:
        again.settle(key)
    assert [will for _, will in again.left()] == [b"dd"]
    again.close()


@pytest.mark.parametrize(
    ("number", "of", "inherited"), [(0, 4, [b"0"]), (1, 4, [b"1"]), (0, 2, [b"0", b"2", b"3"]), (1, 2, [b"1"])]
)
def test_workers_inherit_their_own_and_the_first_what_nobody_else_does(
    tmp_path: Path, number: int, of: int, inherited: list[bytes]
) -> None:
    for each in range(4):
        worker = _worker(tmp_path, each, 4)
        worker.enter("id", str(each).encode())
        worker.close()
    worker = _worker(tmp_path, number, of)
    assert [will for _, will in worker.left()] == inherited
    worker.close()


def test_after_its_end_nothing_is_struck(tmp_path: Path) -> None:
    worker = _worker(tmp_path)
    worker.enter("a", b"will")
    worker.close()
    worker.strike("a")
    worker.enter("b", b"late")
    again = _worker(tmp_path)
    assert [will for _, will in again.left()] == [b"will"]
    again.close()


def test_a_store_that_fails_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = _worker(tmp_path)

    def fail(name: str) -> None:
        raise lmdb.MapFullError("full")

    monkeypatch.setattr(worker._environment, "writing", fail)
    monkeypatch.setattr(worker._environment, "reading", fail)
    worker.enter("a", b"will")
    worker.strike("a")
    assert worker.left() == []
    assert len(caplog.records) == 1
    worker.close()
