"""Routes of an HTTP API: which route key a method and a path select.

Theory of operation. A route key is a method (or ANY) and a path; the path is a chain of segments in a trie whose nodes
know their literal children, their variable child (`{name}`) and their greedy child (`{name+}`). AWS decides in three
rounds: a full match of path and method, then a greedy one, then `$default`. So the trie is searched twice, depth first,
literal before variable; a leaf counts only if it serves the method (its own, or ANY), so that what one branch cannot
serve the next one may. The second search returns on its way up: the deepest greedy child of the most literal branch
comes first. A node is visited once per search, so the number of an API's routes bounds the cost. Paths of literals only
also stand in one dict.

The path is raw bytes below the stage. An empty segment fits neither a literal nor a `{name}`, so a slash at the end
makes another path (unverified: reports contradict each other); greedy values keep it. unverified too: that a static
segment is stronger than a method that is named, and that among greedy routes the longest literal prefix wins.
Source: "Create routes for HTTP APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Generic, TypeVar

from gatewright.program.trie import parameter_names

T = TypeVar("T")
ANY: Final = "ANY"
DEFAULT: Final = "$default"


def split_key(key: str) -> tuple[str, str]:
    """Method and path of a route key; "$default" has the path "". Raises ValueError."""
    if key == DEFAULT:
        return ANY, ""
    verb, blank, path = key.partition(" ")
    if not verb or not blank or not path.startswith("/"):
        raise ValueError(f"{key} is no route key")
    return verb, path


class _Node(Generic[T]):
    __slots__ = ("greedy", "leaf", "literals", "variable")

    def __init__(self) -> None:
        self.literals: dict[bytes, _Node[T]] = {}
        self.variable: _Node[T] | None = None
        self.leaf: dict[str, T] | None = None  # by method
        self.greedy: dict[str, T] | None = None


class RouteTable(Generic[T]):
    """All routes of one stage. Built once, never changed."""

    __slots__ = ("_default", "_root", "_static")

    def __init__(self, routes: Iterable[tuple[str, T]]) -> None:
        """Route keys and what they stand for. Raises ValueError for two that mean the same."""
        self._root: _Node[T] = _Node()
        self._static: dict[bytes, dict[str, T]] = {}
        self._default: T | None = None
        for key, value in routes:
            self._add(key, value)

    def match(self, verb: str, path: bytes) -> tuple[T, list[bytes]] | None:
        """The route for a request, with the raw values of its path variables; None when there is none."""
        static = self._static.get(path)
        if static is not None:
            value = _served(static, verb)
            if value is not None:
                return value, []
        segments = path[1:].split(b"/") if len(path) > 1 else []
        found = _full(self._root, segments, 0, verb) or _greedy(self._root, segments, 0, verb)
        if found is not None:
            found[1].reverse()
            return found
        return None if self._default is None else (self._default, [])

    def _add(self, key: str, value: T) -> None:
        verb, path = split_key(key)
        if not path:
            if self._default is not None:
                raise ValueError(f"{key} is there twice")
            self._default = value
            return
        node = self._root
        greedy = False
        for segment in path[1:].split("/") if path != "/" else ():
            if greedy:
                raise ValueError(f"{key}: a greedy path variable must come last")
            if not (segment.startswith("{") and segment.endswith("}")):
                node = node.literals.setdefault(segment.encode(), _Node())
            elif segment.endswith("+}"):
                greedy = True
            else:
                if node.variable is None:
                    node.variable = _Node()
                node = node.variable
        methods = node.greedy if greedy else node.leaf
        if methods is None:
            methods = {}
            if greedy:
                node.greedy = methods
            else:
                node.leaf = methods
        if verb in methods:
            raise ValueError(f"{key}: another route means the same")
        methods[verb] = value
        if not greedy and not parameter_names(path):
            self._static[path.encode()] = methods


def _served(methods: dict[str, T], verb: str) -> T | None:
    value = methods.get(verb)
    return methods.get(ANY) if value is None else value


def _full(node: _Node[T], segments: list[bytes], index: int, verb: str) -> tuple[T, list[bytes]] | None:
    """A route for exactly this path; values of its variables, the last first."""
    if index == len(segments):
        value = None if node.leaf is None else _served(node.leaf, verb)
        return None if value is None else (value, [])
    segment = segments[index]
    literal = node.literals.get(segment)
    if literal is not None:
        found = _full(literal, segments, index + 1, verb)
        if found is not None:
            return found
    if node.variable is not None and segment:
        found = _full(node.variable, segments, index + 1, verb)
        if found is not None:
            found[1].append(segment)
            return found
    return None


def _greedy(node: _Node[T], segments: list[bytes], index: int, verb: str) -> tuple[T, list[bytes]] | None:
    """The strongest greedy route: what it takes must not be empty."""
    if index == len(segments):
        return None
    segment = segments[index]
    literal = node.literals.get(segment)
    if literal is not None:
        found = _greedy(literal, segments, index + 1, verb)
        if found is not None:
            return found
    if node.variable is not None and segment:
        found = _greedy(node.variable, segments, index + 1, verb)
        if found is not None:
            found[1].append(segment)
            return found
    value = None if node.greedy is None else _served(node.greedy, verb)
    if value is None:
        return None
    rest = b"/".join(segments[index:])
    return (value, [rest]) if rest else None
