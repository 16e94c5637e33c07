"""What a template can fail with: one error for the caller, one for the methods of values."""

from __future__ import annotations

from bisect import bisect_right


class TemplateError(ValueError):
    """A template that does not parse, that fails while it runs, or that goes over a limit.

    `line` and `column` count from 1 and name the place in the template; `reason` is the text without the place.
    """

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{reason} at line {line}, column {column}")
        self.reason = reason
        self.line = line
        self.column = column


class Failure(Exception):  # noqa: N818  it never leaves this room: the closure that calls turns it into a TemplateError
    """What Java would throw out of a method: the message, without a place."""


class Places:
    """From an offset into the text to line and column; `line` and `column` say where the text itself begins."""

    __slots__ = ("_column", "_line", "_starts")

    def __init__(self, text: str, line: int = 1, column: int = 1) -> None:
        self._starts = [0]
        start = text.find("\n")
        while start >= 0:
            self._starts.append(start + 1)
            start = text.find("\n", start + 1)
        self._line = line
        self._column = column

    def find(self, offset: int) -> tuple[int, int]:
        row = bisect_right(self._starts, offset) - 1
        column = offset - self._starts[row] + 1
        return self._line + row, column + self._column - 1 if row == 0 else column
