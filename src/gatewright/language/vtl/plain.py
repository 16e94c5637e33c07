"""Templates that are text, references to properties, and, before these, `#set` of properties: most are no more.

They run here without the engine's frames and budgets, as long as all values that are printed or set are texts. Where
one is not, the engine does the whole template again, from its beginning. That it can is why `#set` must come first, and
may read no variable of those that it writes into: done twice, it does the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.language.vtl.access import get_property
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.nodes import Block, Node, Property, Reference, Set, Text

_Names = tuple[str, ...]
_Path = tuple[str, _Names]  # a variable, and what leads on from it


class Plain:
    """Such a template."""

    __slots__ = ("_prints", "_sets", "_tail")

    def __init__(self, sets: list[tuple[_Path, str, _Path]], prints: list[tuple[str, _Path]], tail: str) -> None:
        """`sets`: into what, under which name, what. `prints`: the text before a value, and where this is."""
        self._sets = [(*owner, name, *value) for owner, name, value in sets]
        self._prints = [(before, *path) for before, path in prints]
        self._tail = tail

    def run(self, variables: Mapping[str, Any]) -> list[str] | None:
        """The parts of its text; None: this is for the engine."""
        try:
            for owner, into, name, root, names in self._sets:
                target, value = _read(variables, owner, into), _read(variables, root, names)
                if target.__class__ is not dict or value.__class__ is not str:
                    return None
                target[name] = value
            parts = []
            for before, root, names in self._prints:
                value = _read(variables, root, names)
                if value.__class__ is not str:
                    return None
                parts.append(before)
                parts.append(value)
        except Failure:
            return None
        parts.append(self._tail)
        return parts


def _read(variables: Mapping[str, Any], root: str, names: _Names) -> Any:
    value = variables.get(root)
    for name in names:
        if value.__class__ is dict:
            value = value.get(name)
        elif value is None:
            return None
        else:
            value = get_property(value, name)
    return value


def plain_of(tree: Block) -> Plain | None:
    """The template of a tree, if it is such a one."""
    sets: list[tuple[_Path, str, _Path]] = []
    prints: list[tuple[str, _Path]] = []
    text = ""
    for node in tree.children:
        path = _path(node)
        if isinstance(node, Text):
            text += node.text
        elif isinstance(node, Set) and not prints:
            into, value = _path(node.target), _path(node.value)
            if into is None or value is None or not into[1]:
                return None
            sets.append(((into[0], into[1][:-1]), into[1][-1], value))
        elif isinstance(node, Reference) and path is not None:
            prints.append((text + node.prefix + node.more, path))
            text = ""
        else:
            return None
    if {owner[0] for owner, _, _ in sets} & {value[0] for _, _, value in sets}:
        return None
    return Plain(sets, prints, text) if sets or prints else None


def _path(node: Node) -> _Path | None:
    """Where a reference leads, if it does by properties alone."""
    if not isinstance(node, Reference) or node.escaped or node.bare:
        return None
    names = tuple(part.name for part in node.parts if isinstance(part, Property))
    return (node.root, names) if len(names) == len(node.parts) else None
