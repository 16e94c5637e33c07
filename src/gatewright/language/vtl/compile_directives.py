"""Directives to closures: #foreach, #define, #macro and calls of macros, #break, #stop, #evaluate, #literal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from gatewright.language.vtl.errors import Failure, TemplateError
from gatewright.language.vtl.nodes import BLOCKS, Block, Constant, Directive, Interpolated, Node, Reference, Word
from gatewright.language.vtl.objects import JavaIterator
from gatewright.language.vtl.running import (
    MAX_CALLS,
    MAX_TURNS,
    DefinedBlock,
    ForeachScope,
    Frame,
    Macro,
    MacroFrame,
    Out,
    Statement,
    Stop,
)

if TYPE_CHECKING:
    from gatewright.language.vtl.compile_values import Values

AWS_VARIABLES: Final = ("input", "util", "context", "stageVariables")
_PARSE_COST: Final = 12  # of a character
_COUNTERS: Final = ("velocityCount", "velocityHasNext")
_CALL_COST: Final = 8  # of a macro's call besides its body
_MAX_EVALUATIONS: Final = 10  # of #evaluate within itself


class Compiling(Protocol):
    """What directives need of the compiler."""

    aws: bool
    counts: bool
    values: Values
    macros: dict[str, Macro]

    def block(self, block: Block) -> list[Statement]: ...
    def cost_of(self, block: Block) -> tuple[list[Statement], int]: ...
    def write(self, text: str) -> Statement: ...
    def reference(self, node: Reference) -> Statement: ...
    def evaluated(
        self, text: str, line: int, column: int, macros: dict[str, Macro]
    ) -> tuple[list[Statement], dict[str, Macro]]: ...


class Directives:
    """Compiles directives and calls of macros."""

    def __init__(self, compiler: Compiling) -> None:
        self._compiler = compiler
        self._values = compiler.values

    def directive(self, node: Directive) -> Statement:
        if node.name in BLOCKS and node.block is None:
            raise _error(node, f"#{node.name} needs parentheses")
        compile_directive = _DIRECTIVES.get(node.name)
        if compile_directive is not None:
            return compile_directive(self, node)
        if node.name.startswith("@"):
            if node.arguments is None:
                return self._compiler.write("#" + node.name)
            return self._call(node, node.name[1:])
        return self._call(node, node.name)

    # Loops

    def _foreach(self, node: Directive) -> Statement:
        children: list[Node] = [*(node.arguments or []), *_given(node.block)]
        if len(children) < 3:
            return _fails(node, "#foreach needs a variable and a list")
        key = children[0].root if isinstance(children[0], Reference) else children[0].literal[1:]
        listed = self._values.value(children[2])
        body, cost = self._body(children)
        loop = _Loop(node, key, body, cost, counts=self._compiler.counts)

        def foreach(frame: Frame, write: Out) -> None:
            try:
                items = _items(listed(frame))
            except Failure as failure:
                raise _error(node, str(failure)) from None
            if items is not None:
                loop.run(items, frame, write)

        return foreach

    def _body(self, children: list[Node]) -> tuple[list[Statement], int]:
        """Velocity renders the fourth child, which is the block unless there are too many arguments."""
        body = children[3] if len(children) > 3 else None
        if isinstance(body, Block):
            return self._compiler.cost_of(body)
        return ([self._compiler.reference(body)] if isinstance(body, Reference) else []), 1

    # Blocks and macros

    def _define(self, node: Directive) -> Statement:
        arguments = node.arguments or []
        if len(arguments) != 1 or node.block is None:
            raise _error(node, "#define needs one variable")
        name = arguments[0].assigns if isinstance(arguments[0], Reference) else arguments[0].literal[1:]
        body, cost = self._compiler.cost_of(node.block)
        return lambda frame, write: frame.put(name, DefinedBlock(body, cost, frame))

    def _macro(self, node: Directive) -> Statement:
        """Defined before the template runs, wherever it stands; the first of a name stays."""
        arguments = node.arguments or []
        name = arguments[0].literal if arguments else ""
        parameters = [_parameter(argument) for argument in arguments[1:]]
        body, cost = self._compiler.cost_of(node.block) if node.block else ([], 1)
        self._compiler.macros.setdefault(name, Macro(parameters, body, cost))
        return lambda frame, write: None

    def _call(self, node: Directive, name: str) -> Statement:
        """A macro's call; text when there is no such macro. With a block (`#@name`): that is `$bodyContent`."""
        arguments = [self._argument(argument) for argument in node.arguments or []]
        bad = next((argument for argument in node.arguments or [] if isinstance(argument, Word)), None)
        content = self._compiler.cost_of(node.block) if node.block else None
        source = node.literal

        def call(frame: Frame, write: Out) -> None:
            macro = frame.run.macros.get(name)
            if macro is None:
                write(source)
                return
            if bad is not None:
                raise _error(bad, f"Invalid argument {bad.word!r} of macro #{name}")
            inner = MacroFrame(frame)
            for parameter, bind in zip(macro.parameters, arguments, strict=False):
                bind(inner, parameter, frame)
            if content is not None:
                inner.bind("bodyContent", DefinedBlock(*content, frame, MAX_CALLS))
            _run_macro(node, macro, inner, write)

        return call

    def _argument(self, node: Node) -> Callable[[MacroFrame, str, Frame], None]:
        value = self._values.value(node)
        if isinstance(node, Constant) and not isinstance(node.value, str):
            return lambda inner, name, frame: inner.bind(name, value(frame))
        literal = node.literal

        def read(frame: Frame) -> Any:
            """Whenever the macro reads it, and wherever: the error names the argument."""
            try:
                return value(frame)
            except Failure as failure:
                raise _error(node, str(failure)) from None

        return lambda inner, name, frame: inner.bind_expression(name, read, literal)

    # The others

    def _break(self, node: Directive) -> Statement:
        """Ends the loop (or macro, or block) around it; `#break($foreach.parent)` that loop."""
        arguments = node.arguments or []
        if len(arguments) > 1:
            raise _error(node, "#break takes one argument at most")
        scope_of = self._values.value(arguments[0]) if arguments else None

        def stop(frame: Frame, write: Out) -> None:
            if scope_of is None:
                raise Stop
            try:
                scope = scope_of(frame)
            except Failure as failure:
                raise _error(node, str(failure)) from None
            if not isinstance(scope, ForeachScope):
                raise _error(node, f"{arguments[0].literal} is no scope")
            raise Stop(scope)

        return stop

    def _stop(self, node: Directive) -> Statement:
        if len(node.arguments or []) > 1:
            raise _error(node, "#stop takes one argument at most")

        def stop(frame: Frame, write: Out) -> None:
            raise Stop(everything=True)

        return stop

    def _evaluate(self, node: Directive) -> Statement:
        arguments = node.arguments or []
        if len(arguments) != 1 or not _is_text(arguments[0]):
            raise _error(node, "#evaluate needs one argument, a string or a reference")
        value_of = self._values.value(arguments[0])
        self._values.roots.update(AWS_VARIABLES)  # it may read any of them
        text_of = self._values.text
        compiler = self._compiler

        def evaluate(frame: Frame, write: Out) -> None:
            run = frame.run
            try:
                text = text_of(value_of(frame)) or ""
                run.charge(_PARSE_COST * len(text) + 50)
                if run.evaluations >= _MAX_EVALUATIONS:
                    raise Failure(f"#evaluate within itself more than {_MAX_EVALUATIONS} times")
            except Failure as failure:
                raise _error(node, str(failure)) from None
            run.evaluations += 1
            try:
                body, macros = compiler.evaluated(text, node.line, node.column, run.macros)
                run.macros = macros
                for statement in body:
                    statement(frame, write)
            except Stop:
                pass
            finally:
                run.evaluations -= 1

        return evaluate

    def _literal(self, node: Directive) -> Statement:
        """The block is compiled for the macros in it, which are defined nevertheless."""
        if node.block is not None:
            self._compiler.block(node.block)
        first = [*(node.arguments or []), *_given(node.block)][0]
        return self._compiler.write(first.literal)

    def _unavailable(self, node: Directive) -> Statement:
        return _fails(node, f"#{node.name} is not available: API Gateway has no files to read")


