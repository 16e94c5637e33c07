"""Reading and writing parts of values: `$v.name`, `$v[index]`, `#set($v.name = ...)`, `#set($v[index] = ...)`."""

from __future__ import annotations

from typing import Any

from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.values import JavaSet, TemplateObject


def get_property(value: Any, name: str) -> Any:
    """`$value.name`: a map's member, an object's, or what an `is...` method of a value says; else None."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, TemplateObject):
        return value.get(name)
    if name == "empty" and isinstance(value, str | list):
        return not value
    if name == "blank" and isinstance(value, str):
        return not value.strip()
    return None


def get_index(value: Any, index: Any) -> Any:
    """`$value[index]`, which is `get(index)`: a negative index counts from the end."""
    index = _from_end(value, index)
    if isinstance(value, dict):
        return value.get(hashable(index))
    if isinstance(value, list) and not isinstance(value, JavaSet):
        return item_at(value, index) if type(index) is int else None
    if isinstance(value, TemplateObject):
        return value.get(index) if isinstance(index, str) else None
    return None


def item_at(value: list[Any], index: int) -> Any:
    if not 0 <= index < len(value):
        raise Failure(f"Index {index} out of bounds for length {len(value)}")
    return value[index]


def _from_end(value: Any, index: Any) -> Any:
    if type(index) is int and index < 0:
        if not isinstance(value, list | dict):
            raise Failure(f"The index {index} needs a list or a map")
        return len(value) + index
    return index


def set_property(value: Any, name: str, item: Any) -> None:
    """Does nothing where nothing can be set, as Velocity."""
    if isinstance(value, dict):
        value[name] = item
    elif isinstance(value, TemplateObject):
        value.put(name, item)


def set_index(value: Any, index: Any, item: Any) -> None:
    index = _from_end(value, index)
    if isinstance(value, dict):
        value[hashable(index)] = item
    elif isinstance(value, list) and not isinstance(value, JavaSet):
        if type(index) is int:
            item_at(value, index)
            value[index] = item
    elif isinstance(value, TemplateObject) and isinstance(index, str):
        value.put(index, item)


def hashable(key: Any) -> Any:
    if isinstance(key, list | dict):
        raise Failure("A list or a map cannot be the key of a map")
    return key
