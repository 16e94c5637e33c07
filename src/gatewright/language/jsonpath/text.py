"""A piece of text that is read from left to right: the blanks, quotes and brackets of paths and filters.

Only the space counts as a blank. `end` is the index after the last character that belongs to the piece.
"""

from __future__ import annotations

from gatewright.language.jsonpath.errors import InvalidPath

SPACE = " "


class Text:
    __slots__ = ("at", "end", "whole")

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self.at = 0
        self.end = len(whole)

    def trim(self) -> None:
        self.blanks()
        while self.end - 1 > self.at and self.whole[self.end - 1] == SPACE:
            self.end -= 1

    def blanks(self) -> None:
        while self.at < self.end - 1 and self.whole[self.at] == SPACE:
            self.at += 1

    def char(self, at: int | None = None) -> str:
        """The character here or at an index; empty beyond the end."""
        index = self.at if at is None else at
        return self.whole[index] if 0 <= index < self.end else ""

    @property
    def last(self) -> bool:
        """Nothing is left, or one character: what follows a complete token there is not looked at."""
        return self.at >= self.end - 1

    def significant(self, after: int) -> int:
        """The index of the first character after `after` that is no space; `end` when there is none."""
        at = after + 1
        while at < self.end and self.whole[at] == SPACE:
            at += 1
        return at

    def before(self, at: int) -> str:
        """The last character before `at` that is no space; empty when there is none."""
        at -= 1
        while at >= 0 and self.whole[at] == SPACE:
            at -= 1
        return self.whole[at] if at >= 0 else ""

    def index(self, sign: str, start: int) -> int:
        """The index of `sign` from `start` on; -1 when there is none."""
        return self.whole.find(sign, start, self.end)

    def unescaped(self, sign: str, after: int) -> int:
        """The index of the first `sign` after `after` that no backslash precedes; -1 when there is none."""
        at = after + 1
        while at < self.end:
            char = self.whole[at]
            if char == sign:
                return at
            at += 2 if char == "\\" else 1
        return -1

    def closing(self, start: int, close: str, patterns: bool = False) -> int:
        """The index of the bracket that closes the one at `start`, past quoted texts; -1 when there is none.

        Raises InvalidPath for a quote (or, with `patterns`, a `/`) that is not closed.
        """
        opening = self.whole[start]
        depth, at = 1, start + 1
        while at < self.end:
            at = self._past_quotes(at, "'\"")
            if patterns:
                at = self._past_quotes(at, "/")
            char = self.char(at)
            if char == opening:
                depth += 1
            elif char == close:
                depth -= 1
                if depth == 0:
                    return at
            at += 1
        return -1

    def _past_quotes(self, at: int, quotes: str) -> int:
        char = self.char(at)
        if not char or char not in quotes:
            return at
        end = self.unescaped(char, at)
        if end < 0:
            raise InvalidPath(f"Could not find matching close for {char} in {self.whole!r}")
        return end + 1
