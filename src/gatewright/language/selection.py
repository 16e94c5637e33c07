"""Selection patterns of integration responses: Java regular expressions that must match the whole text.

AWS: "Set up an integration response in API Gateway". The status code of the backend is matched as text. An absent or
empty pattern makes the default response.
"""

from __future__ import annotations

from gatewright.language.regex import Pattern, PatternError


def compile_pattern(pattern: str | None) -> Pattern | None:
    """The compiled pattern, to be used with `fullmatch`; None for a default response. Raises PatternError."""
    if not pattern:
        return None
    try:
        return Pattern(pattern)
    except PatternError as error:
        raise PatternError(f"selectionPattern {error}") from None
