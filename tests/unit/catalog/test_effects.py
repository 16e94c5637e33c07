from __future__ import annotations

from typing import Any

import pytest

from gatewright.catalog import effects as e
from gatewright.catalog.patch import Document, Effect, Operation, PatchError


def run(effect: Effect, document: Document, op: str, value: str | None = None, *keys: str) -> Document:
    effect(document, keys, Operation(op, "/x", value))
    return document


@pytest.mark.parametrize(
    ("value", "read"), [("true", True), ("TRUE", True), ("false", False), ("yes", False), ("", False), (None, False)]
)
def test_boolean(value: str | None, read: bool) -> None:
    assert e.boolean(value) is read


@pytest.mark.parametrize(("value", "read"), [("0", 0), ("10", 10), ("", None), (None, None)])
def test_integer(value: str | None, read: int | None) -> None:
    assert e.integer(0, 10, "no", empty_clears=True)(value) == read


@pytest.mark.parametrize("value", ["-1", "11", "x", "1.5", "1_0", " 5", "5\n", "٥", "9" * 5000])
def test_no_integer(value: str) -> None:
    with pytest.raises(PatchError, match="no"):
        e.integer(0, 10, "no", empty_clears=True)(value)
    with pytest.raises(PatchError, match="no"):
        e.integer(0, 10, "no")("")


@pytest.mark.parametrize("value", ["NaN", "inf", "-0.1", "100.1", "x", "", None, "1_0", " 5", "٥", "."])
def test_no_number(value: str | None) -> None:
    with pytest.raises(PatchError, match="no"):
        e.number(0.0, 100.0, "no")(value)


def test_words() -> None:
    assert [e.number(0.0, 100.0, "no")(text) for text in ("50", "+.5", "1e1", "5.")] == [50.0, 0.5, 10.0, 5.0]
    assert e.choice(("A", "B"), "no")("A") == "A"
    with pytest.raises(PatchError, match="no"):
        e.choice(("A", "B"), "no")("C")
    assert e.required("no")("x") == "x"
    with pytest.raises(PatchError, match="no"):
        e.required("no")("")


@pytest.mark.parametrize(
    ("op", "value", "after"),
    [("replace", "new", {"a": {"b": "new"}}), ("replace", "", {"a": {}}), ("remove", None, {"a": {}})],
)
def test_member(op: str, value: str | None, after: Document) -> None:
    assert run(e.member("a", "b"), {"a": {"b": "old"}}, op, value) == after


@pytest.mark.parametrize(
    ("before", "op", "value", "after"),
    [
        ({}, "add", "v", {"m": {"k": "v"}}),
        ({"m": {"k": "v"}}, "add", "w", {"m": {"k": "w"}}),
        ({"m": {"k": "v"}}, "replace", None, {"m": {"k": ""}}),
        ({"m": {"k": "v", "l": "w"}}, "remove", None, {"m": {"l": "w"}}),
        ({"m": {"k": "v"}}, "remove", None, {}),
    ],
)
def test_entry(before: Document, op: str, value: str | None, after: Document) -> None:
    assert run(e.entry("m"), before, op, value, "k") == after


@pytest.mark.parametrize("op", ["replace", "remove"])
def test_entry_that_is_missing(op: str) -> None:
    with pytest.raises(PatchError) as refusal:
        run(e.entry("m", missing=e.NO_CONTENT_TYPE), {}, op, "v", "k")
    assert (refusal.value.code, refusal.value.message) == ("NotFoundException", "Content-Type specified was not found")


def test_an_empty_template_is_null() -> None:
    assert run(e.entry("m", e.template), {}, "add", "", "k") == {"m": {"k": None}}


@pytest.mark.parametrize(
    ("op", "value", "after"),
    [
        ("add", None, ["a", "b"]),
        ("replace", "c", ["b", "c"]),
        ("replace", "b", ["b"]),
        ("remove", None, ["b"]),
    ],
)
def test_element(op: str, value: str | None, after: list[str]) -> None:
    assert run(e.element("l"), {"l": ["a", "b"]}, op, value, "a") == {"l": after}


def test_an_emptied_list() -> None:
    assert run(e.element("l"), {"l": ["a"]}, "remove", None, "a") == {}
    assert run(e.element("l", keep_empty=True), {"l": ["a"]}, "remove", None, "a") == {"l": []}


@pytest.mark.parametrize(
    ("before", "op", "value", "after"),
    [
        ({}, "add", "a", {"o": {"l": ["a"]}}),
        ({"o": {"l": ["a"]}}, "add", "a", {"o": {"l": ["a"]}}),
        ({"o": {"l": ["a", "b"]}}, "remove", "a", {"o": {"l": ["b"]}}),
        ({"o": {"l": ["a"]}}, "remove", "a", {"o": {}}),
    ],
)
def test_value_element(before: dict[str, Any], op: str, value: str, after: Document) -> None:
    assert run(e.value_element("o", "l"), before, op, value) == after
