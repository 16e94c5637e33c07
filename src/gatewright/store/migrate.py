"""Brings a database to the schema of this code, or says why that cannot be.

Opening must be fast, so the version table is read directly and Alembic is imported only when there is something to do.
A migration runs inside a transaction that its caller has begun and that shuts out every other writer: of two processes
that open a database at once, the second finds it done.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from gatewright.store.base import StoreError
from gatewright.store.schema import REVISION

VERSION_TABLE = "gatewright_schema"
MIGRATIONS = Path(__file__).with_name("migrations")


def current(connection: Connection) -> str | None:
    """The schema revision of a database; None when it is empty. Raises StoreError when it belongs to something else."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE in tables:
        found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
        if found is not None:
            return str(found)
    elif not tables:
        return None
    raise StoreError("this database holds tables, but not those of Gatewright; choose another data_dir or database_url")


def is_due(connection: Connection, may_upgrade: bool = True) -> bool:
    """Whether a migration must run. Raises StoreError when the database is newer than this code, or when one must run
    that may not.
    """
    found = current(connection)
    if found is not None and found > REVISION:
        raise StoreError(
            f"the database was written by a newer Gatewright (schema {found}; this one knows up to {REVISION}): "
            "run that version, or restore a backup from before the upgrade"
        )
    if found != REVISION and not may_upgrade:
        raise StoreError(
            "the database was written by an older Gatewright: start a node with it once, which upgrades it"
        )
    return found != REVISION


def upgrade(connection: Connection) -> None:
    """Run the migrations that are due on this connection, within its transaction. Raises StoreError."""
    if not is_due(connection):
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, REVISION)
    except CommandError as error:
        raise StoreError(f"the database's schema cannot be brought to {REVISION}: {error}") from error
