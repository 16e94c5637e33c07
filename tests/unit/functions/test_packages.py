"""Packages that several nodes share: what one has uploaded, another runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.clock import FakeClock
from gatewright.functions.code import CodeStore, PackageError
from gatewright.functions.documents import PACKAGE, Function
from gatewright.functions.names import FunctionKey
from gatewright.functions.packages import Packages
from gatewright.store.base import Store
from gatewright.store.sqlite import SqliteStore
from tests.unit.functions.support import zipped

KEY = FunctionKey("123456789012", "us-east-1", "f")
ONE, TWO = zipped({"app.py": "one"}), zipped({"app.py": "two"})


class Nodes:
    """Two nodes with a folder each, and the store between them."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.store: Store = SqliteStore(folder / "db")
        self.clock = clock
        self.a = Packages(CodeStore(folder / "a"), self.store, clock)
        self.b = Packages(CodeStore(folder / "b"), self.store, clock)

    def stored(self) -> set[str]:
        with self.store.transaction(write=False) as tx:
            return {each.key.id for each in tx.list(KEY.account, KEY.region, PACKAGE, KEY.name)}


@pytest.fixture
def nodes(tmp_path: Path) -> Nodes:
    return Nodes(tmp_path, FakeClock())


def function(sha: str) -> Function:
    return Function(KEY, {"_zip": sha}, {}, {}, {})


def test_what_one_node_adds_the_other_fetches(nodes: Nodes) -> None:
    sha = nodes.a.add(KEY, ONE).sha
    assert not nodes.b.code.task_root(KEY, sha).exists()
    nodes.b.fetch(function(sha))
    nodes.b.fetch(function(sha))
    assert (nodes.b.code.task_root(KEY, sha) / "app.py").read_text() == "one"
    assert nodes.b.code.zip_path(KEY, sha).read_bytes() == ONE


def test_what_is_not_sound_reaches_nobody(nodes: Nodes) -> None:
    with pytest.raises(PackageError):
        nodes.a.add(KEY, b"no zip")
    assert nodes.stored() == set()


def test_a_package_that_is_missing_is_an_error_for_the_operator(nodes: Nodes, caplog: pytest.LogCaptureFixture) -> None:
    nodes.b.fetch(function("0" * 64))
    assert "its package 000" in caplog.text


def test_what_no_function_refers_to_goes_but_not_what_another_node_may_be_about_to_commit(nodes: Nodes) -> None:
    old, new = nodes.a.add(KEY, ONE).sha, nodes.a.add(KEY, TWO).sha
    nodes.a.keep(KEY, set(), {new})
    assert nodes.stored() == {old, new}
    assert not nodes.a.code.task_root(KEY, old).exists()
    nodes.clock.advance(3601)
    nodes.a.keep(KEY, set(), {new})
    assert nodes.stored() == {new}
    nodes.b.fetch(function(new))


def test_on_one_machine_the_folder_is_all_there_is(nodes: Nodes, tmp_path: Path) -> None:
    alone = Packages(CodeStore(tmp_path / "c"), None, nodes.clock)
    sha = alone.add(KEY, ONE).sha
    alone.fetch(function("0" * 64))
    assert nodes.stored() == set()
    alone.keep(KEY, {sha}, set())
    assert alone.code.task_root(KEY, sha).is_dir()
    alone.keep(KEY, set(), set())
    assert not alone.code.task_root(KEY, sha).exists()
