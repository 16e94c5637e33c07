"""Texts of policies with wildcards and policy variables: `arn:aws:s3:::bucket/${aws:username}/*`.

Variables belong to version 2012-10-17; in 2008-10-17 `${aws:username}` is nothing but these letters. What a variable
stands for is taken as it is: a `*` in a user's name is no wildcard (unverified: AWS does not say). A variable whose key
the request lacks, or has several values for, is null: a text with it equals nothing and is like nothing.

AWS: "IAM policy elements: Variables and tags".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gatewright.language.policy.base import PolicyError, Query
from gatewright.language.policy.keys import lookup, normal
from gatewright.language.policy.wildcard import Piece, Test, Wild, compile_pieces, literal

# ${*}, ${?} and ${$} are the characters themselves.
_VARIABLE = re.compile(r"\$\{(?:(?P<sign>[*?$])|(?P<key>[^\s{},':]+:[^{},']*)(?:,\s*'(?P<default>[^']*)')?)\}")
_WILDCARDS = re.compile(r"([*?])")


@dataclass(frozen=True, slots=True)
class Variable:
    key: str  # as `keys.normal` writes it
    default: str | None

    def value(self, query: Query) -> str | None:
        found = lookup(query, self.key)
        return self.default if found is None or len(found) != 1 else found[0]


@dataclass(frozen=True, slots=True)
class Grammar:
    """How texts of one place are read. `place`: for the words of a refusal."""

    place: str
    variables: bool
    wildcards: bool = True


def parse(text: str, grammar: Grammar) -> tuple[Piece | Variable, ...]:
    """The pieces of a text. Raises PolicyError for `${` that begins no variable."""
    if not grammar.variables or "${" not in text:
        return _plain(text, grammar)
    pieces: list[Piece | Variable] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        pieces += _between(text[end : found.start()], grammar)
        sign, key = found["sign"], found["key"]
        pieces.append(sign or Variable(normal(key.strip()), found["default"]))
        end = found.end()
    pieces += _between(text[end:], grammar)
    return tuple(pieces)


def _between(text: str, grammar: Grammar) -> tuple[Piece, ...]:
    if "${" in text:
        raise PolicyError(grammar.place, f"Invalid policy variable in {text}")
    return _plain(text, grammar)


def _plain(text: str, grammar: Grammar) -> tuple[Piece, ...]:
    if not grammar.wildcards:
        return (text,) if text else ()
    return tuple(Wild(each) if each in ("*", "?") else each for each in _WILDCARDS.split(text) if each)


def resolve(pieces: Sequence[Piece | Variable], query: Query) -> list[Piece] | None:
    """The pieces with the variables replaced; None if one is null."""
    resolved: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Variable):
            value = piece.value(query)
            if value is None:
                return None
            resolved.append(value)
        else:
            resolved.append(piece)
    return resolved


def fixed(pieces: Sequence[Piece | Variable]) -> list[Piece] | None:
    """The pieces, if there is no variable among them."""
    found = [piece for piece in pieces if not isinstance(piece, Variable)]
    return found if len(found) == len(pieces) else None


Folding = Callable[[str], str]
Making = Callable[[Sequence[Piece]], Test]


class Texts:
    """Several texts of which a value must match one.

    `making`: builds the test of a text without variables; `folding`: what makes letters equal that shall be.
    """

    __slots__ = ("_exact", "_folding", "_making", "_tests", "_variable", "nullable")

    def __init__(
        self,
        texts: Sequence[str],
        grammar: Grammar,
        making: Making = compile_pieces,
        folding: Folding | None = None,
    ) -> None:
        self._making = making
        self._folding = folding
        exact: set[str] = set()
        tests: list[Test] = []
        variable: list[tuple[Piece | Variable, ...]] = []
        for text in texts:
            pieces = parse(text, grammar)
            plain = fixed(pieces)
            if plain is None:
                variable.append(pieces)
            elif making is compile_pieces and (only := literal(plain)) is not None:
                exact.add(only if folding is None else folding(only))
            else:
                tests.append(making(self._folded(plain)))
        self._exact = frozenset(exact)
        self._tests = tuple(tests)
        self._variable = tuple(variable)
        # Variables that may be null.
        self.nullable = tuple(
            piece for pieces in variable for piece in pieces if isinstance(piece, Variable) and piece.default is None
        )

    @property
    def plain(self) -> bool:
        return not self._variable

    def match(self, value: str, query: Query) -> bool:
        if self._folding is not None:
            value = self._folding(value)
        if value in self._exact:
            return True
        for test in self._tests:
            if test(value):
                return True
        return bool(self._variable) and self._matches_variable(value, query)

    def _matches_variable(self, value: str, query: Query) -> bool:
        for pieces in self._variable:
            resolved = resolve(pieces, query)
            if resolved is not None and self._making(self._folded(resolved))(value):
                return True
        return False

    def _folded(self, pieces: Sequence[Piece]) -> Sequence[Piece]:
        folding = self._folding
        if folding is None:
            return pieces
        return [folding(piece) if isinstance(piece, str) else piece for piece in pieces]
