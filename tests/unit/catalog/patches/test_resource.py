from __future__ import annotations

import pytest

from gatewright.catalog.patches.resource import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {"/parentId": "r", "/pathPart": "r"}


def test_a_resource_moves() -> None:
    assert patched(TABLE, {"parentId": "a"}, "replace", "/parentId", "b") == {"parentId": "b"}


@pytest.mark.parametrize("name", ["pathPart", "parentId"])
def test_the_root_does_not(name: str) -> None:
    assert refusal(TABLE, {"path": "/"}, "replace", f"/{name}", "x") == f"Root resource cannot update its {name}."
