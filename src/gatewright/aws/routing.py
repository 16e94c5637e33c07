"""Which operation does a method and a raw path mean, and what do its labels hold.

A trie over path segments. Fixed segments win over labels; where that leads nowhere, the label is tried. Segments are
percent-decoded one by one, after the split, so that an encoded "/" stays inside its label. One slash at the end is of
no account (unverified). A last label that holds an ARN also takes what follows, for clients that do not encode the
slashes of an ARN (unverified). Operations that share method and path differ by constants in the query
(`?mode=import`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from gatewright.aws.query import Query
from gatewright.aws.shapes import OperationModel

Match = tuple[OperationModel, dict[str, str]]


@dataclass(slots=True)
class _Leaf:
    operation: OperationModel
    labels: tuple[tuple[int, str, bool], ...]  # segment, wire name, takes the rest


@dataclass(slots=True)
class _Node:
    fixed: dict[str, _Node] = field(default_factory=dict)
    label: _Node | None = None
    leaves: dict[str, list[_Leaf]] = field(default_factory=dict)  # by method, most constants first
    greedy: dict[str, list[_Leaf]] = field(default_factory=dict)


class Router:
    """Operations of one or more services, by method, path and query."""

    def __init__(self, operations: Iterable[OperationModel]) -> None:
        self._root = _Node()
        for operation in operations:
            self._add(operation)

    def find(self, method: str, path: bytes, query: Query) -> Match | None:
        """The operation and its labels, decoded, by wire name; None when there is none."""
        segments = path.decode("latin-1").removeprefix("/").removesuffix("/").split("/")
        leaf = _walk(self._root, segments, 0, method, query)
        if leaf is None:
            return None
        return leaf.operation, {name: unquote(_label(segments, at, rest)) for at, name, rest in leaf.labels}

    def _add(self, operation: OperationModel) -> None:
        node, labels = self._root, []
        segments = operation.path.strip("/").split("/")
        for at, segment in enumerate(segments):
            if segment.startswith("{"):
                name = segment[1:-1].rstrip("+")
                labels.append((at, name, at == len(segments) - 1 and _takes_rest(segment)))
                node.label = node.label or _Node()
                parent, node = node, node.label
            else:
                parent, node = node, node.fixed.setdefault(segment, _Node())
        leaf = _Leaf(operation, tuple(labels))
        _insert(node.leaves.setdefault(operation.method, []), leaf)
        if labels and labels[-1][2]:
            _insert(parent.greedy.setdefault(operation.method, []), leaf)


def _takes_rest(segment: str) -> bool:
    name = segment[1:-1]
    return name.endswith("+") or name.lower().replace("_", "").replace("-", "").endswith("arn")


def _insert(leaves: list[_Leaf], leaf: _Leaf) -> None:
    leaves.append(leaf)
    leaves.sort(key=lambda each: -len(each.operation.constants))


def _label(segments: Sequence[str], at: int, rest: bool) -> str:
    return "/".join(segments[at:]) if rest else segments[at]


def _walk(node: _Node, segments: Sequence[str], at: int, method: str, query: Query) -> _Leaf | None:
    if at == len(segments):
        return _choose(node.leaves, method, query)
    segment = segments[at]
    fixed = node.fixed.get(segment)
    found = _walk(fixed, segments, at + 1, method, query) if fixed else None
    if found is None and node.label is not None and segment:
        found = _walk(node.label, segments, at + 1, method, query)
    if found is None and segment:
        found = _choose(node.greedy, method, query)
    return found


def _choose(leaves: Mapping[str, list[_Leaf]], method: str, query: Query) -> _Leaf | None:
    for leaf in leaves.get(method, ()):
        if all(query.first(key) == value for key, value in leaf.operation.constants):
            return leaf
    return None
