"""The file of API keys: comma-separated values with a header.

Columns `Name` and `Key` must be there, `Description`, `Enabled` and `UsagePlanIds` may be, in any order and any case;
others are ignored. Several plans stand in one quoted field, in double or in single quotes.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-file-format.html

unverified: AWS's words for what is wrong with a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_REQUIRED = ("name", "key")
_END = r"[ \t]*(?=,|\r|\n|\Z)"
_QUOTED = re.compile(rf"""[ \t]*(?:"((?:[^"]|"")*)"|'([^'\r\n]*)'){_END}""")
_OPENED = re.compile(r'[ \t]*"')
_PLAIN = re.compile(r"[^,\r\n]*")


class FileError(ValueError):
    """The file as a whole cannot be read; the message is for the caller."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the file. `line` counts from 1, the header being the first."""

    line: int
    name: str
    key: str
    description: str
    enabled: bool
    plans: tuple[str, ...]


def parse(body: bytes) -> list[Entry]:
    """The keys in the file's order. Raises FileError."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError("Unable to read the API key file: it is not UTF-8 text") from None
    rows = _rows(text)
    columns = _columns(next(rows)[1])
    return [_entry(line, columns, row) for line, row in rows if any(row)]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The fields of each line, with its number; one line at least. Raises FileError."""
    at, line, begun = 0, 1, 1
    row: list[str] = []
    while True:
        field, end = _field(text, at, line)
        row.append(field)
        line += text.count("\n", at, end)
        at = end + 1
        if text[end : end + 1] == ",":
            continue
        yield begun, row
        if text[end : end + 2] == "\r\n":
            at += 1
        if at >= len(text):
            return
        line += 1
        row, begun = [], line


def _field(text: str, at: int, line: int) -> tuple[str, int]:
    """The field that begins here, and where it ends. Quotes of either kind count when they are around all of it."""
    if found := _QUOTED.match(text, at):
        return (found[2] if found[1] is None else found[1].replace('""', '"')).strip(), found.end()
    if _OPENED.match(text, at):
        raise FileError(f"Unable to read the API key file: line {line}: a quoted field does not end")
    plain = _PLAIN.match(text, at)
    assert plain is not None, "it matches nothing, too"
    return plain[0].strip(), plain.end()


def _columns(header: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, name in enumerate(header):
        if columns.setdefault(name.lower(), at) != at and name:
            raise FileError(f"Invalid API key file: the column {name} is there twice")
    if missing := [name for name in _REQUIRED if name not in columns]:
        raise FileError(f"Invalid API key file: missing required columns: {', '.join(missing)}")
    return columns


def _entry(line: int, columns: dict[str, int], row: list[str]) -> Entry:
    def field(name: str) -> str:
        at = columns.get(name)
        return row[at] if at is not None and at < len(row) else ""

    plans = tuple(plan for each in field("usageplanids").split(",") if (plan := each.strip()))
    enabled = (field("enabled") or "true").lower() == "true"
    return Entry(line, field("name"), field("key"), field("description"), enabled, plans)
