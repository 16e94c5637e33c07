from __future__ import annotations

from gatewright.catalog.patches.base_path_mapping import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal

BEFORE = {"basePath": "v1", "restApiId": "a", "stage": "prod"}


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {"/basepath": "r", "/restapiId": "r", "/stage": "r", "/basePath": "r", "/restApiId": "r"}


def test_values() -> None:
    assert patched(TABLE, BEFORE, "replace", "/basepath", "v2")["basePath"] == "v2"
    assert patched(TABLE, BEFORE, "replace", "/basePath", "")["basePath"] == "(none)"
    assert patched(TABLE, BEFORE, "replace", "/restapiId", "b")["restApiId"] == "b"
    assert "stage" not in patched(TABLE, BEFORE, "replace", "/stage", "")
    assert refusal(TABLE, BEFORE, "replace", "/restapiId", "") == "Invalid REST API identifier specified"
    assert "Please choose supported operations" in refusal(TABLE, BEFORE, "remove", "/stage")
