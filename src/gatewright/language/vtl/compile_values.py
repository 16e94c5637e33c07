"""Expressions to closures `(frame) -> value`, and to `(frame) -> bool` where a condition is wanted.

Specialised by shape: a reference without parts is one look-up, one property of a map two. A condition is not the truth
of a value: for Velocity only references, `true`, and the results of comparing and logic can be true; a string, a number
or a sum standing alone is false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from gatewright.language.vtl.access import get_index, get_property, hashable, set_index, set_property
from gatewright.language.vtl.arithmetic import ARITHMETIC, NUMBERS, calculate, int_value, is_number
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.methods import invoke
from gatewright.language.vtl.nodes import (
    Binary,
    Block,
    Constant,
    Index,
    Interpolated,
    ListLiteral,
    MapLiteral,
    Method,
    Node,
    Not,
    Property,
    RangeLiteral,
    Reference,
    Text,
)
from gatewright.language.vtl.running import SCOPE, TEXT_PART, Expression, ForeachScope, Frame, Statement, join
from gatewright.language.vtl.values import MAX_ITEMS, JavaList, aws_text, java_equals, java_text, same_kind

Condition = Callable[[Frame], bool]
Part = Callable[[Frame, Any], Any]

_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "LT": operator.lt,
    "LE": operator.le,
    "GT": operator.gt,
    "GE": operator.ge,
}


def _nothing(frame: Frame) -> None:
    return None


def _never(frame: Frame) -> bool:
    return False


class Values:
    """Compiles expressions. `aws`: AWS's ways; else a plain Velocity engine's.

    `roots` collects the names of variables; `cost` counts nodes. `block` compiles the inside of a string.
    """

    def __init__(self, *, aws: bool, block: Callable[[Block], list[Statement]]) -> None:
        self.aws = aws
        self.text = aws_text if aws else java_text
        self.roots: set[str] = set()
        self.cost = 0
        self._block = block

    def value(self, node: Node) -> Expression:
        self.cost += 1
        if isinstance(node, Constant):
            constant = node.value
            return lambda frame: constant
        if isinstance(node, Reference):
            return self.reference(node)
        if isinstance(node, Interpolated):
            return self._interpolated(node)
        if isinstance(node, ListLiteral):
            items = [self.value(item) for item in node.items]
            return lambda frame: JavaList([item(frame) for item in items])
        if isinstance(node, RangeLiteral):
            return _range(self.value(node.first), self.value(node.last))
        if isinstance(node, MapLiteral):
            entries = [(self.value(key), self.value(item)) for key, item in node.entries]
            return lambda frame: {hashable(key(frame)): item(frame) for key, item in entries}
        if isinstance(node, Not):
            return self._negation(node)
        if isinstance(node, Binary):
            if node.operator in ARITHMETIC:
                return self._chain(node)
            return self.condition(node)
        return _nothing  # a block or a bare word: null

    def text_of(self, frame: Frame, value: Any) -> str | None:
        """What prints. Of lists and maps it costs: much prints of what has few parts, when it has them many times."""
        text = self.text(value)
        if text is not None and value.__class__ is not str:
            frame.run.charge(len(text) // TEXT_PART)
        return text

    def condition(self, node: Node) -> Condition:
        if isinstance(node, Binary):
            if node.operator in ("AND", "OR"):
                return self._logic(node)
            if node.operator not in ARITHMETIC:
                return self._comparison(node)
        elif isinstance(node, Not):
            return self._negation(node)
        elif isinstance(node, Constant):
            return (lambda frame: True) if node.value is True else _never
        elif isinstance(node, Reference):
            return self._truth(self.value(node))
        return _never

    def _truth(self, value: Expression) -> Condition:
        def truth(frame: Frame) -> bool:
            result = value(frame)
            return result is not None and result is not False

        return truth

    def _negation(self, node: Not) -> Condition:
        operand = self.condition(node.operand)
        return lambda frame: not operand(frame)

    def _logic(self, node: Binary) -> Condition:
        """A chain of one operator is one closure."""
        operands: list[Condition] = []
        left: Node = node
        while isinstance(left, Binary) and left.operator == node.operator:
            operands.append(self.condition(left.right))
            left = left.left
        operands.append(self.condition(left))
        operands.reverse()
        if len(operands) == 2:
            one, other = operands
            if node.operator == "AND":
                return lambda frame: one(frame) and other(frame)
            return lambda frame: one(frame) or other(frame)
        return _chain_of(operands, decides=node.operator == "OR")

    def _comparison(self, node: Binary) -> Condition:
        self.cost += 1
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in _ORDER:
            return _ordered(_ORDER[node.operator], left, right, node.right)
        equal = self._equal
        if node.operator == "EQ":
            return lambda frame: equal(frame, left(frame), right(frame))
        return lambda frame: not equal(frame, left(frame), right(frame))

    def _equal(self, frame: Frame, left: Any, right: Any) -> bool:
        if left.__class__ is str and right.__class__ is str:
            return bool(left == right)
        if is_number(left) and is_number(right):
            return bool(left == right)
        if left is not None and right is not None and same_kind(left, right):
            return java_equals(frame.run.charge, left, right)
        one, other = self.text_of(frame, left), self.text_of(frame, right)
        if self.aws and (one is None or other is None):
            return (one or "") == (other or "")  # recorded: on AWS null equals the empty string
        return one == other

    # Arithmetic

    def _chain(self, node: Binary) -> Expression:
        """A chain of sums or products, from the left: one closure, however long."""
        steps: list[tuple[str, Node, Node]] = []
        left: Node = node
        while isinstance(left, Binary) and left.operator in ARITHMETIC:
            steps.append((left.operator, left.left, left.right))
            left = left.left
        first = self.value(left)
        operations = [self._step(*step) for step in reversed(steps)]
        if len(operations) == 1 and node.operator != "PLUS":
            calculation, second = ARITHMETIC[node.operator], operations[0][1]
            return lambda frame: calculate(calculation, first(frame), second(frame))
        if len(operations) == 1:
            operation, right = operations[0]
            return lambda frame: operation(frame, first(frame), right(frame))

        def chain(frame: Frame) -> Any:
            result = first(frame)
            for operation, right in operations:
                result = operation(frame, result, right(frame))
            return result

        return chain

    def _step(self, kind: str, left: Node, right: Node) -> tuple[Callable[[Frame, Any, Any], Any], Expression]:
        operation = ARITHMETIC[kind]
        if kind != "PLUS":
            return lambda frame, one, other: calculate(operation, one, other), self.value(right)
        text = self.text_of
        left_literal, right_literal = left.literal, right.literal

        def plus(frame: Frame, one: Any, other: Any) -> Any:
            if one.__class__ is str or other.__class__ is str:
                joined = (
                    left_literal if one is None else text(frame, one) or "",
                    right_literal if other is None else text(frame, other) or "",
                )
                frame.run.charge_text(len(joined[0]) + len(joined[1]))
                return "".join(joined)
            return calculate(operation, one, other)

        return plus, self.value(right)

    def _interpolated(self, node: Interpolated) -> Expression:
        """Renders the string's template; the blank that Velocity adds to it goes at once when it is plain text."""
        children = node.block.children
        cut = node.padded
        if node.padded and children and isinstance(children[-1], Text) and children[-1].text.endswith(" "):
            children[-1].text = children[-1].text[:-1]
            cut = False
        body = self._block(node.block)

        def interpolated(frame: Frame) -> str:
            parts: list[str] = []
            write = parts.append
            for statement in body:
                statement(frame, write)
            text = join(parts, frame.run)
            return text[:-1] if cut else text

        return interpolated

    # References

    def reference(self, node: Reference) -> Expression:
        if node.bare:
            return _nothing
        root = node.root
        self.roots.add(root)
        parts = [self._part(part) for part in node.parts]
        if not parts:
            return lambda frame: frame.get(root)
        if root == "foreach" and len(parts) == 1:
            of_loop = _of_loop(node.parts[0])
            if of_loop is not None:
                return of_loop
        if len(parts) == 1:
            return _one_part(root, node.parts[0], parts[0])
        names = [part.name for part in node.parts if isinstance(part, Property)]
        if len(names) == len(parts):
            return _properties(root, names)

        def many(frame: Frame) -> Any:
            value = frame.get(root)
            for part in parts:
                if value is None:
                    return None
                value = part(frame, value)
            return value

        return many

    def _part(self, node: Property | Index | Method) -> Part:
        self.cost += 1
        if isinstance(node, Property):
            name = node.name
            return lambda frame, value: get_property(value, name)
        if isinstance(node, Index):
            index = self.value(node.argument)
            return lambda frame, value: get_index(value, index(frame))
        method = node.name
        arguments = [self.value(argument) for argument in node.arguments]
        text = self.text
        if len(arguments) == 1:
            argument = arguments[0]
            return lambda frame, value: invoke(frame.run, text, value, method, [argument(frame)])
        return lambda frame, value: invoke(frame.run, text, value, method, [item(frame) for item in arguments])

    def assignment(self, node: Reference) -> Callable[[Frame, Any], None]:
        """What `#set` does with a value; null removes a variable."""
        if not node.parts:
            name = node.assigns
            self.roots.add(name)

            def assign(frame: Frame, value: Any) -> None:
                if value is None:
                    frame.remove(name)
                else:
                    frame.put(name, value)

            return assign
        owner = self.reference(
            Reference(
                node.line, node.column, node.literal, node.root, node.parts[:-1],
                node.null_text, node.escaped, node.prefix, node.more, node.assigns, node.bare,
            )
        )  # fmt: skip
        last = node.parts[-1]
        if isinstance(last, Index):
            index = self.value(last.argument)

            def assign_index(frame: Frame, value: Any) -> None:
                target = owner(frame)
                if target is not None:
                    set_index(target, index(frame), value)

            return assign_index
        name = last.name  # of a method too: Velocity takes its name for a property's

        def assign_property(frame: Frame, value: Any) -> None:
            target = owner(frame)
            if target is not None:
                set_property(target, name, value)

        return assign_property


