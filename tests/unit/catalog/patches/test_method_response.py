from __future__ import annotations

from gatewright.catalog.patches.method_response import TABLE
from tests.unit.catalog.patches.support import offered, refusal


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {"/responseModels/{type}": "ard", "/responseParameters/{name}": "ard"}


def test_what_is_missing_is_said_per_map() -> None:
    assert refusal(TABLE, {}, "remove", "/responseParameters/x") == "Invalid parameter name specified"
    assert refusal(TABLE, {}, "remove", "/responseModels/x") == "Content-Type specified was not found"