_DIRECTIVES: Final[dict[str, Callable[[Directives, Directive], Statement]]] = {
    "foreach": Directives._foreach,
    "define": Directives._define,
    "macro": Directives._macro,
    "break": Directives._break,
    "stop": Directives._stop,
    "evaluate": Directives._evaluate,
    "literal": Directives._literal,
    "include": Directives._unavailable,
    "parse": Directives._unavailable,
}


class _Loop:
    """The turns of a #foreach."""

    __slots__ = ("_body", "_cost", "_counts", "_key", "_node")

    def __init__(self, node: Directive, key: str, body: Sequence[Statement], cost: int, *, counts: bool) -> None:
        self._counts = counts
        self._node = node
        self._key = key
        self._body = body
        self._cost = cost

    def run(self, items: Sequence[Any], frame: Frame, write: Out) -> None:
        get = frame.get
        names = (self._key, *_COUNTERS) if self._counts else (self._key,)
        saved = [(name, get(name)) for name in names]
        scope = ForeachScope(get("foreach"))
        frame.put("foreach", scope)
        try:
            self._turns(items, scope, frame, write)
        except Stop as stop:
            if not stop.nearest and stop.target is not scope:
                raise
        finally:
            for name, value in saved:
                _restore(frame, name, value)
            _restore(frame, "foreach", scope.parent or scope.replaced)

    def _turns(self, items: Sequence[Any], scope: ForeachScope, frame: Frame, write: Out) -> None:
        put, key, body, cost, run = frame.put, self._key, self._body, self._cost, frame.run
        counts = self._counts
        count = 0
        size = len(items)
        while count < size and count < MAX_TURNS:
            item = items[count]
            count += 1
            run.work -= cost
            if run.work < 0:
                raise _error(self._node, "The template does too much work")
            put(key, item)
            scope.index = count - 1
            scope.has_next = count < size
            if counts:
                put("velocityCount", count)
                put("velocityHasNext", count < size)
            for statement in body:
                statement(frame, write)
            if len(items) != size:
                if len(items) == count:
                    return
                raise _error(self._node, "The list changes while #foreach reads it")


