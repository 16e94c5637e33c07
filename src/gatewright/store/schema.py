"""The tables, for every database, and the revision of the schema that this code speaks.

Documents are one table. Its primary key begins with the kind, so that `get`, `list` under one parent and `scan` all
walk it in order; `find` and `list` under any parent walk `documents_by_id`, `delete_children` of every kind
`documents_by_parent`. Text compares by bytes of UTF-8 (SQLite's BINARY, PostgreSQL's "C"): the order of code points, as
Python sorts.

What nodes have counted are the tables of the ledger (`ledger`). Their rows belong to one node each, but for those of
`ledger_series`, which say no more than their keys: the id of a series is a hash of it, so that nodes need not agree.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, MetaData, PrimaryKeyConstraint, Table, Text

REVISION = "0002"  # the newest file in migrations/versions; revisions are numbers of four digits

_Name = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("account", _Name, nullable=False),
    Column("region", _Name, nullable=False),
    Column("kind", _Name, nullable=False),
    Column("parent", _Name, nullable=False),
    Column("id", _Name, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("body", Text, nullable=False),  # JSON
    PrimaryKeyConstraint("kind", "account", "region", "parent", "id", name="documents_key"),
)

Index("documents_by_id", documents.c.kind, documents.c.id, documents.c.account, documents.c.region, documents.c.parent)
Index("documents_by_parent", documents.c.account, documents.c.region, documents.c.parent)

SERIES = ("product", "account", "region", "api_id", "api_name", "stage", "resource", "method")

ledger_series = Table(
    "ledger_series",
    metadata,
    Column("id", BigInteger, autoincrement=False, nullable=False),
    *(Column(name, _Name, nullable=False) for name in SERIES),
    Column("day", _Name, nullable=False),  # the last on which it had something to say
    PrimaryKeyConstraint("id", name="ledger_series_key"),
)

ledger_minutes = Table(
    "ledger_minutes",
    metadata,
    Column("series", BigInteger, nullable=False),
    Column("minute", BigInteger, nullable=False),  # of the epoch; -1: all of them
    Column("node", _Name, nullable=False),
    Column("body", Text, nullable=False),  # JSON
    PrimaryKeyConstraint("series", "minute", "node", name="ledger_minutes_key"),
)

Index("ledger_minutes_by_minute", ledger_minutes.c.minute, ledger_minutes.c.node)

USE = ("day", "account", "region", "api_id", "stage", "product", "item", "node")

ledger_uses = Table(
    "ledger_uses",
    metadata,
    *(Column(name, _Name, nullable=False) for name in USE),
    Column("amount", Double, nullable=False),
    PrimaryKeyConstraint(*USE, name="ledger_uses_key"),
)

ledger_positions = Table(
    "ledger_positions",
    metadata,
    Column("node", _Name, nullable=False),
    Column("file", _Name, nullable=False),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("node", "file", name="ledger_positions_key"),
)
