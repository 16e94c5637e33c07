from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog.patches.api_key import TABLE
from tests.unit.catalog.patches.support import offered, patched, refusal

KEY: dict[str, Any] = {"id": "k", "name": "n", "enabled": True, "stageKeys": ["a/b"]}


def test_the_paths_are_those_of_aws() -> None:
    assert offered(TABLE) == {
        "/description": "r",
        "/enabled": "r",
        "/name": "r",
        "/customerId": "r",
        "/stages": "ad",
        "/labels": "ad",
    }


@pytest.mark.parametrize(
    ("op", "path", "value", "member", "after"),
    [
        ("replace", "/name", "m", "name", "m"),
        ("replace", "/enabled", "nonsense", "enabled", False),
        ("replace", "/enabled", "TRUE", "enabled", True),
        ("replace", "/description", "d", "description", "d"),
        ("replace", "/customerId", "c", "customerId", "c"),
        ("add", "/stages", "c/d", "stageKeys", ["a/b", "c/d"]),
        ("add", "/stages", "a/b", "stageKeys", ["a/b"]),
        ("remove", "/stages", "a/b", "stageKeys", []),
        ("add", "/labels", "l", "_labels", ["l"]),
    ],
)
def test_values(op: str, path: str, value: str, member: str, after: Any) -> None:
    assert patched(TABLE, KEY, op, path, value)[member] == after


def test_the_words() -> None:
    assert refusal(TABLE, KEY, "replace", "/value", "x") == (
        "Invalid patch path  '/value' specified for op 'replace'. "
        "Must be one of: [/description, /enabled, /name, /customerId]"
    )
    assert refusal(TABLE, KEY, "move", "/name") == (
        "Invalid patch path  '/name' specified for op 'move'. Please choose supported operations"
    )
