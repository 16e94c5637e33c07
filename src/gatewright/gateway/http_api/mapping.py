"""Parameter mapping, applied: to a request on its way to the backend, and to the backend's answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from gatewright.gateway.errors import GatewayError, bad_answer
from gatewright.gateway.headers import sound
from gatewright.gateway.http_api.view import HttpView
from gatewright.language.parameter_mapping import Change, Value, evaluate, read
from gatewright.language.query import Pairs
from gatewright.language.uri import encode_path_value
from gatewright.net.base import Header

_SLASH: Final = re.compile(r"[/\\]")  # some backends take one for the other


class Outgoing:
    """A request as mappings change it. `path` and `query` are None as long as they are the client's own."""

    __slots__ = ("headers", "path", "query")

    def __init__(self, headers: list[Header]) -> None:
        self.headers = headers
        self.path: str | None = None
        self.query: Pairs | None = None


def change_request(changes: Sequence[Change], view: HttpView, query: Pairs, outgoing: Outgoing) -> None:
    """Apply the changes of a request. `query`: the client's. Raises GatewayError for a value that no header can have.

    A change whose source has no value is skipped.
    """
    for change in changes:
        if change.place == "path":
            outgoing.path = _path(change.value, view) or outgoing.path
            continue
        value = "" if change.action == "remove" else evaluate(change.value, view)
        if value is None:
            continue
        if change.place == "header":
            outgoing.headers = _headers(outgoing.headers, change, value)
        else:
            pairs = query if outgoing.query is None else outgoing.query
            kept = pairs if change.action == "append" else [pair for pair in pairs if pair[0] != change.name]
            outgoing.query = kept if change.action == "remove" else [*kept, (change.name, value)]


def change_answer(
    changes: Sequence[Change], view: HttpView, status: int, headers: list[Header]
) -> tuple[int, list[Header]]:
    """Status and headers of an answer after its changes. A status that is none is left as it was (unverified)."""
    for change in changes:
        value = "" if change.action == "remove" else evaluate(change.value, view)
        if value is None:
            continue
        if change.place == "statuscode":
            if len(value) == 3 and value.isascii() and value.isdigit() and 200 <= int(value) <= 599:
                status = int(value)
        else:
            try:
                headers = _headers(headers, change, value)
            except GatewayError as error:  # no fault of the client's
                raise bad_answer(error.log or "") from None
    return status, headers


def _path(value: Value, view: HttpView) -> str | None:
    """A path, encoded: what clients sent in their way is encoded again, and leads no way out of the text around it."""
    pieces: list[str] = []
    for piece in value:
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        found = read(piece, view)
        if found is None:
            if len(value) == 1:
                return None
            continue
        raw = piece.kind == "path" or (piece.kind == "context" and piece.name == "path")
        pieces.append(found if raw else encode_path_value(found, slashes=True))
    path = "".join(pieces)
    if len(value) > 1 and any(part.partition(";")[0] == ".." for part in _SLASH.split(unquote(path))):
        raise GatewayError("BAD_REQUEST_PARAMETERS", log="A mapped path leads out of its place by '..'")
    return path if path.startswith("/") else f"/{path}"


def _headers(headers: list[Header], change: Change, value: str) -> list[Header]:
    name = change.name.encode()
    lowered = name.lower()
    if change.action == "remove":
        return [header for header in headers if header[0].lower() != lowered]
    added = value.encode("utf-8", "replace")
    if not sound(name, added):
        raise GatewayError("BAD_REQUEST_PARAMETERS", log=f"Invalid mapped value for header {change.name}")
    if change.action == "overwrite":
        kept = [header for header in headers if header[0].lower() != lowered]
        kept.append((name, added))
        return kept
    changed: list[Header] = []
    found = False
    for header in headers:
        if not found and header[0].lower() == lowered:
            header = (header[0], b"%b,%b" % (header[1], added))
            found = True
        changed.append(header)
    if not found:
        changed.append((name, added))
    return changed
