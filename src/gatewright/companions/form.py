"""Parameters of a request in AWS's query protocol: `Action=…` in the query string or in a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

_FORM = "application/x-www-form-urlencoded"


def parameters(environ: Mapping[str, Any]) -> dict[str, str]:
    """The parameters by name; of those given twice the last. The body can be read again."""
    text: str = environ["QUERY_STRING"]
    if environ.get("CONTENT_TYPE", "").startswith(_FORM):
        body = environ["wsgi.input"]
        text += "&" + body.read().decode("utf-8", "replace")
        body.seek(0)
    return dict(parse_qsl(text, keep_blank_values=True))


def members(given: Mapping[str, str], name: str, part: str = "") -> list[str]:
    """The items of a list: `Name.member.1`, with a part `Name.member.1.Part`."""
    ending = f".{part}" if part else ""
    found: list[str] = []
    while (value := given.get(f"{name}.member.{len(found) + 1}{ending}")) is not None:
        found.append(value)
    return found
