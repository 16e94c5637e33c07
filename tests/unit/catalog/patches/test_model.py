from __future__ import annotations

from gatewright.catalog.patches.model import NO_SCHEMA, TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {"/description": "r", "/schema": "r"}


def test_a_schema_must_be_there() -> None:
    assert patched(TABLE, {"schema": "{}"}, "replace", "/schema", "[]") == {"schema": "[]"}
    assert refusal(TABLE, {"schema": "{}"}, "replace", "/schema") == NO_SCHEMA
