"""A compiled module older than its source is never run without a word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatewright.compiled import StaleError, build, is_compiled


def _module(folder: Path, *, source: float, binary: float | None) -> None:
    (folder / "net").mkdir(exist_ok=True)
    path = folder / "net" / "x.py"
    path.write_text("")
    os.utime(path, (source, source))
    if binary is not None:
        compiled = path.with_name("x.cpython-311-x86_64-linux-gnu.so")
        compiled.write_text("")
        os.utime(compiled, (binary, binary))


def test_nothing_compiled(tmp_path: Path) -> None:
    _module(tmp_path, source=1, binary=None)
    assert not is_compiled(tmp_path)


def test_freshly_compiled(tmp_path: Path) -> None:
    _module(tmp_path, source=1, binary=2)
    assert is_compiled(tmp_path)


def test_edited_since(tmp_path: Path) -> None:
    _module(tmp_path, source=3, binary=2)
    with pytest.raises(StaleError, match=r"net/x.py.*make compiled"):
        is_compiled(tmp_path)


def test_what_build_this_is(tmp_path: Path) -> None:
    assert (build(tmp_path)["compiled"], build(tmp_path)["commit"]) == (False, None)
    (tmp_path / "commit.txt").write_text("0123456789ab\n")
    assert build(tmp_path)["commit"] == "0123456789ab"
