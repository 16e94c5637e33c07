from __future__ import annotations

import pytest

from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.objects import Entry, JavaIterator


def test_an_entry_writes_through() -> None:
    members = {"a": 1}
    entry = Entry(members, "a")
    assert (entry.get("key"), entry.get("value"), entry.get("x")) == ("a", 1, None)
    assert (entry.call("getKey", []), entry.call("getValue", []), entry.call("x", [])) == ("a", 1, None)
    assert entry.call("setValue", [2]) == 1
    assert members == {"a": 2}
    assert entry.text(str) == "a=2"
    assert entry == Entry({"a": 2}, "a")
    assert entry != Entry({"a": 3}, "a")
    assert hash(entry) == hash(Entry({"a": 2}, "a"))


def test_an_iterator_ends() -> None:
    iterator = JavaIterator([1, 2, 3])
    assert iterator.call("hasNext", []) is True
    assert iterator.call("next", []) == 1
    assert list(iterator) == [2, 3]
    assert iterator.call("hasNext", []) is False
    assert iterator.call("next", [1]) is None
    assert iterator.call("remove", []) is None
    with pytest.raises(Failure, match="NoSuchElement"):
        iterator.call("next", [])
