"""Claims as HTTP APIs hand them on: text, and of what is no text the way Go's fmt package writes it (%v).

Observed on AWS: numbers as decimal text, booleans, and lists as `[a b]`, which cannot be told from a list of one with
a blank in it. unverified: objects, null, and numbers with fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_WHOLE: Final = 1e21  # from here on Go writes an exponent


def claim_texts(claims: Mapping[str, Any]) -> dict[str, str]:
    """All claims of a token as text."""
    return {name: go_text(value) for name, value in claims.items()}


def go_text(value: Any) -> str:
    """One value."""
    if isinstance(value, str):
        return value
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    if isinstance(value, list):
        return f"[{' '.join(go_text(each) for each in value)}]"
    if isinstance(value, dict):
        return f"map[{' '.join(f'{name}:{go_text(value[name])}' for name in sorted(value))}]"
    return str(value)
