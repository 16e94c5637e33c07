"""Java's regular expressions, with an end to the time that a match may take.

API Gateway takes patterns in java.util.regex's dialect (selection patterns, templates, identity validation). The
library `regex` is near to it: possessive quantifiers, atomic groups, set operations (`[a-z&&[^aeiou]]`), `\\h`, `\\R`.
What differs is rewritten here. Patterns come from users and texts from anybody, so that both are bounded: a pattern by
the product of its repetition counts (the library unrolls them), a match by time. A match that takes longer is none.
"""

from __future__ import annotations

import re

import regex

MATCH_SECONDS = 0.05
_MOST_REPEATS = 10_000
_LONGEST = 10_000  # characters of a pattern

# POSIX classes of java.util.regex: ASCII only, where the library's are Unicode's.
_POSIX = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": "\\x00-\\x7F",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    "Graph": "\\x21-\\x7E",
    "Print": "\\x20-\\x7E",
    "Blank": " \\t",
    "Cntrl": "\\x00-\\x1F\\x7F",
    "XDigit": "0-9a-fA-F",
    "Space": " \\t\\n\\x0B\\f\\r",
}
_PIECE = re.compile(
    r"\\Q(?P<quoted>.*?)(?:\\E|\Z)|\\k<(?P<back>\w+)>|\\(?P<kind>[pP])\{(?P<name>\w+)\}|\\.|(?P<bracket>[\[\]])"
    r"|\{(?P<least>\d+)(?:,(?P<most>\d*))?\}",
    re.DOTALL,
)


class PatternError(ValueError):
    """A pattern that is no regular expression, one that only Java understands, or one that asks for too much."""


class Pattern:
    """A compiled pattern."""

    __slots__ = ("_compiled", "text")

    def __init__(self, text: str) -> None:
        """Raises PatternError."""
        if len(text) > _LONGEST:
            raise PatternError(f"the pattern is longer than {_LONGEST} characters")
        self.text = text
        try:
            self._compiled: regex.Pattern[str] = regex.compile(_translate(text), regex.VERSION1 | regex.ASCII)
        except (regex.error, OverflowError) as error:
            raise PatternError(f"{text!r} is no regular expression: {error}") from None
        except RecursionError:
            raise PatternError("the pattern is nested too deeply") from None

    @property
    def compiled(self) -> regex.Pattern[str]:
        """For other ways of matching; give each of them a `timeout`."""
        return self._compiled

    def fullmatch(self, text: str) -> bool:
        """Whether the whole text matches (Java: `matches`)."""
        return self.verdict(text) is True

    def verdict(self, text: str, seconds: float = MATCH_SECONDS) -> bool | None:
        """Whether the whole text matches; None when it takes longer to say."""
        try:
            return self._compiled.fullmatch(text, timeout=seconds) is not None
        except TimeoutError:
            return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Pattern({self.text!r})"


def _translate(pattern: str) -> str:
    depth = 0
    repeats = 1

    def replace(match: re.Match[str]) -> str:
        nonlocal depth, repeats
        if match["quoted"] is not None:
            return regex.escape(match["quoted"], special_only=True, literal_spaces=True)
        if match["back"]:
            return f"(?P={match['back']})"
        if match["bracket"]:
            depth = max(0, depth + (1 if match["bracket"] == "[" else -1))
            return match[0]
        if match["least"] and not depth:
            repeats *= max(1, int(match["most"] or match["least"]))
            if repeats > _MOST_REPEATS:
                raise PatternError(f"{pattern!r} repeats too often: {_MOST_REPEATS} times at most, all taken together")
            return match[0]
        return match[0] if match["kind"] is None else _class(pattern, match, depth)

    return _PIECE.sub(replace, pattern)


def _class(pattern: str, match: re.Match[str], depth: int) -> str:
    content = _POSIX.get(match["name"])
    if content is None:
        raise PatternError(f"{pattern!r}: the class {match[0]} is not supported")
    if match["kind"] == "P":
        return f"[^{content}]"  # a set within a set is a union, as in Java
    return content if depth else f"[{content}]"
