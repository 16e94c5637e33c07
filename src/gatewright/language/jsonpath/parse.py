"""From the text of a path to its tokens, with the tolerance and the slips of the engine.

    path     = [ "$" | "@" ] { dotted | "[" bracketed "]" }        without a root: "$." is put before it
    dotted   = ( "." | ".." ) ( name | "*" | function | bracketed )
    bracketed = quoted names | indexes | a slice | "*" | "?(" condition ")"

What a reader of RFC 9535 would not expect, and the recorded cases show:
- One character after a token that is complete at a bracket or a star is ignored (`$.a[0]]`).
- A function without parameters leaves its `)` to the next token: `$.a.first().b` looks for a member named `)`.
- `[1:5:2]` is `[1:5]`; blanks are good in lists of indexes, not in slices; `[:]` is refused.
- A function at the end of a deep scan is turned inside out: `$..a.sum()` is `$.sum($..a)`.
"""

from __future__ import annotations

import re

from gatewright.language.jsonpath import filters
from gatewright.language.jsonpath.arguments import read_arguments
from gatewright.language.jsonpath.errors import EmptyPath, InvalidPath
from gatewright.language.jsonpath.java import unescape
from gatewright.language.jsonpath.text import SPACE, Text
from gatewright.language.jsonpath.tokens import (
    Filter,
    Function,
    Index,
    PathText,
    Property,
    Scan,
    Slice,
    Token,
    Wildcard,
)

LONGEST = 10_000  # characters
MOST_TOKENS = 100
DEEPEST = 32  # filters and parameters within one another

_INDEXES = re.compile(r"[0-9,\- ]*")
_SLICE = re.compile(r"[0-9\-:]*")
_BRACKET = re.compile(r"[0-9,\-: ]*")
_INTEGER = re.compile(r"-?[0-9]{1,20}")


def parse_path(text: str, depth: int = 0) -> PathText:
    """The tokens of a path. Raises InvalidPath, EmptyPath."""
    if not text:
        raise EmptyPath("The path is empty")
    if len(text) > LONGEST:
        raise InvalidPath(f"The path is longer than {LONGEST} characters")
    piece = Text(text if text[0] in "$@" else "$." + text)
    piece.trim()
    if piece.char(piece.end - 1) == ".":
        raise InvalidPath("Path must not end with a '.' or '..'")
    return _Parser(piece, depth).path()


