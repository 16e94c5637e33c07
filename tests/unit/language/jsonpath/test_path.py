"""Every recorded answer of Jayway JsonPath, and the bounds."""

from __future__ import annotations

import json
import time
from pathlib import Path as File
from typing import Any

import pytest

from gatewright.language.jsonpath import InvalidPath, PathError, PathNotFound, TooComplex, compile_path

_CORPUS = File(__file__).resolve().parents[5] / "shared" / "corpora" / "jsonpath" / "jayway.jsonl"
_CASES: list[dict[str, Any]] = [json.loads(line) for line in _CORPUS.read_text(encoding="utf-8").splitlines()]


def _answer(case: dict[str, Any]) -> tuple[str | None, str | None, bool | None]:
    """(JSON text, error, definite): as text, so that the order of members and 5 or 5.0 count."""
    definite = None
    try:
        path = compile_path(case["path"])
        definite = path.definite
        return json.dumps(path.read(case["doc"])), None, definite
    except PathError as error:
        return None, error.kind, definite


@pytest.mark.parametrize("case", _CASES, ids=[case["id"] for case in _CASES])
def test_recorded(case: dict[str, Any]) -> None:
    expected = json.dumps(case["expected"]) if "expected" in case else None
    assert _answer(case) == (expected, case.get("error"), case.get("definite"))


def test_compiled_paths_are_kept() -> None:
    assert compile_path("$.kept") is compile_path("$.kept")


def test_the_errors_are_those_that_callers_expect() -> None:
    with pytest.raises(ValueError, match="Invalid path"):
        compile_path("$[")
    with pytest.raises(LookupError):
        compile_path("$.a").read({})
    with pytest.raises(PathNotFound):
        compile_path("$[3]").read([])


_OBJECTS: Any = {}
_LISTS: Any = []
for _ in range(60):
    _OBJECTS, _LISTS = {"a": _OBJECTS}, [_LISTS]
_MANY = list(range(200_000))
_LONG = "a" * 5_000_000


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("$" + "..*" * 12, _OBJECTS),
        ("$" + "[0,0,0,0]" * 40, _LISTS),
        ("$" + "['a','a','a']" * 40, _OBJECTS),
        ("$" + "..a" * 40, _OBJECTS),
        ("$[?(@ in $)]", _MANY),
        ("$[?($ anyof $)]", _MANY),
        ("$.l[?($.s contains @)]", {"s": _LONG, "l": ["b"] * 100_000}),
        ("$.l[?(@ =~ /(a|aa)+c|d/)]", {"l": ["a" * 60 + "d"] * 100_000}),
        ("$..[?(@..x == 1)]", {"a": [[[_MANY]] * 20] * 20}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_paths_and_documents_end_soon(text: str, document: Any) -> None:
    start = time.process_time()
    with pytest.raises(TooComplex):
        compile_path(text).read(document)
    assert time.process_time() - start < 10  # seconds instead of hours: no measure of speed


def test_depth_is_bounded() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert len(compile_path("$..[0]").read(deep)) == 100_000
    with pytest.raises(TooComplex):
        compile_path("$[?(@ == $[0])]").read([deep, deep])


@pytest.mark.parametrize(
    "text",
    [
        "$" + ".a" * 101,
        "$" + "a" * 10_001,
        "$[?(" + "(" * 100 + "@.a" + ")" * 100 + ")]",
        "$[?(" + "!" * 1000 + "@.a)]",
        "$" + "[?(@" * 50 + ".a" + ")]" * 50,
        "$.sum(" * 50 + "$.a" + ")" * 50,
    ],
)
def test_paths_are_bounded(text: str) -> None:
    with pytest.raises(InvalidPath):
        compile_path(text)


def test_building_many_indefinite_steps_is_quick() -> None:
    assert compile_path("$" + ".*[?(@)]" * 50).read({}) == []


def test_the_longest_path_runs() -> None:
    document: Any = 1
    for _ in range(100):
        document = {"a": document}
    assert compile_path("$" + ".a" * 100).read(document) == 1


@pytest.mark.parametrize("text", ["$[?(@.a == @.b)]", "$.l[?(@.a !== @.b)]", "$.concat($.a)", "$..z"])
def test_values_that_share_their_parts_end_soon(text: str) -> None:
    """Templates can make them: each list holds the one before twice."""
    one: list[Any] = [1]
    two: list[Any] = [1]
    for _ in range(40):
        one, two = [one, one], [two, two]
    with pytest.raises(TooComplex):
        compile_path(text).read({"a": one, "b": two, "c": {"a": one, "b": two}, "l": [{"a": one, "b": two}]})
