"""Documents of a node, read beside it. PostgreSQL: tests/wire/test_cluster.py."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from gatewright.cli.documents import reading
from gatewright.settings import Settings, SettingsError
from gatewright.store.base import StoreError
from gatewright.store.sqlite import SqliteStore
from tests.unit.deploy.support import ROOT, deploy


def _settings(data: Path) -> Settings:
    return Settings(data_dir=str(data))


def test_a_reader_sees_what_is_there_while_another_writes(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "gatewright.db")
    with store.transaction() as tx:
        deploy(tx, ROOT)
    with store.transaction() as tx:
        deploy(tx, ROOT, stage="v2")
        with reading(_settings(tmp_path)) as seen:
            assert [each.key.id for each in seen.scan("stage")] == ["v1"]
    with reading(_settings(tmp_path)) as seen:
        assert len(seen.scan("stage")) == 2
    store.close()


def test_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no documents"), reading(_settings(tmp_path / "data")):
        pass
    assert not (tmp_path / "data").exists()


def test_an_older_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "gatewright.db"
    file.touch()
    with pytest.raises(StoreError, match="older Gatewright"), reading(_settings(tmp_path)):
        pass
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()
