"""String's methods that take regular expressions: matches, replaceAll, replaceFirst, split.

The dialect is translated in `language.regex`. A pattern that backtracks without end fails: the first pattern of a
template may take a fifth of a second, each further one less, so that all of them together stay bounded too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gatewright.language.regex import Pattern, PatternError
from gatewright.language.vtl.errors import Failure
from gatewright.language.vtl.values import MAX_TEXT, JavaList

if TYPE_CHECKING:
    import regex

_SECONDS: Final = 0.2  # processor time of the first pattern
_SHARE: Final = 0.001  # no pattern gets less

_compile = lru_cache(maxsize=256)(Pattern)


def compile_java(pattern: str) -> regex.Pattern[str]:
    """The compiled pattern. Raises Failure."""
    try:
        return _compile(pattern).compiled
    except PatternError as error:
        raise Failure(str(error)) from None


def _seconds(count: int) -> float:
    return max(_SECONDS / count, _SHARE)


def _too_long(pattern: str) -> Failure:
    return Failure(f"The regular expression {pattern[:100]!r} takes too long")


def matches(count: int, text: str, pattern: str) -> bool:
    """String.matches: the whole text. `count`: how many patterns the template ran, with this one."""
    try:
        return compile_java(pattern).fullmatch(text, timeout=_seconds(count)) is not None
    except TimeoutError:
        raise _too_long(pattern) from None


def replace_all(count: int, text: str, pattern: str, replacement: str) -> str:
    return _replace(count, text, pattern, replacement, once=False)


def replace_first(count: int, text: str, pattern: str, replacement: str) -> str:
    return _replace(count, text, pattern, replacement, once=True)


def _replace(count: int, text: str, pattern: str, replacement: str, *, once: bool) -> str:
    compiled = compile_java(pattern)
    pieces: list[str] = []
    parts: list[str | int] | None = None
    size = end = 0
    try:
        for match in compiled.finditer(text, timeout=_seconds(count)):
            if parts is None:
                parts = _replacement(replacement, compiled)
            piece = text[end : match.start()] + "".join(
                [part if isinstance(part, str) else match[part] or "" for part in parts]
            )
            pieces.append(piece)
            size += len(piece)
            if size > MAX_TEXT:
                raise Failure("A text too long")
            end = match.end()
            if once:
                break
    except TimeoutError:
        raise _too_long(pattern) from None
    return "".join([*pieces, text[end:]])


def _replacement(replacement: str, compiled: regex.Pattern[str]) -> list[str | int]:
    """Texts and numbers of groups: `$1`, `${name}`, and backslashes that take the next character as it is."""
    parts: list[str | int] = []
    position = 0
    while position < len(replacement):
        character = replacement[position]
        position += 1
        if character == "\\":
            if position == len(replacement):
                raise Failure("character to be escaped is missing")
            parts.append(replacement[position])
            position += 1
        elif character == "$":
            group, position = _group(replacement, position, compiled)
            parts.append(group)
        else:
            parts.append(character)
    return parts


def _group(replacement: str, position: int, compiled: regex.Pattern[str]) -> tuple[int, int]:
    named = _NAMED_GROUP.match(replacement, position)
    if named is not None:
        if named[1] not in compiled.groupindex:
            raise Failure(f"No group with name {{{named[1]}}}")
        return compiled.groupindex[named[1]], named.end()
    if not replacement[position : position + 1].isdigit():
        raise Failure("Illegal group reference")
    number = int(replacement[position])
    position += 1
    if number > compiled.groups:
        raise Failure(f"No group {number}")
    while (
        replacement[position : position + 1].isdigit() and number * 10 + int(replacement[position]) <= compiled.groups
    ):
        number = number * 10 + int(replacement[position])
        position += 1
    return number, position


_NAMED_GROUP: Final = re.compile(r"\{([a-zA-Z][a-zA-Z0-9]*)\}")


def split(count: int, text: str, pattern: str, limit: int = 0) -> JavaList:
    """String.split: empty texts at the end go (limit 0), and one at the beginning that a match of no width makes."""
    pieces: list[str] = []
    end = 0
    try:
        for match in compile_java(pattern).finditer(text, timeout=_seconds(count)):
            if 0 < limit <= len(pieces) + 1:
                break
            if match.end() == 0:
                continue
            pieces.append(text[end : match.start()])
            end = match.end()
    except TimeoutError:
        raise _too_long(pattern) from None
    if end == 0 and not pieces:
        return JavaList([text])
    pieces.append(text[end:])
    if limit == 0:
        while pieces and not pieces[-1]:
            pieces.pop()
    return JavaList(pieces)