def _ordered(order: Callable[[Any, Any], bool], left: Expression, right: Expression, node: Node) -> Condition:
    """Numbers in order; false when a side is none."""
    if isinstance(node, Constant) and is_number(node.value):
        limit = node.value

        def ordered_to(frame: Frame) -> bool:
            one = left(frame)
            return one.__class__ in NUMBERS and order(one, limit)

        return ordered_to

    def ordered(frame: Frame) -> bool:
        one, other = left(frame), right(frame)
        return one.__class__ in NUMBERS and other.__class__ in NUMBERS and order(one, other)

    return ordered


def _chain_of(conditions: list[Condition], *, decides: bool) -> Condition:
    """Conditions one after another until one has the value that decides."""

    def chain(frame: Frame) -> bool:
        for condition in conditions:
            if condition(frame) is decides:
                return decides
        return not decides

    return chain


def _one_part(root: str, node: Property | Index | Method, part: Part) -> Expression:
    if isinstance(node, Property):
        name = node.name

        def of_property(frame: Frame) -> Any:
            value = frame.get(root)
            if value.__class__ is dict:
                return value.get(name)
            return None if value is None else get_property(value, name)

        return of_property

    def one(frame: Frame) -> Any:
        value = frame.get(root)
        return None if value is None else part(frame, value)

    return one


