"""Deployment packages: what is refused, what lands on disk, what is removed."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatewright.functions import code
from gatewright.functions.code import CodeStore, PackageError, PackageTooLargeError, zip_folder
from gatewright.functions.names import FunctionKey
from tests.unit.functions.support import zipped

KEY = FunctionKey("123456789012", "us-east-1", "f")


def linked(*links: tuple[str, str]) -> bytes:
    """A package with symbolic links (name, target)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings(action="ignore"):  # of names given twice
        archive.writestr("app.py", "x = 1")
        for name, target in links:
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, target)
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros", "w", force_zip64=True) as file,
    ):
        for _ in range(26):
            file.write(bytes(10 * 1024 * 1024))
    return buffer.getvalue()


def lying() -> bytes:
    """A package whose directory understates the size of an entry."""
    data = bytearray(zipped({"app.py": "x" * 1000}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def corrupt() -> bytes:
    data = bytearray(zipped({"app.py": "hello"}))
    at = data.index(b"hello")
    data[at] ^= 0xFF
    return bytes(data)


BAD = [
    ("empty", b""),
    ("no zip", b"hello"),
    ("no files", zipped({})),
    ("parent", zipped({"../app.py": "x"})),
    ("deep parent", zipped({"a/../../app.py": "x"})),
    ("absolute", zipped({"/etc/app.py": "x"})),
    ("backslashes", zipped({"..\\app.py": "x"})),
    ("drive", zipped({"c:/app.py": "x"})),
    ("bomb", bomb()),
    ("size that lies", lying()),
    ("wrong checksum", corrupt()),
    ("link out", linked(("link", "../../../etc/passwd"))),
    ("absolute link", linked(("link", "/etc/passwd"))),
    ("link through a link", linked(("a", "."), ("b", "a/../.."))),
    ("link over a file", linked(("app.py", "other"))),
    ("file below a file", zipped({"a": "x", "a/b": "y"})),
]


@pytest.mark.parametrize(("name", "data"), BAD, ids=[row[0] for row in BAD])
def test_bad_packages_leave_nothing(tmp_path: Path, name: str, data: bytes) -> None:
    store = CodeStore(tmp_path / "functions")
    with pytest.raises(PackageError):
        store.add(KEY, data)
    assert [p for p in tmp_path.rglob("*") if not p.is_dir()] == []
    assert not store.folder(KEY).exists() or not list(store.folder(KEY).iterdir())


def test_a_package_may_not_be_larger_than_50_mb() -> None:
    with pytest.raises(PackageTooLargeError):
        code.check(bytes(50 * 1024 * 1024 + 1))


def test_what_lands_on_disk(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    data = linked(("lib/link.py", "../app.py"))
    package = store.add(KEY, data)
    root = store.task_root(KEY, package.sha)
    assert (root / "app.py").read_text() == "x = 1"
    assert os.readlink(root / "lib/link.py") == "../app.py"
    assert store.zip_path(KEY, package.sha).read_bytes() == data
    assert (package.size, len(package.sha_base64)) == (len(data), 44)
    assert store.add(KEY, data) == package
    assert len(list(store.folder(KEY).iterdir())) == 2


def test_executables_stay_executable(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "run").write_text("#!/bin/sh\n")
    (source / "run").chmod(0o755)
    store = CodeStore(tmp_path / "functions")
    package = store.add(KEY, zip_folder(source))
    assert os.access(store.task_root(KEY, package.sha) / "run", os.X_OK)


def test_a_folder_zips_to_the_same_bytes_and_without_litter(tmp_path: Path) -> None:
    for name in ("app.py", "pkg/mod.py", "__pycache__/app.pyc", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    first, second = zip_folder(tmp_path), zip_folder(tmp_path)
    assert first == second
    assert zipfile.ZipFile(io.BytesIO(first)).namelist() == ["app.py", "pkg/mod.py"]


def test_what_nothing_refers_to_is_swept(tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    kept, old = store.add(KEY, zipped({"a": "1"})), store.add(KEY, zipped({"a": "2"}))
    other = FunctionKey("123456789012", "us-east-1", "gone")
    store.add(other, zipped({"a": "3"}))
    store.sweep({KEY: {kept.sha}})
    assert store.task_root(KEY, kept.sha).is_dir()
    assert not store.task_root(KEY, old.sha).exists()
    assert not store.folder(other).exists()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_package_is_refused_or_whole(tmp_path: Path, data: st.DataObject) -> None:
    """Nothing but a PackageError comes out of damage, and nothing lands outside."""
    package = bytearray(linked(("link", "app.py")))
    for _ in range(data.draw(st.integers(1, 4))):
        package[data.draw(st.integers(0, len(package) - 1))] = data.draw(st.integers(0, 255))
    store = CodeStore(tmp_path / "in" / "functions")
    with contextlib.suppress(PackageError):
        store.add(KEY, bytes(package))
    assert [p.name for p in tmp_path.iterdir()] in ([], ["in"])
