"""Selection expressions of WebSocket APIs: text with variables that picks a route, a model, a template, a key.

    $request.body.action    ${request.body.service}/${request.body.action}    static    \\$default

A `$` begins a variable; braces end it where other text follows. `\\$` is a dollar sign. What a variable does not find
is empty text; lists and maps are written as Java does (`[a, b]`). Each root that an expression may name is a word of
`Root`; an expression that names another one is refused. AWS: "WebSocket API selection expressions".
unverified: `$default` without its backslash means the same as with it; what null is (here: empty text).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from gatewright.language.jsonpath import InvalidPath, Path, PathError, compile_path
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.values import java_text

Root = Literal[
    "request.body",
    "request.header",
    "request.querystring",
    "context",
    "stageVariables",
    "integration.response.body",
    "integration.response.header",
    "integration.response.multivalueheader",
    "integration.response.statuscode",
]

DEFAULT = "$default"
BODY: tuple[Root, ...] = ("request.body",)
RESPONSE: tuple[Root, ...] = (
    "request.body",
    "integration.response.body",
    "integration.response.header",
    "integration.response.multivalueheader",
    "integration.response.statuscode",
)

_ROOTS: tuple[Root, ...] = (
    "request.body",
    "request.header",
    "request.querystring",
    "integration.response.body",
    "integration.response.header",
    "integration.response.multivalueheader",
    "integration.response.statuscode",
    "stageVariables",
    "context",
)
_DOCUMENTS = ("request.body", "integration.response.body")
_TOKEN = re.compile(
    r"\\\$|\$\{(?P<braced>[^{}]*)\}|\$(?P<open>[A-Za-z_][\w-]*(?:\.[\w-]+|\.?\[[^\[\]]*\])*)|(?P<bare>\$)", re.ASCII
)
_SIMPLE = re.compile(r"(?:\.[A-Za-z_][\w-]*)+", re.ASCII)


class ExpressionError(ValueError):
    """A text that is no selection expression, or one that names what cannot be named in its place."""


class View(Protocol):
    """What an expression can read."""

    def document(self, root: Root) -> Any:
        """The parsed JSON of a body; None when it is none."""
        ...

    def text(self, root: Root, name: str) -> str | None:
        """The value of a header, a query parameter, a variable; for the status code `name` is ""."""
        ...


@dataclass(frozen=True, slots=True)
class Variable:
    """`names` of a path of plain member names, which is read without the engine; else `path`. Of a body only."""

    root: Root
    name: str
    names: tuple[str, ...] = ()
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: text, and variables between it."""

    text: str
    pieces: tuple[str | Variable, ...]

    @property
    def constant(self) -> bool:
        return all(isinstance(piece, str) for piece in self.pieces)

    @property
    def members(self) -> tuple[str, ...] | None:
        """The names that lead to what is selected, when that is a member of the message and nothing else."""
        only = self.pieces[0]
        plain = len(self.pieces) == 1 and isinstance(only, Variable) and only.root == "request.body"
        return only.names if plain and isinstance(only, Variable) and only.path is None else None

    def evaluate(self, view: View) -> str:
        """What the expression selects now. Never raises."""
        pieces = self.pieces
        if len(pieces) == 1:
            piece = pieces[0]
            return piece if isinstance(piece, str) else _value(piece, view)
        return "".join([piece if isinstance(piece, str) else _value(piece, view) for piece in pieces])


def parse_expression(text: str, roots: Collection[Root]) -> Expression:
    """Take an expression apart. `roots`: what may be named. Raises ExpressionError."""
    pieces: list[str | Variable] = []
    at = 0
    for match in _TOKEN.finditer(text):
        pieces.append(text[at : match.start()])
        at = match.end()
        name = match["open"] if match["braced"] is None else match["braced"]
        if match["bare"] is not None:
            raise ExpressionError(f"a dollar sign that begins no variable in {text!r}")
        if name is None:
            pieces.append("$")
        elif name == "default" and match["open"] is not None:
            pieces.append(DEFAULT)
        else:
            pieces.append(_variable(name.strip(), text, roots))
    pieces.append(text[at:])
    return Expression(text, _joined(pieces))


def _variable(name: str, text: str, roots: Collection[Root]) -> Variable:
    for root in _ROOTS:
        rest = name.removeprefix(root)
        if (rest == name and name != root) or rest[:1] not in ("", ".", "["):
            continue
        if root not in roots:
            raise ExpressionError(f"{root} cannot be named in {text!r}")
        if root in _DOCUMENTS:
            return _of_body(root, rest, text)
        if (root == "integration.response.statuscode") != (rest == ""):
            break
        return Variable(root, rest.removeprefix("."))
    raise ExpressionError(f"unknown variable {name!r} in {text!r}")


def _of_body(root: Root, rest: str, text: str) -> Variable:
    if not rest or _SIMPLE.fullmatch(rest):
        return Variable(root, rest, tuple(rest.split(".")[1:]))
    try:
        return Variable(root, rest, path=compile_path(f"${rest}"))
    except InvalidPath as error:
        raise ExpressionError(f"{error} in {text!r}") from None


def _joined(pieces: list[str | Variable]) -> tuple[str | Variable, ...]:
    """Without empty texts, neighbouring texts as one; at least one piece."""
    joined: list[str | Variable] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return tuple(joined) or ("",)


def _value(variable: Variable, view: View) -> str:
    if variable.root not in _DOCUMENTS:
        return view.text(variable.root, variable.name) or ""
    found = view.document(variable.root)
    if variable.path is not None:
        try:
            found = variable.path.read(found)
        except PathError:
            return ""
    else:
        for name in variable.names:
            if not isinstance(found, dict):
                return ""
            found = found.get(name)
    if isinstance(found, str):
        return found
    try:
        return java_text(found) or ""
    except (Failure, ValueError):  # too large or too deep to be written
        return ""