def _properties(root: str, names: list[str]) -> Expression:
    def of_properties(frame: Frame) -> Any:
        value = frame.get(root)
        for name in names:
            if value.__class__ is dict:
                value = value.get(name)
            elif value is None:
                return None
            else:
                value = get_property(value, name)
        return value

    return of_properties


def _of_loop(node: Property | Index | Method) -> Expression | None:
    """`$foreach.hasNext` and its like, without a look-up of the name."""
    read = SCOPE.get(node.name) if isinstance(node, Property) else None
    if read is None:
        return None
    name = node.name if isinstance(node, Property) else ""

    def of_loop(frame: Frame) -> Any:
        scope = frame.get("foreach")
        if scope.__class__ is ForeachScope:
            return read(scope)
        return None if scope is None else get_property(scope, name)

    return of_loop


def _range(first: Expression, last: Expression) -> Expression:
    def numbers(frame: Frame) -> Any:
        start, end = first(frame), last(frame)
        if not (is_number(start) and is_number(end)):
            return None
        start, end = int_value(start), int_value(end)
        size = abs(start - end) + 1
        if size > MAX_ITEMS:
            raise Failure(f"A range of {size} numbers")
        frame.run.charge(size // 4)
        return JavaList(range(start, end - 1, -1) if start >= end else range(start, end + 1))

    return numbers