def _restore(frame: Frame, name: str, value: Any) -> None:
    if value is None:
        frame.remove(name)
    else:
        frame.put(name, value)


def _items(value: Any) -> Sequence[Any] | None:
    """What #foreach goes through: elements, a map's values, what is left of an iterator. None: nothing."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return tuple(value.values())
    if isinstance(value, JavaIterator):
        return tuple(value)
    return None


def _run_macro(node: Directive, macro: Macro, frame: MacroFrame, write: Out) -> None:
    run = frame.run
    if run.calls >= MAX_CALLS:
        raise _error(node, f"Max calling depth of {MAX_CALLS} was exceeded in macro {node.name!r}")
    run.work -= macro.cost + _CALL_COST
    if run.work < 0:
        raise _error(node, "The template does too much work")
    run.calls += 1
    try:
        for statement in macro.body:
            statement(frame, write)
    except Stop as stop:
        if not stop.nearest:
            raise
    finally:
        run.calls -= 1


def _given(block: Block | None) -> list[Node]:
    return [] if block is None else [block]


def _is_text(node: Node) -> bool:
    return isinstance(node, Reference | Interpolated) or (isinstance(node, Constant) and isinstance(node.value, str))


def _parameter(node: Node) -> str:
    return node.assigns if isinstance(node, Reference) else node.literal


def _fails(node: Directive, reason: str) -> Statement:
    def fail(frame: Frame, write: Out) -> None:
        raise _error(node, reason)

    return fail


def _error(node: Node, reason: str) -> TemplateError:
    return TemplateError(f"{reason} in {node.literal[:100]!r}", node.line, node.column)
