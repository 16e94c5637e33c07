"""Claims of user pools' tokens as REST APIs hand them on: text, the way Java writes it.

Observed on AWS: `exp` and `iat` as `Fri Jul 29 18:52:53 UTC 2016` (java.util.Date), other numbers as digits, booleans,
lists with commas between their members. unverified: objects (JSON), null (left out), `nbf`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

_DATES: Final = frozenset({"exp", "iat", "nbf"})
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def claim_texts(claims: Mapping[str, Any]) -> dict[str, str]:
    """All claims of a token as text."""
    return {name: _claim_text(name, value) for name, value in claims.items() if value is not None}


def _claim_text(name: str, value: Any) -> str:
    if name in _DATES and isinstance(value, int | float) and not isinstance(value, bool):
        return _date_text(value)
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join([_text(each) for each in value])
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _date_text(seconds: Any) -> str:
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):  # a year that no calendar here has
        return str(seconds)
    time = f"{at.hour:02}:{at.minute:02}:{at.second:02}"
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:02} {time} UTC {at.year:04}"