class _Parser:
    __slots__ = ("_depth", "_text", "_tokens")

    def __init__(self, text: Text, depth: int) -> None:
        if depth > DEEPEST:
            raise InvalidPath("The path is nested too deeply")
        self._text = text
        self._depth = depth
        self._tokens: list[Token] = []

    def path(self) -> PathText:
        text = self._text
        root = text.char()
        if root not in ("$", "@"):
            raise InvalidPath("Path must start with '$' or '@'")
        if not text.last:
            text.at += 1
            if text.char() not in (".", "["):
                raise self._refusal("expected '.' or '['")
            self._token()
            while not text.last:
                self._token()
        return _inside_out(PathText(root == "$", tuple(self._tokens)))

    def _token(self) -> None:
        """Reads one token, and the sign of a deep scan before it."""
        if len(self._tokens) >= MOST_TOKENS:
            raise InvalidPath(f"The path has more than {MOST_TOKENS} parts")
        if self._text.char() == ".":
            self._dot()
        sign = self._text.char()
        if sign == "[":
            self._bracketed()
        elif sign == "*":
            self._text.at += 1
            self._tokens.append(Wildcard())
        else:
            self._named()

    def _dot(self) -> None:
        text = self._text
        if text.char(text.at + 1) == ".":
            self._tokens.append(Scan())
            text.at += 1
        text.at += 1
        if text.char() == ".":
            raise self._refusal("'.' is not valid")

    def _named(self) -> None:
        text = self._text
        start = text.at
        if text.char() in ("", SPACE):
            raise self._refusal("a name is missing")
        end = start
        while end < text.end and text.whole[end] not in ".[( ":
            end += 1
        sign = text.char(end)
        if sign == SPACE:
            raise self._refusal("use bracket notation ['my prop'] if your property contains blank characters")
        name = text.whole[start:end]
        text.at = end
        self._tokens.append(self._function(name) if sign == "(" else Property((name,)))

    def _function(self, name: str) -> Function:
        text = self._text
        depth = 0
        for at in range(text.at, text.end):
            depth += {"(": 1, ")": -1}.get(text.whole[at], 0)
            if depth == 0:
                break
        if depth:
            raise InvalidPath(f"Arguments to function: '{name}' are not closed properly.")
        text.at += 1
        if text.char() == ")":
            return Function(name)
        return Function(name, read_arguments(text, name, self._argument))

    def _argument(self, text: str) -> PathText:
        return _Parser(Text(text), self._depth + 1).path()

    def _bracketed(self) -> None:
        text = self._text
        first = text.significant(text.at)
        sign = text.char(first)
        if sign and sign in "'\"":
            self._tokens.append(Property(self._names(sign)))
        elif sign and sign in "0123456789-:":
            self._tokens.append(self._numbers())
        elif sign == "*":
            text.at = self._close(first)
            self._tokens.append(Wildcard())
        elif sign == "?":
            self._tokens.append(self._filter(first))
        else:
            raise self._refusal("expected ?, ', 0-9, *")

    def _close(self, after: int) -> int:
        """The index behind the `]` that must come next after `after`."""
        end = self._text.significant(after)
        if self._text.char(end) != "]":
            raise self._refusal("a ']' is missing")
        return end + 1

    def _names(self, quote: str) -> tuple[str, ...]:
        text = self._text
        names: list[str] = []
        at, start, comma = text.at + 1, -1, False
        while at < text.end:
            sign = text.whole[at]
            if sign == "\\":
                at += 1
            elif sign == quote and start >= 0:
                names.append(self._name(start, at))
                start = -1
                text.at = at
            elif sign == quote:
                start, comma = at + 1, False
            elif start < 0 and sign in "],":
                if comma:
                    raise self._refusal("an empty property")
                if sign == "]":
                    break
                comma = True
            at += 1
        if start >= 0:
            raise self._refusal("a property has not been closed")
        text.at = self._close(text.at)
        return tuple(names)

    def _name(self, start: int, end: int) -> str:
        if self._text.char(self._text.significant(end)) not in ("]", ","):
            raise self._refusal("properties must be separated by commas")
        try:
            return unescape(self._text.whole[start:end])
        except ValueError:
            raise self._refusal("a bad escape") from None

    def _numbers(self) -> Index | Slice:
        text = self._text
        end = text.index("]", text.at)
        expression = text.whole[text.at + 1 : end].strip()
        if end < 0 or _BRACKET.fullmatch(expression) is None:
            raise self._refusal("expected indexes or a slice")
        text.at = end + 1
        if ":" in expression:
            return _slice(expression)
        if _INDEXES.fullmatch(expression) is None:
            raise self._refusal("expected indexes")
        return Index(tuple(_integer(part.strip()) for part in expression.split(",")))

    def _filter(self, mark: int) -> Filter:
        text = self._text
        opening = text.significant(mark)
        if text.char(opening) != "(":
            raise self._refusal("a filter must be in parentheses")
        closing = text.closing(opening, ")", patterns=True)
        if closing < 0:
            raise self._refusal("a filter has not been closed")
        end = self._close(closing)
        condition = filters.parse_condition(text.whole[opening : closing + 1], parse_path, self._depth + 1)
        text.at = end
        return Filter(condition)

    def _refusal(self, reason: str) -> InvalidPath:
        return InvalidPath(f"Invalid path {self._text.whole!r} at position {self._text.at}: {reason}")


def _integer(text: str) -> int:
    number = int(text) if _INTEGER.fullmatch(text) else 2**31
    if not -(2**31) <= number < 2**31:
        raise InvalidPath(f"Failed to parse index {text!r}")
    return number


def _slice(expression: str) -> Slice:
    if _SLICE.fullmatch(expression) is None:
        raise InvalidPath(f"Failed to parse slice {expression!r}")
    start, stop = [_integer(part) if part else None for part in expression.split(":")][:2]
    if start is None and stop is None:
        raise InvalidPath(f"Failed to parse slice {expression!r}")
    return Slice(start, stop)


def _inside_out(path: PathText) -> PathText:
    tokens = path.tokens
    if not tokens or not isinstance(tokens[0], Scan) or not isinstance(tokens[-1], Function):
        return path
    at = next(at for at, token in enumerate(tokens) if isinstance(token, Function))
    function: Token = tokens[at]
    assert isinstance(function, Function)
    turned = Function(function.name, (PathText(True, tokens[:at]),), scanning=True)
    return PathText(path.rooted, (turned, *tokens[at + 1 :]))
