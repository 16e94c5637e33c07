"""From the condition of a filter to a closure.

What a path in it cannot find is MISSING; what the engine finds invalid only now makes the filter false. A path alone
(`[?(@.a)]`) asks whether it leads anywhere; an indefinite one always does, to an empty list at least.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from gatewright.language.jsonpath.errors import InvalidPath, PathNotFound
from gatewright.language.jsonpath.nodes import EVALUATORS, MISSING, node
from gatewright.language.jsonpath.run import Read, Run, Test
from gatewright.language.jsonpath.tokens import AllOf, AnyOf, Compare, Condition, Exists, Literal, Not, PathText


class BuildReader(Protocol):
    def __call__(self, path: PathText, strict: bool = False) -> Read: ...


def build_filter(condition: Condition, build_reader: BuildReader) -> Test:
    """Whether a value passes. `build_reader` makes a function of a path."""
    test = _Tests(build_reader).test(condition)

    def accepts(run: Run, value: Any) -> bool:
        run.budget.spend(1)
        try:
            return test(run, value)
        except InvalidPath:
            return False

    return accepts


class _Tests:
    __slots__ = ("_build_reader",)

    def __init__(self, build_reader: BuildReader) -> None:
        self._build_reader = build_reader

    def test(self, condition: Condition) -> Test:
        if isinstance(condition, Compare):
            return self._comparison(condition)
        if isinstance(condition, Exists):
            return self._existence(condition)
        if isinstance(condition, Not):
            negated = self.test(condition.operand)
            return lambda run, value: not negated(run, value)
        tests = [self.test(operand) for operand in condition.operands]
        if isinstance(condition, AnyOf):
            return lambda run, value: any(test(run, value) for test in tests)
        assert isinstance(condition, AllOf)
        return lambda run, value: all(test(run, value) for test in tests)

    def _comparison(self, condition: Compare) -> Test:
        evaluate = EVALUATORS[condition.operator]
        left, right = self._operand(condition.left), self._operand(condition.right)

        def compare(run: Run, value: Any) -> bool:
            return evaluate(left(run, value), right(run, value), run.budget.spend)

        everywhere = all(isinstance(side, Literal) or side.rooted for side in (condition.left, condition.right))
        return _once(compare) if everywhere else compare

    def _operand(self, operand: PathText | Literal) -> Callable[[Run, Any], Any]:
        if isinstance(operand, Literal):
            constant = operand.value
            return lambda run, value: constant
        read, rooted = self._build_reader(operand), operand.rooted

        def evaluate(run: Run, value: Any) -> Any:
            try:
                return node(read(run.root if rooted else value, run.root, run.budget))
            except PathNotFound:
                return MISSING

        return _once(evaluate) if rooted else evaluate

    def _existence(self, condition: Exists) -> Test:
        # The engine evaluates even a path with `$` on the element here.
        read, wanted = self._build_reader(condition.path, strict=True), condition.wanted

        def exists(run: Run, value: Any) -> bool:
            try:
                read(value, run.root, run.budget)
            except PathNotFound:
                return not wanted
            return wanted

        return exists


def _once(compute: Callable[[Run, Any], Any]) -> Callable[[Run, Any], Any]:
    """For what depends on the document's root alone."""

    def remembered(run: Run, value: Any) -> Any:
        known = run.budget.known.get(id(compute))
        if known is None or known[0] is not run.root:
            known = (run.root, compute(run, value))
            run.budget.known[id(compute)] = known
        return known[1]

    return remembered
