from __future__ import annotations

from gatewright.catalog.patches.documentation_part import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_only_properties_can_change() -> None:
    assert offered(TABLE) == {"/properties": "r"}
    assert patched(TABLE, {"properties": "{}"}, "replace", "/properties", '{"a": 1}') == {"properties": '{"a": 1}'}
    assert refusal(TABLE, {}, "add", "/properties", "{}") == (
        "Invalid patch path  '/properties' specified for op 'add'. Please choose supported operations"
    )
