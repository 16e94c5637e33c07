from __future__ import annotations

import pytest

from gatewright.catalog.patches.usage import REMAINING, TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal


def test_only_what_remains_can_be_set() -> None:
    assert offered(TABLE) == {"/remaining": "r"}
    assert patched(TABLE, {}, "replace", "/remaining", "10") == {"remaining": 10}
    assert refusal(TABLE, {}, "replace", "/used", "1") == (
        "Invalid patch path  '/used' specified for op 'replace'. Must be one of: [/remaining]"
    )


@pytest.mark.parametrize("value", ["-1", "", "1.5", "many"])
def test_bad_numbers(value: str) -> None:
    assert refusal(TABLE, {}, "replace", "/remaining", value) == REMAINING
