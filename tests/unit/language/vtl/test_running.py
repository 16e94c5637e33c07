from __future__ import annotations

from typing import Any

import pytest

from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.running import WORK, DefinedBlock, ForeachScope, Frame, MacroFrame, Out, Run, Stop, join
from gatewright.language.vtl.values import MAX_TEXT


def test_the_budget() -> None:
    run = Run({})
    run.charge(WORK)
    with pytest.raises(Failure, match="too much work"):
        run.charge(1)
    with pytest.raises(Failure, match="too long"):
        Run({}).charge_text(MAX_TEXT + 1)
    assert join(["a", "b"], Run({})) == "ab"


def test_a_macro_reads_its_arguments_by_name() -> None:
    frame = Frame({"a": 1}, Run({}))
    inner = MacroFrame(frame)
    inner.bind("n", 5)
    inner.bind_expression("x", lambda caller: caller.get("a"), "$a")
    assert (inner.get("x"), inner.get("n"), inner.get("a"), inner.get("none")) == (1, 5, 1, None)
    assert inner.get(".literal.$x") == "$a"
    frame.put("a", 2)
    assert inner.get("x") == 2
    inner.put("x", 3)
    assert (inner.get("x"), frame.get("x")) == (3, 3)
    inner.remove("x")
    assert (inner.get("x"), frame.get("x")) == (None, None)


def test_stops() -> None:
    assert Stop().nearest
    assert not Stop(object()).nearest
    assert not Stop(everything=True).nearest


def _nested(frame: Frame, write: Out) -> None:
    block = frame.get("block")
    write("(")
    if not block.render(frame, write):
        write("null")
    write(")")


def test_a_block_ends_within_itself() -> None:
    frame = Frame({}, Run({}))
    block = DefinedBlock([_nested], 1, frame)
    frame.put("block", block)
    assert block.text(str) == "((null))"
    assert block.call("toString", []) == "((null))"
    assert block.call("length", []) is None


def test_a_stop_ends_a_block() -> None:
    def stop(frame: Frame, write: Out) -> None:
        write("a")
        raise Stop(everything=frame.get("all"))

    frame = Frame({}, Run({}))
    block = DefinedBlock([stop], 1, frame)
    assert block.text(str) == "a"
    frame.put("all", True)
    with pytest.raises(Stop):
        block.text(str)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("count", 3), ("index", 2), ("hasNext", True), ("first", False), ("last", False)),
        *(("replaced", "old"), ("own", 7), ("none", None)),
    ],
)
def test_members_of_a_loop(name: str, value: Any) -> None:
    scope = ForeachScope("old")
    scope.index = 2
    scope.has_next = True
    assert scope.put("own", 7)
    assert scope.get(name) == value
    inner = ForeachScope(scope)
    assert inner.get("own") == 7
    assert inner.get("parent") is scope
    assert inner.get("topmost") is scope
    assert inner.replaced == "old"


@pytest.mark.parametrize(
    ("name", "args", "value"),
    [
        *(("hasNext", [], True), ("getCount", [], 1), ("isFirst", [], True), ("getLast", [], False)),
        *(("get", ["index"], 0), ("stop", [], None), ("get", [], None), ("getNothing", [], None), ("x", [1], None)),
    ],
)
def test_methods_of_a_loop(name: str, args: list[Any], value: Any) -> None:
    scope = ForeachScope(None)
    scope.index = 0
    scope.has_next = True
    assert scope.call(name, args) == value
    assert scope.text(str) == "{}"
