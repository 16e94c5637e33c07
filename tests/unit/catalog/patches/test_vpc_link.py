from __future__ import annotations

from gatewright.catalog.patches.vpc_link import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {"/name": "r", "/description": "r"}
    assert patched(TABLE, {"name": "a"}, "replace", "/name", "b") == {"name": "b"}
    assert refusal(TABLE, {}, "replace", "/name", "") == "Name cannot be empty"
    assert refusal(TABLE, {}, "replace", "/targetArns", "x") == (
        "Invalid patch path  '/targetArns' specified for op 'replace'. Must be one of: [/name, /description]"
    )
