"""Watching folders: what changes is told, what comes later too."""

from __future__ import annotations

from pathlib import Path

from gatewright.functions.documents import Function
from gatewright.functions.folders import FolderWatch, folders_of
from gatewright.functions.names import FunctionKey
from tests.unit.functions.support import eventually

ONE, TWO = FunctionKey("123456789012", "us-east-1", "one"), FunctionKey("123456789012", "us-east-1", "two")


async def test_the_right_function_is_told(tmp_path: Path) -> None:
    told: list[FunctionKey] = []
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    watch = FolderWatch(told.append)
    watch.watch({ONE: first, TWO: second})  # the second is not there yet
    number = 0

    def touched(folder: Path, key: FunctionKey) -> bool:
        nonlocal number
        number += 1
        (folder / "app.py").write_text(str(number))
        return key in told

    await eventually(lambda: touched(first, ONE))
    assert TWO not in told
    second.mkdir()
    await eventually(lambda: touched(second, TWO))
    await watch.close()


async def test_a_changed_set_is_watched(tmp_path: Path) -> None:
    told: list[FunctionKey] = []
    watch = FolderWatch(told.append)
    watch.watch({})
    watch.watch({ONE: tmp_path})

    def touched() -> bool:
        (tmp_path / "app.js").write_text(str(len(list(tmp_path.iterdir()))) * len(told or [1]))
        return ONE in told

    await eventually(touched)
    await watch.close()


def test_which_functions_have_folders(tmp_path: Path) -> None:
    functions = [Function(ONE, {"_folder": str(tmp_path)}, {}, {}, {}), Function(TWO, {"_zip": "c"}, {}, {}, {})]
    assert folders_of(functions) == {ONE: tmp_path}
