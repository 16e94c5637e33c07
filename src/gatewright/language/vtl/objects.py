"""Objects that methods give: entries of maps, iterators. And the base of every object that a template may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.values import TemplateObject, Write

__all__ = ["Entry", "JavaIterator", "TemplateObject"]


class Entry(TemplateObject):
    """Map.Entry: writes through to its map."""

    __slots__ = ("_key", "_map")

    def __init__(self, map_: dict[Any, Any], key: Any) -> None:
        self._map = map_
        self._key = key

    @property
    def value(self) -> Any:
        return self._map.get(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entry) and (other._key, other.value) == (self._key, self.value)

    def __hash__(self) -> int:
        return hash(self._key)

    def get(self, name: str) -> Any:
        if name == "key":
            return self._key
        return self.value if name == "value" else None

    def call(self, name: str, args: list[Any]) -> Any:
        if name == "getKey" and not args:
            return self._key
        if name == "getValue" and not args:
            return self.value
        if name == "setValue" and len(args) == 1:
            previous, self._map[self._key] = self.value, args[0]
            return previous
        return None

    def text(self, write: Write) -> str | None:
        return f"{write(self._key)}={write(self.value)}"


class JavaIterator(TemplateObject):
    """Iterator and ListIterator, forward only."""

    __slots__ = ("_items", "_position")

    def __init__(self, items: list[Any]) -> None:
        self._items = items
        self._position = 0

    def __iter__(self) -> Iterator[Any]:
        """What is left; taken from this iterator as it is read."""
        while self._position < len(self._items):
            self._position += 1
            yield self._items[self._position - 1]

    @property
    def left(self) -> int:
        return len(self._items) - self._position

    def call(self, name: str, args: list[Any]) -> Any:
        if args:
            return None
        if name == "hasNext":
            return self.left > 0
        if name == "next":
            if not self.left:
                raise Failure("NoSuchElementException")
            self._position += 1
            return self._items[self._position - 1]
        return None
