"""PatchOperations: one engine that walks a table of patchable paths per kind.

How AWS patches documents: it looks like JSON Patch (RFC 6902) and is not. Every value is a string ("true", "10") that
is converted to the member's type; keys inside a path escape "/" as "~1", "~" as "~0"; lists are patched like sets; and
only the paths and operations of a table are allowed. Operations of one call are applied in order to a copy: either all
of them succeed or nothing changes.

A `Table` holds rows of (path pattern, operations, effect). A pattern is literal segments, `{name}` for one segment, and
`{+name}` for one segment or more, kept as sent; the first row that fits wins. What no row fits, and an operation that a
row does not allow, is refused in the words of the table's `Wording`, of which AWS has several.

Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html and recorded answers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

Document = dict[str, Any]


class PatchError(Exception):
    """A patch that AWS refuses; `code` is the error's shape."""

    def __init__(self, message: str, code: str = "BadRequestException") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Operation:
    """One patch operation as sent. `source` is the member `from`, which only copy uses."""

    op: str
    path: str | None
    value: str | None = None
    source: str | None = None


# Changes the document; the keys are the unescaped segments that the pattern's placeholders took.
Effect = Callable[[Document, tuple[str, ...], Operation], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A patchable path. `refusal` replaces the table's own words for an operation that is not in `ops`."""

    pattern: str
    ops: tuple[str, ...]
    effect: Effect
    refusal: str | None = None


# Says why an operation is refused; the row is None when no path fits.
Wording = Callable[["Table", Operation, Row | None], PatchError]


@dataclass(frozen=True, slots=True)
class Table:
    """The patchable paths of a kind."""

    rows: tuple[Row, ...]
    wording: Wording


def operations(items: Iterable[Mapping[str, Any]] | None) -> list[Operation]:
    """The parsed member `patchOperations`, which may be absent."""
    return [
        Operation(item.get("op") or "", item.get("path"), item.get("value"), item.get("from")) for item in items or ()
    ]


def apply(table: Table, document: Document, patches: Iterable[Operation]) -> Document:
    """A patched copy of the document; the original is never touched. Raises PatchError."""
    patched = copy.deepcopy(document)
    for patch in patches:
        row, keys = find(table, patch.path)
        if row is None or patch.op not in row.ops:
            raise table.wording(table, patch, row)
        row.effect(patched, keys, patch)
    return patched


def find(table: Table, path: str | None) -> tuple[Row | None, tuple[str, ...]]:
    """The row that a path belongs to, and the segments that its placeholders took."""
    if path is None or not path.startswith("/"):
        return None, ()
    segments = tuple(path[1:].split("/"))
    for row in table.rows:
        keys = _match(_segments(row.pattern), segments)
        if keys is not None:
            return row, keys
    return None, ()


def escape(key: str) -> str:
    """A key as one segment of a path (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def unescape(segment: str) -> str:
    """The key that a segment of a path stands for; a "~" that escapes nothing stays."""
    return segment.replace("~1", "/").replace("~0", "~")


@cache
def _segments(pattern: str) -> tuple[str, ...]:
    return tuple(pattern[1:].split("/"))


def _match(pattern: tuple[str, ...], segments: tuple[str, ...]) -> tuple[str, ...] | None:
    many = next((at for at, each in enumerate(pattern) if each.startswith("{+")), None)
    if many is not None:
        end = len(segments) - (len(pattern) - many - 1)
        taken = segments[many:end]
        if not taken or not all(taken):
            return None
        before, after = _match(pattern[:many], segments[:many]), _match(pattern[many + 1 :], segments[end:])
        return None if before is None or after is None else (*before, "/".join(taken), *after)
    if len(pattern) != len(segments):
        return None
    keys = []
    for expected, segment in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            if not segment:
                return None
            keys.append(unescape(segment))
        elif expected != segment:
            return None
    return tuple(keys)


def plain(table: Table, patch: Operation, row: Row | None) -> PatchError:
    """The wording of RestApi, Method and its parts (recorded for RestApi, Method and MethodResponse)."""
    if row is None:
        return PatchError(f"Invalid patch path {'null' if patch.path is None else patch.path}")
    if row.refusal is not None:
        return PatchError(row.refusal)
    allowed = ", ".join(row.ops)
    return PatchError(f"Invalid patch operation specified. Must be one of: [{allowed}]")


def listing(table: Table, patch: Operation, row: Row | None) -> PatchError:
    """The wording of Resource, Model, validators, keys: it lists the table's paths. The two spaces are AWS's."""
    stated = f"Invalid patch path  '{'null' if patch.path is None else patch.path}' specified for op '{patch.op}'."
    if any(patch.op in each.ops for each in table.rows):
        paths = ", ".join(each.pattern for each in table.rows if patch.op in each.ops)
        return PatchError(f"{stated} Must be one of: [{paths}]")
    return PatchError(f"{stated} Please choose supported operations")
