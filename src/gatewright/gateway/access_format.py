"""Formats of access logs, taken apart when a program is installed.

AWS: "Set up CloudWatch logging for REST APIs in API Gateway", "Customize HTTP API access logs". A format is a line in
which `$context.NAME` stands for a variable; also `$context.authorizer.claims['custom:role']`. What is unknown or has
no value is "-".

A value that a client has chosen must neither begin a new line nor forge members of one. What a value is made safe for
depends on what the format looks like (unverified: AWS is known to leave values as they are):

    {…}      JSON: quotes, backslashes and what cannot be printed are escapes of JSON
    <…>      XML: character references
    $a,$b    CSV, nothing but variables and commas: a value with a comma or a quote is quoted, as RFC 4180 has it
    other    quotes and backslashes after a backslash, what cannot be printed as \\x0a, as web servers write CLF
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final

NONE: Final = "-"

_WORD: Final = r"\w+(?:-+\w+)*"
_VARIABLE: Final = re.compile(rf"\$context\.({_WORD}(?:\.{_WORD})*)(?:\['([^'\]]+)'\])?", re.ASCII)

Escape = Callable[[str], str]


def parse(text: str) -> list[tuple[str, str]]:
    """Pairs of (text, name of the variable after it); the last name is ""."""
    pairs: list[tuple[str, str]] = []
    at = 0
    for match in _VARIABLE.finditer(text):
        name = match[1] if match[2] is None else f"{match[1]}.{match[2]}"
        pairs.append((text[at : match.start()], name))
        at = match.end()
    pairs.append((text[at:], ""))
    return pairs


def escape_for(text: str) -> Escape:
    """What makes values safe in lines of this format."""
    bare = text.strip()
    if bare.startswith("{"):
        return for_json
    if bare.startswith("<"):
        return for_xml
    texts = [between for between, _ in parse(bare)]
    if len(texts) > 2 and not texts[0] and not texts[-1] and all(each.strip() == "," for each in texts[1:-1]):
        return for_csv
    return for_text


def for_json(value: str) -> str:
    """For the inside of a JSON string."""
    if value.isprintable() and '"' not in value and "\\" not in value:
        return value
    return json.dumps(value)[1:-1].replace("\x7f", "\\u007f")


_XML: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})


def for_xml(value: str) -> str:
    """For text or an attribute. What XML cannot say at all is written as in other lines."""
    return printable(value).translate(_XML)


def for_csv(value: str) -> str:
    """For one field."""
    value = printable(value)
    if "," in value or '"' in value:
        return '"' + value.replace('"', '""') + '"'
    return value


def for_text(value: str) -> str:
    """For a line of any other form."""
    if '"' in value or "\\" in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return printable(value)


def printable(value: str) -> str:
    """With escapes for what cannot be printed."""
    if value.isprintable():
        return value
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in value)
