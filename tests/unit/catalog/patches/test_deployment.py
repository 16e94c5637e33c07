from __future__ import annotations

from gatewright.catalog.patches.deployment import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {"/description": "r"}
    assert patched(TABLE, {}, "replace", "/description", "new") == {"description": "new"}
    assert refusal(TABLE, {}, "replace", "/id", "x") == (
        "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description]"
    )
