from __future__ import annotations

from gatewright.catalog.patches.request_validator import NO_NAME, TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {"/name": "r", "/validateRequestParameters": "r", "/validateRequestBody": "r"}


def test_a_name_must_be_there() -> None:
    assert patched(TABLE, {"name": "a"}, "replace", "/name", "b") == {"name": "b"}
    assert refusal(TABLE, {"name": "a"}, "replace", "/name", " ") == NO_NAME
