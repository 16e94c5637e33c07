"""Run by Alembic: migrate the connection that `store.migrate` hands over, inside the transaction it has begun."""

from __future__ import annotations

from alembic import context

from gatewright.store.migrate import VERSION_TABLE
from gatewright.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    version_table_pk=True,
)
context.run_migrations()
