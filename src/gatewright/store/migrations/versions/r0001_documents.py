"""The table of documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("account", _Name, nullable=False),
        sa.Column("region", _Name, nullable=False),
        sa.Column("kind", _Name, nullable=False),
        sa.Column("parent", _Name, nullable=False),
        sa.Column("id", _Name, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("kind", "account", "region", "parent", "id", name="documents_key"),
    )
    op.create_index("documents_by_id", "documents", ["kind", "id", "account", "region", "parent"])
    op.create_index("documents_by_parent", "documents", ["account", "region", "parent"])
