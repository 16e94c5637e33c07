"""A template that runs: its budget, its variables, and the objects that directives make.

Statements are closures `(frame, write)`, expressions are closures `(frame)`. A `Frame` holds variables; a macro's call
puts a frame over its caller's. The `Run` is one for all frames of a rendering and counts work: a turn of a loop or a
macro's call costs the number of nodes in its body, long texts and lists cost by their size. What stands outside of
loops and macros costs nothing: a template is bounded in size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.values import MAX_TEXT, TemplateObject, Write

WORK: Final = 600_000  # nodes; about a third of a second
MAX_CALLS: Final = 20  # of macros within one another (velocimacro.max.depth)
MAX_TURNS: Final = 1000  # of one #foreach (AWS quota); unverified: that it ends silently, as Velocity's own limit does
_MAX_DEFINE: Final = 2  # of a #define within itself (directive.define.maxdepth)
TEXT_PART: Final = 4  # characters for one unit, of texts made of parts
TEXT_UNIT: Final = 64  # characters for one unit of work

Out = Callable[[str], None]


class Run:
    """One rendering."""

    __slots__ = ("calls", "evaluations", "macros", "patterns", "work")

    def __init__(self, macros: dict[str, Macro]) -> None:
        self.macros = macros
        self.work = WORK
        self.calls = 0
        self.evaluations = 0
        self.patterns = 0  # regular expressions run so far

    def charge(self, units: int) -> None:
        self.work -= units
        if self.work < 0:
            raise Failure("The template does too much work")

    def charge_text(self, size: int) -> None:
        if size > MAX_TEXT:
            raise Failure("A text too long")
        if size > TEXT_UNIT:
            self.charge(size // TEXT_UNIT)


class Frame:
    """Variables of a template. `get`, which is called most, is an attribute so that a dict's own method serves."""

    __slots__ = ("_variables", "get", "run")

    get: Callable[[str], Any]

    def __init__(self, variables: dict[str, Any], run: Run) -> None:
        self.run = run
        self.get = variables.get
        self._variables = variables

    def put(self, name: str, value: Any) -> None:
        self._variables[name] = value

    def remove(self, name: str) -> None:
        self._variables.pop(name, None)


Statement = Callable[[Frame, Out], None]
Expression = Callable[[Frame], Any]


class MacroFrame(Frame):
    """Variables of a macro's body. Arguments are evaluated in the caller's frame, each time they are read (by name).

    What the body sets is set in the caller's frame too: macros have no scope of their own in Velocity 1.7.
    """

    __slots__ = ("_caller", "_local", "_proxies")

    def __init__(self, caller: Frame) -> None:
        self.run = caller.run
        self._caller = caller
        self._local: dict[str, Any] = {}
        self._proxies: dict[str, Expression] = {}
        self.get = self._get

    def bind(self, name: str, value: Any) -> None:
        self._local[name] = value

    def bind_expression(self, name: str, expression: Expression, literal: str) -> None:
        self._proxies[name] = expression
        self._local[f".literal.${name}"] = literal

    def _get(self, name: str) -> Any:
        value = self._local.get(name)
        if value is not None:
            return value
        proxy = self._proxies.get(name)
        return self._caller.get(name) if proxy is None else proxy(self._caller)

    def put(self, name: str, value: Any) -> None:
        self._local[name] = value
        self._caller.put(name, value)

    def remove(self, name: str) -> None:
        self._local.pop(name, None)
        self._proxies.pop(name, None)
        self._caller.remove(name)


class Stop(Exception):  # noqa: N818  not an error: #break and #stop
    """Ends the nearest loop, macro or block (`target` None), or one given loop, or everything (`everything`)."""

    def __init__(self, target: object = None, *, everything: bool = False) -> None:
        super().__init__()
        self.target = target
        self.everything = everything

    @property
    def nearest(self) -> bool:
        return self.target is None and not self.everything


class Macro:
    """A macro's definition. `cost`: nodes of its body."""

    __slots__ = ("body", "cost", "parameters")

    def __init__(self, parameters: Sequence[str], body: Sequence[Statement], cost: int) -> None:
        self.parameters = parameters
        self.body = body
        self.cost = cost


class DefinedBlock(TemplateObject):
    """What #define assigns, and the body of a block macro: renders where it is printed, with the variables there."""

    __slots__ = ("_body", "_cost", "_depth", "_frame", "_limit")

    def __init__(self, body: Sequence[Statement], cost: int, frame: Frame, limit: int = _MAX_DEFINE) -> None:
        self._body = body
        self._cost = cost
        self._frame = frame
        self._limit = limit
        self._depth = 0

    def render(self, frame: Frame, write: Out) -> bool:
        """False when the block is being rendered too often within itself: then it is null."""
        if self._depth >= self._limit:
            return False
        frame.run.charge(self._cost)
        self._depth += 1
        try:
            for statement in self._body:
                statement(frame, write)
        except Stop as stop:
            if not stop.nearest:
                raise
        finally:
            self._depth -= 1
        return True

    def call(self, name: str, args: list[Any]) -> Any:
        return self.text(str) if name == "toString" and not args else None

    def text(self, write: Write) -> str | None:
        parts: list[str] = []
        if not self.render(self._frame, parts.append):
            return None
        return join(parts, self._frame.run)


def join(parts: list[str], run: Run) -> str:
    run.charge_text(sum(map(len, parts)))
    return "".join(parts)


class ForeachScope(TemplateObject):
    """`$foreach`: the turn of the innermost loop, the loop around it, and members that a template sets itself."""

    __slots__ = ("_members", "_replaced", "has_next", "index", "parent")

    def __init__(self, previous: Any) -> None:
        self.index = -1
        self.has_next = False
        self.parent = previous if isinstance(previous, ForeachScope) else None
        self._replaced = previous if self.parent is None else None
        self._members: dict[Any, Any] = {}

    @property
    def replaced(self) -> Any:
        """The variable `foreach` that this loop hides."""
        return self.parent.replaced if self._replaced is None and self.parent is not None else self._replaced

    @property
    def topmost(self) -> ForeachScope:
        return self if self.parent is None else self.parent.topmost

    def get(self, name: str) -> Any:
        read = SCOPE.get(name)
        if read is not None:
            return read(self)
        value = self._members.get(name)
        return self.parent.get(name) if value is None and self.parent is not None else value

    def call(self, name: str, args: list[Any]) -> Any:
        if args:
            return self.get(args[0]) if name == "get" else None
        if name == "hasNext":
            return self.has_next
        for prefix in ("get", "is"):
            rest = name.removeprefix(prefix)
            if rest != name and rest:
                read = SCOPE.get(rest[0].lower() + rest[1:])
                return None if read is None else read(self)
        return None

    def put(self, name: str, value: Any) -> bool:
        self._members[name] = value
        return True

    def text(self, write: Write) -> str | None:
        return write(self._members)


SCOPE: Final[dict[str, Callable[[ForeachScope], Any]]] = {
    "count": lambda scope: scope.index + 1,
    "index": lambda scope: scope.index,
    "hasNext": lambda scope: scope.has_next,
    "first": lambda scope: scope.index < 1,
    "last": lambda scope: not scope.has_next,
    "parent": lambda scope: scope.parent,
    "topmost": lambda scope: scope.topmost,
    "replaced": lambda scope: scope.replaced,
}
