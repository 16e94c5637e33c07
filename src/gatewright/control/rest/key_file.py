"""The file of API keys: comma-separated values with a header.

Columns `Name` and `Key` must be there, `Description`, `Enabled` and `UsagePlanIds` may be, in any order and any case;
others are ignored. Several plans stand in one quoted field, in double or in single quotes.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-file-format.html

unverified: AWS's words for what is wrong with a file.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

_REQUIRED = ("name", "key")
# A field in single quotes that holds no quote itself; csv knows one quote character at a time.
_SINGLE = re.compile(r"(^|,)[ \t]*'([^'\"\r\n]*)'[ \t]*(?=,|\r?$)", re.MULTILINE)


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
    reader = csv.reader(io.StringIO(_SINGLE.sub(r'\1"\2"', text), newline=""), skipinitialspace=True, strict=True)
    try:
        columns = _columns(next(reader, []))
        return [_entry(reader.line_num, columns, row) for row in reader if any(field.strip() for field in row)]
    except csv.Error as error:
        raise FileError(f"Unable to read the API key file: line {reader.line_num}: {error}") from None


def _columns(header: list[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, name in enumerate(header):
        if columns.setdefault(name.strip().lower(), at) != at and name.strip():
            raise FileError(f"Invalid API key file: the column {name.strip()} is there twice")
    if missing := [name for name in _REQUIRED if name not in columns]:
        raise FileError(f"Invalid API key file: missing required columns: {', '.join(missing)}")
    return columns


def _entry(line: int, columns: dict[str, int], row: list[str]) -> Entry:
    def field(name: str) -> str:
        at = columns.get(name)
        return row[at].strip() if at is not None and at < len(row) else ""

    plans = tuple(plan for each in field("usageplanids").split(",") if (plan := each.strip()))
    enabled = (field("enabled") or "true").lower() == "true"
    return Entry(line, field("name"), field("key"), field("description"), enabled, plans)
