"""Patching in a test: what comes out, or what is said."""

from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog.patch import Operation, PatchError, Table, apply

Before = dict[str, Any]


def patched(
    table: Table, before: Before, op: str, path: str, value: str | None = None, source: str | None = None
) -> Before:
    return apply(table, before, [Operation(op, path, value, source)])


def refusal(
    table: Table, before: Before, op: str, path: str, value: str | None = None, source: str | None = None
) -> str:
    with pytest.raises(PatchError) as error:
        patched(table, before, op, path, value, source)
    return error.value.message


def offered(table: Table) -> dict[str, str]:
    """Every path with its operations, in AWS's letters: a r d c."""
    letters = {"add": "a", "replace": "r", "remove": "d", "copy": "c"}
    return {row.pattern: "".join(letters[op] for op in row.ops) for row in table.rows if row.ops}
