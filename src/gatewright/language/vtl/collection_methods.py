"""Methods of lists, sets and maps. The first argument counts work, and fails when there was too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gatewright.language.vtl.access import hashable, item_at
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.objects import Entry, JavaIterator
from gatewright.language.vtl.values import MAX_ITEMS, Charge, JavaList, JavaSet, java_equals

_COPIED = 32  # elements that are copied for one unit of work


def _place(charge: Charge, items: list[Any], value: Any) -> int:
    charge(len(items))
    for index, item in enumerate(items):
        if java_equals(charge, item, value):
            return index
    return -1


def _last_place(charge: Charge, items: list[Any], value: Any) -> int:
    charge(len(items))
    for index in range(len(items) - 1, -1, -1):
        if java_equals(charge, items[index], value):
            return index
    return -1


def _contains(charge: Charge, items: list[Any], value: Any) -> bool:
    return _place(charge, items, value) >= 0


def _contains_all(charge: Charge, items: list[Any], others: list[Any]) -> bool:
    return all(_contains(charge, items, other) for other in others)


def _check_room(items: list[Any], more: int) -> None:
    if len(items) + more > MAX_ITEMS:
        raise Failure("A list too long")


def _add(charge: Charge, items: list[Any], value: Any) -> bool:
    _check_room(items, 1)
    items.append(value)
    return True


def _insert(charge: Charge, items: list[Any], index: int, value: Any) -> str:
    if not 0 <= index <= len(items):
        raise Failure(f"Index: {index}, Size: {len(items)}")
    _check_room(items, 1)
    charge(len(items) // _COPIED)
    items.insert(index, value)
    return ""  # void prints as nothing


def _add_all(charge: Charge, items: list[Any], more: list[Any]) -> bool:
    _check_room(items, len(more))
    charge(len(more) // _COPIED)
    items.extend(list(more))
    return bool(more)


def _remove(charge: Charge, items: list[Any], value: Any) -> bool:
    index = _place(charge, items, value)
    if index >= 0:
        del items[index]
    return index >= 0


def _remove_at(charge: Charge, items: list[Any], index: int) -> Any:
    item_at(items, index)
    charge(len(items) // _COPIED)
    return items.pop(index)


def _remove_all(charge: Charge, items: list[Any], others: list[Any]) -> bool:
    return _replace_items(items, [item for item in items if not _contains(charge, others, item)])


def _retain_all(charge: Charge, items: list[Any], others: list[Any]) -> bool:
    return _replace_items(items, [item for item in items if _contains(charge, others, item)])


def _replace_items(items: list[Any], kept: list[Any]) -> bool:
    changed = len(kept) != len(items)
    items[:] = kept
    return changed


def _set(charge: Charge, items: list[Any], index: int, value: Any) -> Any:
    previous = item_at(items, index)
    items[index] = value
    return previous


def _clear(charge: Charge, items: list[Any] | dict[Any, Any]) -> str:
    items.clear()
    return ""


def _sub_list(charge: Charge, items: list[Any], begin: int, end: int) -> JavaList:
    if not 0 <= begin <= end <= len(items):
        raise Failure(f"subList from {begin} to {end} of {len(items)}")
    return JavaList(items[begin:end])


def _size(charge: Charge, items: list[Any] | dict[Any, Any]) -> int:
    return len(items)


def _is_empty(charge: Charge, items: list[Any] | dict[Any, Any]) -> bool:
    return not items


def _iterator(charge: Charge, items: list[Any]) -> JavaIterator:
    return JavaIterator(items)


def _to_array(charge: Charge, items: list[Any]) -> JavaList:
    return JavaList(items)


_Methods = dict[str, tuple[tuple[str, Callable[..., Any]], ...]]

SET: Final[_Methods] = {
    "size": (("", _size),),
    "isEmpty": (("", _is_empty),),
    "contains": (("o", _contains),),
    "containsAll": (("l", _contains_all),),
    "iterator": (("", _iterator),),
    "toArray": (("", _to_array),),
}
LIST: Final[_Methods] = {
    **SET,
    "listIterator": (("", _iterator),),
    "get": (("i", lambda charge, items, index: item_at(items, index)),),
    "set": (("io", _set),),
    "add": (("o", _add), ("io", _insert)),
    "addAll": (("l", _add_all),),
    "remove": (("i", _remove_at), ("o", _remove)),
    "removeAll": (("l", _remove_all),),
    "retainAll": (("l", _retain_all),),
    "clear": (("", _clear),),
    "indexOf": (("o", _place),),
    "lastIndexOf": (("o", _last_place),),
    "subList": (("ii", _sub_list),),
}


def _get(charge: Charge, members: dict[Any, Any], key: Any) -> Any:
    return members.get(hashable(key))


def _put(charge: Charge, members: dict[Any, Any], key: Any, value: Any) -> Any:
    previous = members.get(hashable(key))
    if previous is None and len(members) >= MAX_ITEMS:
        raise Failure("A map too large")
    members[key] = value
    return previous


def _put_if_absent(charge: Charge, members: dict[Any, Any], key: Any, value: Any) -> Any:
    present = members.get(hashable(key))
    if present is None:
        _put(charge, members, key, value)
    return present


def _put_all(charge: Charge, members: dict[Any, Any], more: dict[Any, Any]) -> str:
    charge(len(more) // _COPIED)
    members.update(more)
    return ""


def _replace(charge: Charge, members: dict[Any, Any], key: Any, value: Any) -> Any:
    return _put(charge, members, key, value) if hashable(key) in members else None


def _get_or_default(charge: Charge, members: dict[Any, Any], key: Any, default: Any) -> Any:
    return members[key] if hashable(key) in members else default


def _drop(charge: Charge, members: dict[Any, Any], key: Any) -> Any:
    return members.pop(hashable(key), None)


def _contains_key(charge: Charge, members: dict[Any, Any], key: Any) -> bool:
    return hashable(key) in members


def _contains_value(charge: Charge, members: dict[Any, Any], value: Any) -> bool:
    return _contains(charge, list(members.values()), value)


def _key_set(charge: Charge, members: dict[Any, Any]) -> JavaSet:
    return JavaSet(members)


def _values(charge: Charge, members: dict[Any, Any]) -> JavaSet:
    return JavaSet(members.values())


def _entry_set(charge: Charge, members: dict[Any, Any]) -> JavaSet:
    charge(len(members))
    return JavaSet([Entry(members, key) for key in members])


MAP: Final[_Methods] = {
    "size": (("", _size),),
    "isEmpty": (("", _is_empty),),
    "get": (("o", _get),),
    "getOrDefault": (("oo", _get_or_default),),
    "put": (("oo", _put),),
    "putIfAbsent": (("oo", _put_if_absent),),
    "putAll": (("m", _put_all),),
    "replace": (("oo", _replace),),
    "remove": (("o", _drop),),
    "containsKey": (("o", _contains_key),),
    "containsValue": (("o", _contains_value),),
    "clear": (("", _clear),),
    "keySet": (("", _key_set),),
    "values": (("", _values),),
    "entrySet": (("", _entry_set),),
}
