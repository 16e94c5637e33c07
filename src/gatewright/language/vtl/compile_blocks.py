"""Statements to closures `(frame, write)`: text, references, #set, #if; directives are in `compile_directives`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gatewright.language.vtl.access import get_property
from gatewright.language.vtl.compile_directives import Directives
from gatewright.language.vtl.compile_values import Values
from gatewright.language.vtl.errors import Failure, TemplateError
from gatewright.language.vtl.nodes import Block, Directive, If, Node, Property, Reference, Set, Text
from gatewright.language.vtl.parser import parse
from gatewright.language.vtl.running import DefinedBlock, Frame, Macro, Out, Statement
from gatewright.language.vtl.values import PRINTS

_TEXT_UNIT = 64


class Compiler:
    """Compiles one template, with the strings in it. `macros` are those that it defines, wherever it does.

    `counts`: whether loops keep the old counters `$velocityCount` and `$velocityHasNext`.
    """

    def __init__(self, text: str, *, aws: bool) -> None:
        self.aws = aws
        self.counts = "velocity" in text or "evaluate" in text
        self.values = Values(aws=aws, block=self.block)
        self.macros: dict[str, Macro] = {}
        self._directives = Directives(self)

    def evaluated(
        self, text: str, line: int, column: int, macros: dict[str, Macro]
    ) -> tuple[list[Statement], dict[str, Macro]]:
        """A template in a text that only rendering knows, and the macros with those that it defines."""
        compiler = Compiler(text, aws=self.aws)
        body = compiler.block(parse(text, line, column, frozenset(macros)))
        return body, {**compiler.macros, **macros} if compiler.macros else macros

    def block(self, block: Block) -> list[Statement]:
        """Runs of text become one statement; text before a plain reference is written along with it."""
        statements: list[Statement] = []
        text = ""
        for child in block.children:
            if isinstance(child, Text):
                text += child.text
                continue
            if isinstance(child, Reference) and not child.escaped and not child.bare:
                statements.append(self._print(child, text))
            else:
                if text:
                    statements.append(self.write(text))
                statements.append(self.statement(child))
            text = ""
        if text:
            statements.append(self.write(text))
        return statements

    def cost_of(self, block: Block) -> tuple[list[Statement], int]:
        """The closures of a block that can run more than once, and what a run costs."""
        before = self.values.cost
        statements = self.block(block)
        cost = self.values.cost - before + 1
        self.values.cost = before + 1
        return statements, cost

    def statement(self, node: Node) -> Statement:
        self.values.cost += 1
        if isinstance(node, Reference):
            return self.reference(node)
        if isinstance(node, Set):
            return self._set(node)
        if isinstance(node, If):
            return self._if(node)
        if isinstance(node, Directive):
            return self._directives.directive(node)
        raise TypeError(type(node).__name__)

    def write(self, text: str) -> Statement:
        self.values.cost += 1 + len(text) // _TEXT_UNIT
        return lambda frame, write: write(text)

    def reference(self, node: Reference) -> Statement:
        if node.bare:
            return self.write("" if self.aws and "$" in node.root else node.root)  # `$\\!a` is a null reference
        return self._print_escaped(node) if node.escaped else self._print(node, "")

    def _print(self, node: Reference, before: str) -> Statement:
        """Writes `before` and the value. Null prints as the reference itself, or as nothing on AWS.

        A variable, and a property of one, are read here, without a call in between.
        """
        self.values.cost += 1 + len(before) // _TEXT_UNIT
        value_of = self.values.value(node)
        lead = before + node.prefix + node.more
        rare = self._print_rare(node, before, lead)
        root, kinds = node.root, PRINTS
        if len(node.parts) > 1 or not all(isinstance(part, Property) for part in node.parts) or root == "foreach":

            def print_value(frame: Frame, write: Out) -> None:
                try:
                    value = value_of(frame)
                except Failure as failure:
                    raise _located(failure, node) from None
                cls = value.__class__
                if cls is str or cls in kinds:
                    write(lead)
                    write(value if cls is str else kinds[cls](value))
                else:
                    rare(frame, write, value)

            return print_value
        name = node.parts[0].name if node.parts and isinstance(node.parts[0], Property) else None

        def print_simple(frame: Frame, write: Out) -> None:
            value = frame.get(root)
            if name is not None:
                if value.__class__ is dict:
                    value = value.get(name)
                elif value is not None:
                    value = get_property(value, name)
            cls = value.__class__
            if cls is str or cls in kinds:
                write(lead)
                write(value if cls is str else kinds[cls](value))
            else:
                rare(frame, write, value)

        return print_simple

    def _print_rare(self, node: Reference, before: str, lead: str) -> Callable[[Frame, Out, Any], None]:
        """Writes null, lists, maps, objects, and what #define made."""
        text_of = self.values.text_of
        null_lead = lead if self.aws else before + node.prefix * 2 + node.more
        null_text = "" if self.aws else node.null_text

        def print_rare(frame: Frame, write: Out, value: Any) -> None:
            try:
                if value.__class__ is DefinedBlock:
                    write(before)
                    if not value.render(frame, write):  # printed as itself, on AWS too (unverified)
                        write(node.prefix * 2 + node.more + _null(frame, node.null_text))
                    return
                text = text_of(frame, value)
            except Failure as failure:
                raise _located(failure, node) from None
            if text is None:
                write(null_lead)
                if null_text:
                    write(_null(frame, null_text))
            else:
                write(lead)
                write(text)

        return print_rare

    def _print_escaped(self, node: Reference) -> Statement:
        """`\\$name` prints `$name` when there is a value, else the backslash too."""
        value_of = self.values.value(node)
        with_value, without = node.prefix, node.prefix + "\\"
        null_text = node.null_text

        def print_escaped(frame: Frame, write: Out) -> None:
            try:
                value = value_of(frame)
            except Failure as failure:
                raise _located(failure, node) from None
            write((without if value is None else with_value) + _null(frame, null_text))

        return print_escaped

    def _set(self, node: Set) -> Statement:
        """Null is assigned on AWS (unverified), and changes nothing in Velocity 1.7."""
        value_of = self.values.value(node.value)
        assign = self.values.assignment(node.target)
        aws = self.aws

        def set_value(frame: Frame, write: Out) -> None:
            try:
                value = value_of(frame)
                if aws or value is not None:
                    assign(frame, value)
            except Failure as failure:
                raise _located(failure, node) from None

        return set_value

    def _if(self, node: If) -> Statement:
        branches = [(self.values.condition(condition), self.block(block)) for condition, block in node.branches]
        otherwise = self.block(node.otherwise) if node.otherwise else []
        if len(branches) == 1:
            condition, then = branches[0]

            def if_else(frame: Frame, write: Out) -> None:
                try:
                    chosen = condition(frame)
                except Failure as failure:
                    raise _located(failure, node) from None
                for statement in then if chosen else otherwise:
                    statement(frame, write)

            return if_else

        def if_chain(frame: Frame, write: Out) -> None:
            body: Sequence[Statement] = otherwise
            try:
                for condition, block in branches:
                    if condition(frame):
                        body = block
                        break
            except Failure as failure:
                raise _located(failure, node) from None
            for statement in body:
                statement(frame, write)

        return if_chain


def _null(frame: Frame, null_text: str) -> str:
    """What stands for null: in a macro, an argument's own text as the caller wrote it."""
    literal: Any = frame.get(f".literal.{null_text}")
    return literal if isinstance(literal, str) else null_text


def _located(failure: Failure, node: Node) -> TemplateError:
    return TemplateError(f"{failure} in {node.literal[:100]!r}", node.line, node.column)
