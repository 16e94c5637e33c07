"""A parsed document while it is read: where things stand, what they refer to, and what was wrong with them.

Places are JSON pointers (RFC 6901). Nothing here raises: a wrong value is noted as a problem and read as if absent, so
that one import reports everything that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from gatewright.openapi.base import Body

_STATUS = re.compile(r"[1-5]\d\d")
_HOPS = 32  # references that lead to references


class Source:
    """The document with its dialect ("2.0", "3.0" or "3.1") and what reading it has brought up so far."""

    __slots__ = ("_seen", "dialect", "info", "inline", "nodes", "problems", "tree", "warnings")

    def __init__(self, tree: Body, dialect: str) -> None:
        self.tree = tree
        self.dialect = dialect
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.info: list[str] = []  # of HTTP APIs: what is sound and has no meaning to them
        self.inline: dict[str, Body] = {}  # models that have no name in the document, by the one they are given
        self._seen: set[str] = set()
        self.nodes = 0  # values of model schemas so far

    def problem(self, place: str, reason: str) -> None:
        self._note(self.problems, f"Unable to read '{place or '/'}': {reason}")

    def warn(self, line: str) -> None:
        self._note(self.warnings, line)

    def ignored(self, owner: str, key: str) -> None:
        """Note a member without meaning to HTTP APIs. `owner`: where, as AWS writes it: "paths./pets.get"."""
        line = f"key [{key}] will be ignored by API Gateway"
        self._note(self.info, f"{owner}: {line}" if owner else line)

    def _note(self, lines: list[str], line: str) -> None:
        """Once, although what is referred to twice is read twice."""
        if line not in self._seen:
            self._seen.add(line)
            lines.append(line)

    def mapping(self, value: Any, place: str) -> Body:
        """The value if it is an object; anything but null and an object is a problem."""
        if isinstance(value, dict):
            return value
        if value is not None:
            self.problem(place, f"an object is expected, not {_kind(value)}")
        return {}

    def sequence(self, value: Any, place: str) -> list[Any]:
        if isinstance(value, list):
            return value
        if value is not None:
            self.problem(place, f"a list is expected, not {_kind(value)}")
        return []

    def text(self, value: Any, place: str) -> str | None:
        """The value if it is text; numbers count as it, since YAML's versions and codes look like them."""
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        self.problem(place, f"text is expected, not {_kind(value)}")
        return None

    def boolean(self, value: Any, place: str) -> bool | None:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        self.problem(place, f"true or false is expected, not {_kind(value)}")
        return None

    def integer(self, value: Any, place: str) -> int | None:
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
            return int(value)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31):
            return value
        self.problem(place, f"an integer is expected, not {_kind(value)}")
        return None

    def texts(self, value: Any, place: str) -> list[str]:
        """A list of texts."""
        found = [self.text(each, f"{place}/{at}") for at, each in enumerate(self.sequence(value, place))]
        return [each for each in found if each is not None]

    def members(self, parent: Body, name: str, place: str) -> Iterator[tuple[str, Any, str]]:
        """Key, value and place of each member of an object that may be absent."""
        below = step(place, name)
        for key, value in self.mapping(parent.get(name), below).items():
            yield key, value, step(below, key)

    def resolve(self, value: Any, place: str) -> tuple[Body, str]:
        """The object that a value is or refers to, and where it stands; ({}, …) after a problem."""
        for _ in range(_HOPS):
            node = self.mapping(value, place)
            target = node.get("$ref")
            if not isinstance(target, str):
                return node, place
            found = self.lookup(target)
            if found is None:
                self.problem(place, f"{_unresolved(target)}")
                return {}, place
            value, place = found[0], found[1]
        self.problem(place, "references lead in a circle")
        return {}, place

    def lookup(self, target: str) -> tuple[Any, str] | None:
        """What a reference into this document names, and its place."""
        if not target.startswith("#/"):
            return None
        node: Any = self.tree
        for part in target[2:].split("/"):
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isdecimal() and len(key) < 6 and int(key) < len(node):
                node = node[int(key)]
            else:
                return None
        return node, target[1:]

    def component(self, swagger: str, openapi: str) -> tuple[Body, str]:
        """The members of a kind that the document defines for reuse, and their place."""
        if self.dialect == "2.0":
            return self.mapping(self.tree.get(swagger), f"/{swagger}"), f"/{swagger}"
        components = self.mapping(self.tree.get("components"), "/components")
        return self.mapping(components.get(openapi), f"/components/{openapi}"), f"/components/{openapi}"


def step(place: str, name: str) -> str:
    """The pointer to a member."""
    return f"{place}/{name.replace('~', '~0').replace('/', '~1')}"


def is_status(code: str) -> bool:
    return _STATUS.fullmatch(code) is not None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    for kind, word in ((dict, "an object"), (list, "a list"), (str, "text"), ((int, float), "a number")):
        if isinstance(value, kind):
            return word
    return "null"


def _unresolved(target: str) -> str:
    if target.startswith("#"):
        return f"the reference '{target}' leads nowhere"
    return f"the reference '{target}' leads out of the document, which is not supported"
