from __future__ import annotations

from gatewright.catalog.patches.integration_response import TABLE
from tests.unit.catalog.patches.support import offered, patched


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {
        "/contentHandling": "r",
        "/responseParameters/{name}": "ard",
        "/responseTemplates/{type}": "ard",
        "/selectionPattern": "r",
    }


def test_an_empty_pattern_is_kept() -> None:
    assert patched(TABLE, {}, "replace", "/selectionPattern", "") == {"selectionPattern": ""}
