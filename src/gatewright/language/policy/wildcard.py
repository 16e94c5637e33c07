"""Patterns with `*` (any text, also none) and `?` (any one character), matched in one pass over the value.

A pattern is cut at its `*` into segments. The first must begin the value, the last must end it, and each of those
between is looked for behind the one before: the earliest place is always as good as any later one, so nothing is ever
tried twice, whatever the pattern. A segment without `?` is looked for by str.find; one with `?` by bits (shift-and: one
bit for each of its characters, all advanced at once).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum


class Wild(Enum):
    ANY = "*"
    ONE = "?"


Piece = str | Wild
Test = Callable[[str], bool]


def compile_pieces(pieces: Iterable[Piece]) -> Test:
    """The test of a value; text in `pieces` stands for itself, also where it has `*` or `?`."""
    segments = _segments(pieces)
    if len(segments) == 1:
        return _whole(segments[0])
    head, tail = segments[0], segments[-1]
    if len(segments) == 2 and None not in head and not tail:
        prefix = _text(head)
        return lambda value: value.startswith(prefix)
    # Empty segments between two `*` ask for nothing.
    return _Glob(_part(head), tuple(_part(each) for each in segments[1:-1] if each), _part(tail)).matches


def literal(pieces: Iterable[Piece]) -> str | None:
    """The only text that matches; None for a pattern with wildcards."""
    parts = list(pieces)
    texts = [each for each in parts if isinstance(each, str)]
    return "".join(texts) if len(texts) == len(parts) else None


_Characters = list[str | None]  # None: any character


def _segments(pieces: Iterable[Piece]) -> list[_Characters]:
    segments: list[_Characters] = [[]]
    for piece in pieces:
        if piece is Wild.ANY:
            segments.append([])
        elif isinstance(piece, str):
            segments[-1].extend(piece)
        else:
            segments[-1].append(None)
    return segments


def _whole(characters: _Characters) -> Test:
    part = _part(characters)
    if isinstance(part, _Text):
        text = part.text
        return lambda value: value == text
    return lambda value: len(value) == part.length and part.stands(value, 0)


def _text(characters: _Characters) -> str:
    return "".join(each for each in characters if each is not None)


def _part(characters: _Characters) -> _Text | _Holed:
    return _Holed(characters) if None in characters else _Text(_text(characters))


class _Text:
    """A segment without `?`."""

    __slots__ = ("length", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.length = len(text)

    def stands(self, value: str, position: int) -> bool:
        return value.startswith(self.text, position)

    def find(self, value: str, start: int, end: int) -> int:
        return value.find(self.text, start, end)


class _Holed:
    """A segment with `?`. `_bits`: for a character the places of the segment where it may stand."""

    __slots__ = ("_bits", "_characters", "_holes", "length")

    def __init__(self, characters: _Characters) -> None:
        self.length = len(characters)
        self._characters = characters
        self._holes = sum(1 << place for place, each in enumerate(characters) if each is None)
        self._bits: dict[str, int] = {}
        for place, each in enumerate(characters):
            if each is not None:
                self._bits[each] = self._bits.get(each, self._holes) | 1 << place

    def stands(self, value: str, position: int) -> bool:
        found = value[position : position + self.length]
        return len(found) == self.length and all(
            wanted is None or wanted == each for wanted, each in zip(self._characters, found, strict=True)
        )

    def find(self, value: str, start: int, end: int) -> int:
        state, last = 0, 1 << self.length - 1
        for position in range(start, end):
            state = (state << 1 | 1) & self._bits.get(value[position], self._holes)
            if state & last:
                return position - self.length + 1
        return -1


class _Glob:
    __slots__ = ("_head", "_middle", "_tail")

    def __init__(self, head: _Text | _Holed, middle: tuple[_Text | _Holed, ...], tail: _Text | _Holed) -> None:
        self._head = head
        self._middle = middle
        self._tail = tail

    def matches(self, value: str) -> bool:
        position, end = self._head.length, len(value) - self._tail.length
        if position > end or not self._head.stands(value, 0) or not self._tail.stands(value, end):
            return False
        for segment in self._middle:
            position = segment.find(value, position, end)
            if position < 0:
                return False
            position += segment.length
        return True
