"""Routes as a trie of path segments, with AWS's precedence.

Theory of operation. A resource path is a chain of segments; each node knows its literal children, its one variable
child (`{name}`) and its one greedy child (`{name+}`, a leaf). At every segment the order is literal, variable,
greedy. A path of literals only always wins where it exists, so all such paths also stand in one dict: the commonest
look-up is one probe. Otherwise one walk down the trie follows the preferred child and, where it ends, takes that
node's greedy child; only when this fails too is the trie searched with backtracking (an ancestor's greedy child
catches what a deeper branch could not serve). The depth of the path bounds the cost, not the number of routes.

The path is raw bytes below the stage ("/orders/1"): not decoded, case-sensitive; leading slashes collapse and trailing
slashes are ignored; an empty segment in between fits no literal and no `{name}`, but is kept inside a greedy value. All
recorded from AWS, except: falling back to an ancestor's greedy child, several trailing slashes, and empty segments
against `{name}` (unverified). A resource without any method is no route (unverified).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_VARIABLE: Final = re.compile(r"\{([^{}+]+)(\+?)\}")


def parameter_names(path: str) -> tuple[str, ...]:
    """The names of a resource path's parameters, in order."""
    return tuple(match[1] for match in _VARIABLE.finditer(path))


class _Node(Generic[T]):
    __slots__ = ("greedy", "leaf", "literals", "variable")

    def __init__(self) -> None:
        self.literals: dict[bytes, _Node[T]] | None = None  # most nodes are ends
        self.variable: _Node[T] | None = None
        self.greedy: T | None = None
        self.leaf: T | None = None


class Trie(Generic[T]):
    """All routes of one stage. Built once, never changed."""

    __slots__ = ("_root", "_static")

    def __init__(self, routes: Iterable[tuple[str, T]]) -> None:
        """Routes are resource paths as AWS writes them ("/pets/{id}"). Raises ValueError for two that mean the same."""
        self._root: _Node[T] = _Node()
        self._static: dict[bytes, T] = {}
        for path, value in routes:
            self._add(path, value)

    def match(self, path: bytes) -> tuple[T, list[bytes]] | None:
        """The resource that serves a path, with the raw values of its parameters; None when there is none."""
        leaf = self._static.get(path)
        if leaf is not None:
            return leaf, []
        segments = _split(path)
        node = self._root
        values: list[bytes] = []
        index = 0
        for segment in segments:
            following = None if node.literals is None else node.literals.get(segment)
            if following is None:
                following = node.variable
                if following is None or not segment:
                    break
                values.append(segment)
            node = following
            index += 1
        else:
            if node.leaf is not None:
                return node.leaf, values
        if node.greedy is not None and index < len(segments):
            values.append(b"/".join(segments[index:]))
            return node.greedy, values
        return _search(self._root, segments, 0, [])

    def _add(self, path: str, value: T) -> None:
        node = self._root
        segments = [part for part in path.split("/") if part]
        for position, segment in enumerate(segments):
            variable = _VARIABLE.fullmatch(segment)
            if variable is None:
                if node.literals is None:
                    node.literals = {}
                node = node.literals.setdefault(segment.encode(), _Node())
                continue
            if variable[2]:
                if position != len(segments) - 1 or node.greedy is not None:
                    raise ValueError(f"{path}: a greedy path variable must come last and can be there only once")
                node.greedy = value
                return
            if node.variable is None:
                node.variable = _Node()
            node = node.variable
        if node.leaf is not None:
            raise ValueError(f"{path}: another resource has the same path")
        node.leaf = value
        if not parameter_names(path):
            self._static["/".join(["", *segments]).encode() or b"/"] = value


def _split(path: bytes) -> list[bytes]:
    trimmed = path.strip(b"/")
    return trimmed.split(b"/") if trimmed else []


def _search(node: _Node[T], segments: list[bytes], index: int, values: list[bytes]) -> tuple[T, list[bytes]] | None:
    if index == len(segments):
        return (node.leaf, values) if node.leaf is not None else None
    segment = segments[index]
    literal = None if node.literals is None else node.literals.get(segment)
    if literal is not None:
        found = _search(literal, segments, index + 1, values)
        if found is not None:
            return found
    if node.variable is not None and segment:
        found = _search(node.variable, segments, index + 1, [*values, segment])
        if found is not None:
            return found
    if node.greedy is not None:
        return node.greedy, [*values, b"/".join(segments[index:])]
    return None
