"""Metric math of GetMetricData, as far as rates and sums need it: + - * / ^, numbers, ids, FILL, SUM, AVG, MIN, MAX.

AWS: "Using math expressions with CloudWatch metrics". A series is a mapping from timestamps to values; what has no
value at a time has none in the result. Python's own parser reads an expression, and nothing but the nodes named here is
looked at.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from gatewright.aws.base import AwsError

Values = Mapping[float, float]
_LONGEST = 2048  # characters
_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_FUNCTIONS: Mapping[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "AVG": lambda values: sum(values) / len(values),
    "MIN": min,
    "MAX": max,
}


def evaluate(expression: str, known: Mapping[str, Values], metrics: list[str], period: int) -> Values:
    """The values of an expression. `known`: of other ids, of which `metrics` are no expressions. Raises AwsError."""
    try:
        if len(expression) > _LONGEST:
            raise _unsupported(expression[:100])
        tree = ast.parse(expression.strip().replace("^", "**"), mode="eval")
        found = _Reader(known, metrics, period).read(tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _unsupported(expression[:100]) from None
    if isinstance(found, list):
        raise _unsupported(expression)
    return found if isinstance(found, Mapping) else dict.fromkeys(_times(known), found)


class _Reader:
    def __init__(self, known: Mapping[str, Values], metrics: list[str], period: int) -> None:
        self._known = known
        self._metrics = metrics
        self._period = period

    def read(self, node: ast.expr) -> Any:
        """A number, a series, or a list of series."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return float(node.value)
        if isinstance(node, ast.Name):
            if node.id not in self._known:
                raise AwsError("ValidationError", f"Error in expression: unknown id {node.id!r}")
            return self._known[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return _both(operator.mul, -1.0, self.read(node.operand))
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _both(_OPERATORS[type(node.op)], self.read(node.left), self.read(node.right))
        if isinstance(node, ast.List):
            return [self.read(each) for each in node.elts]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._call(node.func.id, node.args)
        raise _unsupported(ast.unparse(node))

    def _call(self, name: str, arguments: list[ast.expr]) -> Any:
        if name == "METRICS" and not arguments:
            return [self._known[each] for each in self._metrics]
        if name == "PERIOD" and len(arguments) == 1:
            return float(self._period)
        values = [self.read(each) for each in arguments]
        if name == "FILL" and len(values) == 2 and isinstance(values[1], float):
            times = _times(self._known)
            return {at: values[0].get(at, values[1]) for at in times}
        if name in _FUNCTIONS and len(values) == 1:
            return _fold(_FUNCTIONS[name], values[0])
        raise _unsupported(f"{name}(…)")


def _fold(function: Callable[[list[float]], float], value: Any) -> Any:
    """Of several series time by time; of one, one number."""
    if isinstance(value, list):
        times = sorted({at for each in value for at in each})
        return {at: function([each[at] for each in value if at in each]) for at in times}
    return function(list(value.values())) if value else 0.0


def _both(function: Callable[[float, float], float], left: Any, right: Any) -> Any:
    if isinstance(left, list) or isinstance(right, list):
        raise _unsupported("arithmetic of lists")
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        pairs = {at: (left[at], right[at]) for at in left if at in right}
    elif isinstance(left, Mapping):
        pairs = {at: (value, right) for at, value in left.items()}
    elif isinstance(right, Mapping):
        pairs = {at: (left, value) for at, value in right.items()}
    else:
        return _number(function, left, right)
    found = ((at, _number(function, *pair)) for at, pair in pairs.items())
    return {at: value for at, value in found if value is not None}


def _number(function: Callable[[float, float], float], left: float, right: float) -> float | None:
    """None: no number (a division by zero)."""
    try:
        found: object = function(left, right)  # a power may be complex, too
    except (ArithmeticError, ValueError):
        return None
    return found if isinstance(found, float) else None


def _times(known: Mapping[str, Values]) -> list[float]:
    return sorted({at for values in known.values() for at in values})


def _unsupported(what: str) -> AwsError:
    return AwsError(
        "ValidationError",
        f"Error in expression: {what} is not supported here. Supported are + - * / ^, FILL, PERIOD, SUM, AVG, MIN, MAX "
        "and METRICS.",
    )
