"""The parameters of a function in a path: `sum(1, $.a.b)`.

A parameter that begins with `$` or `@` is a path; with `{`, a digit, `-` or `"`, JSON; any other is ignored. Brackets
and double quotes are counted to find its end; the counting has its slips: a call with parameters cannot be one.
"""

from __future__ import annotations

from collections.abc import Callable

from gatewright.language.jsonpath.errors import InvalidPath
from gatewright.language.jsonpath.text import Text
from gatewright.language.jsonpath.tokens import PathText

_OPENING = {"(": ")", "{": "}", "[": "]"}
_CLOSING = {"}": "{", "]": "["}


class _Reader:
    """Counts what is open. The parenthesis of the call itself is open from the start."""

    __slots__ = ("_open", "_path", "arguments", "found", "kind", "prior", "quotes")

    def __init__(self, path: Callable[[str], PathText]) -> None:
        self._path = path
        self._open = {"(": 1, "{": 0, "[": 0}
        self.quotes = 0
        self.kind = ""
        self.prior = ""
        self.found: list[str] = []
        self.arguments: list[PathText | str] = []

    @property
    def parentheses(self) -> int:
        return self._open["("]

    @property
    def balanced(self) -> bool:
        return not self._open["{"] and not self._open["["]

    def take(self, sign: str) -> bool:
        """Looks at the next sign; whether it ends the call."""
        if not self.kind:
            if sign in " \t\r\n":
                return False
            self.kind = "json" if sign in '{-"' or sign.isdigit() else "path" if sign in "$@" else ""
        ended = self._count(sign)
        separates = sign == "," and self.balanced and self.parentheses == 1
        if self.kind and not separates:
            self.found.append(sign)
        self.prior = sign
        return ended

    def _count(self, sign: str) -> bool:
        if sign == '"':
            self.quotes += -1 if self.prior != "\\" and self.quotes else 1
        elif sign in _OPENING:
            self._open[sign] += 1
        elif sign in _CLOSING:
            if not self._open[_CLOSING[sign]]:
                raise InvalidPath(f"Unexpected {sign!r} in the arguments of a function")
            self._open[_CLOSING[sign]] -= 1
        elif sign == ")":
            self._open["("] -= 1
            if self.prior == "(":
                self.found.append(sign)
        return sign in ")," and self._separate(sign)

    def _separate(self, sign: str) -> bool:
        ended = sign == ")" and self.parentheses == 0
        if self.quotes or not self.balanced or not (ended or self.parentheses == 1):
            return False
        text = "".join(self.found)
        if self.kind == "path":
            self.arguments.append(self._path(text))
        elif self.kind:
            self.arguments.append(text)
        self.kind = ""
        self.found = []
        return ended


def read_arguments(text: Text, name: str, path: Callable[[str], PathText]) -> tuple[PathText | str, ...]:
    """Reads on behind the closing parenthesis. `path` parses a path. Raises InvalidPath."""
    reader = _Reader(path)
    while text.at < text.end:
        sign = text.char()
        text.at += 1
        if reader.take(sign):
            break
    if reader.parentheses or not reader.balanced:
        raise InvalidPath(f"Arguments to function: '{name}' are not closed properly.")
    return tuple(reader.arguments)
