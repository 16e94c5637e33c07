"""No statement reads more of the table than it must: SQLite's own plan says so."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.dialects import sqlite

from gatewright.store import statements as s
from gatewright.store.schema import metadata

KEY = "SEARCH documents USING INDEX sqlite_autoindex_documents_1"
PLANS: list[tuple[Any, str]] = [
    (s.GET, f"{KEY} (kind=? AND account=? AND region=? AND parent=? AND id=?)"),
    (s.UPDATE, f"{KEY} (kind=? AND account=? AND region=? AND parent=? AND id=?)"),
    (s.DELETE, f"{KEY} (kind=? AND account=? AND region=? AND parent=? AND id=?)"),
    (s.SCAN, f"{KEY} (kind=?)"),
    (s.FIND, "SEARCH documents USING INDEX documents_by_id (kind=? AND id=?)"),
    (s.listing(False, True, True), f"{KEY} (kind=? AND account=? AND region=? AND parent=? AND id>?)"),
    (s.listing(False, False, False), f"{KEY} (kind=? AND account=? AND region=? AND parent=?)"),
    (s.delete_children(False), f"{KEY} (kind=? AND account=? AND region=? AND parent=?)"),
    (s.delete_children(True), "SEARCH documents USING INDEX documents_by_parent (account=? AND region=? AND parent=?)"),
]


@pytest.mark.parametrize(("statement", "plan"), PLANS)
def test_plan(statement: Any, plan: str) -> None:
    compiled = statement.compile(dialect=sqlite.dialect())
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        values = tuple(compiled.params[name] for name in compiled.positiontup)
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
        steps = [row[3] for row in rows if "LIST SUBQUERY" not in row[3]]
    engine.dispose()
    assert steps == [plan]
