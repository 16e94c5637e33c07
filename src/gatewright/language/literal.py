"""Templates without any Velocity in them, and the status that a MOCK request template names.

A template in which Velocity would find no reference and no directive renders to itself; only such templates run today.
"""

from __future__ import annotations

import json
import re

_VELOCITY = re.compile(r"\$!?\{?[A-Za-z_]|#\{?[A-Za-z@]|#[#*\[]|\\[$#]")
# `{statusCode: 200}` and `{'statusCode': 200, …}`: recorded from AWS as accepted.
_LENIENT = re.compile(
    r"""\s*\{\s*(?:.*,\s*)?(?P<quote>['"]?)statusCode(?P=quote)\s*:\s*(?P<status>\d+)\s*(?:,.*)?\}\s*""", re.DOTALL
)


def is_literal(template: str) -> bool:
    """Whether Velocity would give the template back as it is."""
    return _VELOCITY.search(template) is None


def mock_status(text: str) -> int | None:
    """The integer `statusCode` of a rendered MOCK request template; None when there is none.

    unverified: whether AWS takes a string ("200"); here it does not.
    """
    try:
        document = json.loads(text)
    except ValueError:
        match = _LENIENT.fullmatch(text)
        return int(match["status"]) if match else None
    status = document.get("statusCode") if isinstance(document, dict) else None
    return status if isinstance(status, int) and not isinstance(status, bool) else None
