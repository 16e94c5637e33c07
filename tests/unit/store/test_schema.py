"""The migrations lead to exactly the schema that the code assumes."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from gatewright.store import migrate
from gatewright.store.schema import REVISION, metadata


def test_the_migrations_make_the_schema() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate.upgrade(connection)
        context = MigrationContext.configure(connection, opts={"version_table": migrate.VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        assert len(metadata.tables["documents"].primary_key.columns) == 5
    engine.dispose()


def test_the_newest_migration_is_the_revision_of_the_code() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [REVISION]
    for each in script.walk_revisions():
        assert each.revision.isdigit()
        assert len(each.revision) == 4
