"""The tables of what nodes have counted: series, their minutes, what was used by day, how far spools have been read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SERIES = ("product", "account", "region", "api_id", "api_name", "stage", "resource", "method")


def upgrade() -> None:
    op.create_table(
        "ledger_series",
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        *(sa.Column(name, _Name, nullable=False) for name in _SERIES),
        sa.Column("day", _Name, nullable=False),
        sa.PrimaryKeyConstraint("id", name="ledger_series_key"),
    )
    op.create_table(
        "ledger_minutes",
        sa.Column("series", sa.BigInteger, nullable=False),
        sa.Column("minute", sa.BigInteger, nullable=False),
        sa.Column("node", _Name, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("series", "minute", "node", name="ledger_minutes_key"),
    )
    op.create_index("ledger_minutes_by_minute", "ledger_minutes", ["minute", "node"])
    op.create_table(
        "ledger_uses",
        sa.Column("day", _Name, nullable=False),
        sa.Column("account", _Name, nullable=False),
        sa.Column("region", _Name, nullable=False),
        sa.Column("api_id", _Name, nullable=False),
        sa.Column("stage", _Name, nullable=False),
        sa.Column("product", _Name, nullable=False),
        sa.Column("item", _Name, nullable=False),
        sa.Column("node", _Name, nullable=False),
        sa.Column("amount", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "account", "region", "api_id", "stage", "product", "item", "node", name="ledger_uses_key"
        ),
    )
    op.create_table(
        "ledger_positions",
        sa.Column("node", _Name, nullable=False),
        sa.Column("file", _Name, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("node", "file", name="ledger_positions_key"),
    )
