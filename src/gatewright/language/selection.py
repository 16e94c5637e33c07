"""Selection patterns of integration responses: Java regular expressions that must match the whole text.

AWS: "Set up an integration response in API Gateway". The status code of the backend is matched as text. An absent or
empty pattern makes the default response.
"""

from __future__ import annotations

import re

# POSIX classes of java.util.regex that Python's re does not know, for use inside and outside of brackets.
_POSIX = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": "\\x00-\\x7F",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    "XDigit": "0-9a-fA-F",
    "Space": " \\t\\n\\x0B\\f\\r",
}
_NAMED = re.compile(r"\\(?P<kind>[pP])\{(?P<name>\w+)\}|\\.|(?P<bracket>[\[\]])", re.DOTALL)


class PatternError(ValueError):
    """A pattern that is no regular expression, or one that only Java understands."""


def compile_pattern(pattern: str | None) -> re.Pattern[str] | None:
    """The compiled pattern, to be used with `fullmatch`; None for a default response. Raises PatternError."""
    if not pattern:
        return None
    try:
        return re.compile(_translate(pattern), re.ASCII)
    except re.error as error:
        raise PatternError(f"selectionPattern {pattern!r} is no regular expression: {error}") from None


def _translate(pattern: str) -> str:
    depth = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal depth
        if match["bracket"]:
            depth += 1 if match["bracket"] == "[" else -1
            return match[0]
        if match["kind"] is None:
            return match[0]  # some other escaped character
        content = _POSIX.get(match["name"])
        if content is None or (depth and match["kind"] == "P"):
            raise PatternError(f"selectionPattern {pattern!r}: the class {match[0]} is not supported")
        return content if depth else f"[{'^' if match['kind'] == 'P' else ''}{content}]"

    return _NAMED.sub(replace, pattern)
