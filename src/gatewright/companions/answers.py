"""Answers of the query protocol as JSON, for those who ask for it (`Accept: application/json`), as API Gateway does.

AWS's query services answer so: `{"SendMessageResponse": {"SendMessageResult": {…}, "ResponseMetadata": {…}}}`; moto
knows XML only. Names are those of the XML; a list is what has `member` or `entry` elements, or a name more than once.
unverified: AWS's numbers and nulls of members that were not given; here texts stay texts, and what is absent is absent.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from gatewright.companions.wsgi import Environ, Served

_FORM = "application/x-www-form-urlencoded"
_LISTS = frozenset({"member", "entry"})


def wants_json(environ: Environ) -> bool:
    """Whether this is a query that asks for JSON. The SDKs' do not."""
    query = "Action=" in environ["QUERY_STRING"] or environ.get("CONTENT_TYPE", "").startswith(_FORM)
    return bool(query) and str(environ.get("HTTP_ACCEPT", "")).startswith("application/json")


def to_json(served: Served) -> Served:
    """An XML answer of the query protocol as JSON; any other answer as it is."""
    status, headers, body = served
    if not body.lstrip().startswith(b"<"):
        return served
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  moto wrote it, in this process
    except ElementTree.ParseError:
        return served
    name = _name(root)
    if not name.endswith("Response"):
        return served
    said = _value(root)
    answer = said if name == "ErrorResponse" else {name: said}
    kept = [header for header in headers if header[0].lower() != b"content-type"]
    return status, [*kept, (b"Content-Type", b"application/json")], json.dumps(answer).encode()


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _value(element: ElementTree.Element) -> Any:
    children = list(element)
    if not children:
        return element.text or ""
    if {_name(child) for child in children} <= _LISTS:
        return [_value(child) for child in children]
    values: dict[str, Any] = {}
    for child in children:
        name, value = _name(child), _value(child)
        if name not in values:
            values[name] = value
        elif isinstance(values[name], list):
            values[name].append(value)
        else:
            values[name] = [values[name], value]
    return values
