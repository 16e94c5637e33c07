"""tests/unit mirrors src file by file. The list of files without a test of their own may only shrink."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_SOURCE = _ROOT / "src" / "gatewright"
_UNIT = _ROOT / "tests" / "unit"
_LIST = _UNIT / "not_mirrored.txt"


def _without_test() -> set[str]:
    missing = set()
    for file in _SOURCE.rglob("*.py"):
        relative = file.relative_to(_SOURCE)
        if file.name in ("__init__.py", "__main__.py", "base.py") or "sample" in relative.parts:
            continue
        if "versions" in relative.parts:  # migrations: run by every test of the store
            continue
        if not (_UNIT / relative.parent / f"test_{file.name}").exists():
            missing.add(str(relative))
    return missing


def test_every_file_has_its_test_or_is_on_the_list() -> None:
    listed = {line for line in _LIST.read_text().splitlines() if line and not line.startswith("#")}
    missing = _without_test()
    assert not missing - listed, "write their tests"
    assert not listed - missing, "strike them from the list"


def test_no_test_without_its_file() -> None:
    stray = {
        str(test.relative_to(_UNIT))
        for test in _UNIT.rglob("test_*.py")
        if test.parent != _UNIT
        and not (_SOURCE / test.relative_to(_UNIT).parent / test.name.removeprefix("test_")).exists()
    }
    assert not stray
