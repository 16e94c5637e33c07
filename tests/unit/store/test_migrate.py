"""Migrations: fast when there is nothing to do, and complete when there is."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from gatewright.store import migrate
from gatewright.store.base import StoreError
from gatewright.store.schema import REVISION
from gatewright.store.sqlite import SqliteStore


def test_upgrade_brings_an_empty_database_to_this_code_s_revision() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        assert migrate.current(connection) is None
        assert migrate.is_due(connection)
        with pytest.raises(StoreError, match="older Gatewright"):
            migrate.is_due(connection, may_upgrade=False)
        migrate.upgrade(connection)
        assert migrate.current(connection) == REVISION
        assert not migrate.is_due(connection)
        migrate.upgrade(connection)
    engine.dispose()


@pytest.mark.parametrize("version", ["'0000'", "NULL"])
def test_a_version_that_no_migration_knows_is_refused(version: str) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {migrate.VERSION_TABLE} (version_num VARCHAR(32))")
        connection.exec_driver_sql(f"INSERT INTO {migrate.VERSION_TABLE} VALUES ({version})")
        with pytest.raises(StoreError):
            migrate.upgrade(connection)
    engine.dispose()


def test_opening_what_is_up_to_date_does_not_import_alembic(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "store.db").close()
    script = "import sys; from gatewright.store.sqlite import SqliteStore; SqliteStore(sys.argv[1]).close(); "
    script += "print('alembic' in sys.modules)"
    command = [sys.executable, "-c", script, str(tmp_path / "store.db")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of migrations whose second one fails: the first one's tables are not there either."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for name in ("env.py", "versions/r0001_documents.py"):
        (folder / name).write_text((migrate.MIGRATIONS / name).read_text())
    (folder / "versions/r0002_bad.py").write_text(
        "revision, down_revision = '0002', '0001'\ndef upgrade():\n    raise RuntimeError('no')\n"
    )
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    monkeypatch.setattr(migrate, "REVISION", "0002")
    with pytest.raises(RuntimeError):
        SqliteStore(tmp_path / "store.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "store.db")) as plain:
        assert plain.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
