"""Methods of lists, sets and maps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gatewright.language.vtl.access import hashable, item_at
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.objects import Entry, JavaIterator
from gatewright.language.vtl.values import MAX_ITEMS, JavaList, JavaSet, java_equals


def _place(items: list[Any], value: Any) -> int:
    for index, item in enumerate(items):
        if java_equals(item, value):
            return index
    return -1


def _last_place(items: list[Any], value: Any) -> int:
    for index in range(len(items) - 1, -1, -1):
        if java_equals(items[index], value):
            return index
    return -1


def _contains(items: list[Any], value: Any) -> bool:
    return _place(items, value) >= 0


def _check_room(items: list[Any], more: int) -> None:
    if len(items) + more > MAX_ITEMS:
        raise Failure("A list too long")


def _add(items: list[Any], value: Any) -> bool:
    _check_room(items, 1)
    items.append(value)
    return True


def _insert(items: list[Any], index: int, value: Any) -> str:
    if not 0 <= index <= len(items):
        raise Failure(f"Index: {index}, Size: {len(items)}")
    _check_room(items, 1)
    items.insert(index, value)
    return ""  # void prints as nothing


def _add_all(items: list[Any], more: list[Any]) -> bool:
    _check_room(items, len(more))
    items.extend(list(more))
    return bool(more)


def _remove(items: list[Any], value: Any) -> bool:
    index = _place(items, value)
    if index >= 0:
        del items[index]
    return index >= 0


def _remove_at(items: list[Any], index: int) -> Any:
    item_at(items, index)
    return items.pop(index)


def _keep(items: list[Any], others: list[Any], *, present: bool) -> bool:
    kept = [item for item in items if _contains(others, item) is present]
    changed = len(kept) != len(items)
    items[:] = kept
    return changed


def _set(items: list[Any], index: int, value: Any) -> Any:
    previous = item_at(items, index)
    items[index] = value
    return previous


def _clear(items: list[Any] | dict[Any, Any]) -> str:
    items.clear()
    return ""


def _sub_list(items: list[Any], begin: int, end: int) -> JavaList:
    if not 0 <= begin <= end <= len(items):
        raise Failure(f"subList from {begin} to {end} of {len(items)}")
    return JavaList(items[begin:end])


_Methods = dict[str, tuple[tuple[str, Callable[..., Any]], ...]]

SET: Final[_Methods] = {
    "size": (("", len),),
    "isEmpty": (("", lambda items: not items),),
    "contains": (("o", _contains),),
    "containsAll": (("l", lambda items, others: all(_contains(items, other) for other in others)),),
    "iterator": (("", JavaIterator),),
    "toArray": (("", JavaList),),
}
LIST: Final[_Methods] = {
    **SET,
    "listIterator": (("", JavaIterator),),
    "get": (("i", item_at),),
    "set": (("io", _set),),
    "add": (("o", _add), ("io", _insert)),
    "addAll": (("l", _add_all),),
    "remove": (("i", _remove_at), ("o", _remove)),
    "removeAll": (("l", lambda items, others: _keep(items, others, present=False)),),
    "retainAll": (("l", lambda items, others: _keep(items, others, present=True)),),
    "clear": (("", _clear),),
    "indexOf": (("o", _place),),
    "lastIndexOf": (("o", _last_place),),
    "subList": (("ii", _sub_list),),
}


def _put(members: dict[Any, Any], key: Any, value: Any) -> Any:
    previous = members.get(hashable(key))
    if previous is None and len(members) >= MAX_ITEMS:
        raise Failure("A map too large")
    members[key] = value
    return previous


def _put_if_absent(members: dict[Any, Any], key: Any, value: Any) -> Any:
    present = members.get(hashable(key))
    if present is None:
        _put(members, key, value)
    return present


def _put_all(members: dict[Any, Any], more: dict[Any, Any]) -> str:
    members.update(more)
    return ""


def _replace(members: dict[Any, Any], key: Any, value: Any) -> Any:
    return _put(members, key, value) if hashable(key) in members else None


def _get_or_default(members: dict[Any, Any], key: Any, default: Any) -> Any:
    return members[key] if hashable(key) in members else default


MAP: Final[_Methods] = {
    "size": (("", len),),
    "isEmpty": (("", lambda members: not members),),
    "get": (("o", lambda members, key: members.get(hashable(key))),),
    "getOrDefault": (("oo", _get_or_default),),
    "put": (("oo", _put),),
    "putIfAbsent": (("oo", _put_if_absent),),
    "putAll": (("m", _put_all),),
    "replace": (("oo", _replace),),
    "remove": (("o", lambda members, key: members.pop(hashable(key), None)),),
    "containsKey": (("o", lambda members, key: hashable(key) in members),),
    "containsValue": (("o", lambda members, value: _contains(list(members.values()), value)),),
    "clear": (("", _clear),),
    "keySet": (("", JavaSet),),
    "values": (("", lambda members: JavaSet(members.values())),),
    "entrySet": (("", lambda members: JavaSet([Entry(members, key) for key in members])),),
}
