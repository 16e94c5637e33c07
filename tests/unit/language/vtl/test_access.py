from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.vtl.access import get_index, get_property, hashable, item_at, set_index, set_property
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.values import JavaSet, TemplateObject


class Box(TemplateObject):
    def __init__(self) -> None:
        self.members: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        return self.members.get(name)

    def put(self, name: str, value: Any) -> bool:
        self.members[name] = value
        return True


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        ({"a": 1}, "a", 1),
        ({"a": 1}, "empty", None),
        ([], "empty", True),
        (["x"], "empty", False),
        (["x"], "size", None),
        ("", "empty", True),
        (" ", "blank", True),
        ("x", "length", None),
        (5, "a", None),
        (None, "a", None),
    ],
)
def test_get_property(value: Any, name: str, expected: Any) -> None:
    assert get_property(value, name) == expected


@pytest.mark.parametrize(
    ("value", "index", "expected"),
    [
        ([1, 2], 1, 2),
        ([1, 2], -1, 2),
        ([1, 2], "1", None),
        ([1, 2], 1.0, None),
        ([1, 2], True, None),
        ({"a": 1}, "a", 1),
        ({0: 1}, -1, 1),
        (JavaSet([1]), 0, None),
        ("text", 0, None),
        (5, "a", None),
    ],
)
def test_get_index(value: Any, index: Any, expected: Any) -> None:
    assert get_index(value, index) == expected


@pytest.mark.parametrize(("value", "index"), [([1], 1), ([1], -2), ("text", -1), ({}, []), (5, -1)])
def test_no_such_index(value: Any, index: Any) -> None:
    with pytest.raises(Failure):
        get_index(value, index)


def test_setting() -> None:
    members: dict[str, Any] = {}
    set_property(members, "a", 1)
    set_index(members, "b", 2)
    assert members == {"a": 1, "b": 2}
    items = [1, 2]
    set_index(items, -1, 3)
    set_index(items, "0", 3)
    set_property(items, "x", 3)
    assert items == [1, 3]
    with pytest.raises(Failure):
        set_index(items, 2, 3)
    box = Box()
    set_property(box, "a", 1)
    set_index(box, "b", 2)
    set_index(box, 1, 2)
    assert box.members == {"a": 1, "b": 2}
    assert get_property(box, "a") == get_index(box, "a") == 1
    assert get_index(box, 1) is None


def test_keys_of_maps() -> None:
    assert hashable("a") == "a"
    assert item_at([5], 0) == 5
    with pytest.raises(Failure, match="key"):
        hashable({})
