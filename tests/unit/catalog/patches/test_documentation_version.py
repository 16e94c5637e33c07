from __future__ import annotations

from gatewright.catalog.patches.documentation_version import TABLE
from tests.unit.catalog.patches.support import offered, patched


def test_only_the_description_can_change() -> None:
    assert offered(TABLE) == {"/description": "r"}
    assert patched(TABLE, {"version": "1"}, "replace", "/description", "d") == {"version": "1", "description": "d"}
