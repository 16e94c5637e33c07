"""The one table of documents, for every database, and the revision of the schema that this code speaks.

The primary key begins with the kind, so that `get`, `list` under one parent and `scan` all walk it in order; `find` and
`list` under any parent walk `documents_by_id`, `delete_children` of every kind `documents_by_parent`. Text compares by
bytes of UTF-8 (SQLite's BINARY, PostgreSQL's "C"): the order of code points, as Python sorts.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, PrimaryKeyConstraint, Table, Text

REVISION = "0001"  # the newest file in migrations/versions; revisions are numbers of four digits

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
