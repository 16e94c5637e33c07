"""The tree of a template. Every node keeps the source text that Velocity prints when it has nothing else to print."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    line: int
    column: int
    literal: str = field(repr=False)


@dataclass(slots=True)
class Text(Node):
    text: str


@dataclass(slots=True)
class Block(Node):
    children: list[Node]


# Expressions


@dataclass(slots=True)
class Constant(Node):
    """A number, a boolean, or a string without interpolation (single-quoted, or with neither `$` nor `#`)."""

    value: int | float | bool | str


@dataclass(slots=True)
class Interpolated(Node):
    """A double-quoted string: a template. `padded`: Velocity added a blank, which is taken off the result."""

    block: Block
    padded: bool


@dataclass(slots=True)
class ListLiteral(Node):
    items: list[Node]


@dataclass(slots=True)
class RangeLiteral(Node):
    first: Node
    last: Node


@dataclass(slots=True)
class MapLiteral(Node):
    entries: list[tuple[Node, Node]]


@dataclass(slots=True)
class Word(Node):
    """A bare word among the arguments of a directive: `in`, or the name of a macro."""

    word: str


@dataclass(slots=True)
class Not(Node):
    operand: Node


@dataclass(slots=True)
class Binary(Node):
    operator: str  # the token's kind
    left: Node
    right: Node


# References


@dataclass(slots=True)
class Property(Node):
    name: str


@dataclass(slots=True)
class Index(Node):
    argument: Node


@dataclass(slots=True)
class Method(Node):
    name: str
    arguments: list[Node]


@dataclass(slots=True)
class Reference(Node):
    """`$root` and its parts.

    `null_text` is what prints when there is no value, `escaped` says that an odd number of backslashes stood before it,
    `prefix` are the backslashes that print (half of them), `more` is text of other `$` and `#` before its own `$`.
    `assigns` is the name that `#set` writes and `#foreach` does not read: for `${x}` Velocity 1.7 writes `{`.
    `bare`: a name without `$` (as in `$a.b(name)` or `$a{name}`): text where it prints, null as a value.
    """

    root: str
    parts: list[Property | Index | Method]
    null_text: str
    escaped: bool
    prefix: str
    more: str
    assigns: str
    bare: bool


# Directives


@dataclass(slots=True)
class Set(Node):
    target: Reference
    value: Node


@dataclass(slots=True)
class If(Node):
    branches: list[tuple[Node, Block]]
    otherwise: Block | None


@dataclass(slots=True)
class Directive(Node):
    """`#name(arguments)`: a directive of the language when `name` is one of DIRECTIVES, else a call of a macro.

    `arguments` is None without parentheses; `block` is what stands before `#end`, in those that have one.
    """

    name: str
    arguments: list[Node] | None
    block: Block | None


LINES = frozenset(["include", "parse", "break", "stop", "evaluate"])
BLOCKS = frozenset(["foreach", "macro", "literal", "define"])
DIRECTIVES = LINES | BLOCKS
