"""Which of a stage's method settings is a method's.

A key is "{resource path}/{verb}", the path escaped ("~1pets~1{id}") or not ("pets/{id}"), with or without the slash in
front; "*/*" ("~1*/*", as templates write it) stands for all methods. A method's own entry replaces that as a whole. A
method ANY is one method, whatever verb it is called with: its key ends in "ANY". unverified: that "{path}/*" and
"*/{verb}" mean what they seem to, where AWS takes them at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.catalog.patch import unescape

Body = Mapping[str, Any]
_ALL = "*"
_NONE: Body = {}


class MethodSettings:
    """The method settings of a stage."""

    def __init__(self, settings: Mapping[str, Body] | None) -> None:
        self._settings = {_place(key): setting for key, setting in (settings or {}).items()}

    def of(self, path: str, verb: str) -> Body:
        """The one entry that holds for a method; empty when there is none."""
        return self._first((path, verb), (path, _ALL), (_ALL, verb), (_ALL, _ALL))

    def own(self, path: str, verb: str) -> Body:
        """The entry that names the method itself; empty when there is none."""
        return self._first((path, verb))

    def _first(self, *places: tuple[str, str]) -> Body:
        return next((self._settings[place] for place in places if place in self._settings), _NONE)


def _place(key: str) -> tuple[str, str]:
    path, _, verb = key.rpartition("/")
    path = unescape(path).lstrip("/")
    return (_ALL if path == _ALL else f"/{path}"), verb
