"""The status that a rendered MOCK request template names."""

from __future__ import annotations

import json
import re

# `{statusCode: 200}` and `{'statusCode': 200, …}`: recorded from AWS as accepted. No two parts can take the same
# spaces: the text may be anybody's, and is looked through once.
_LENIENT = re.compile(
    r"""\s*\{(?:.*,)?\s*(?P<quote>['"]?)statusCode(?P=quote)\s*:\s*(?P<status>\d{1,9})\s*(?:,.*)?\}\s*""", re.DOTALL
)


def mock_status(text: str) -> int | None:
    """The integer `statusCode` of a rendered MOCK request template; None when there is none.

    unverified: whether AWS takes a string ("200"); here it does not.
    """
    try:
        document = json.loads(text)
    except RecursionError:
        return None
    except ValueError:
        if not text.rstrip().endswith("}"):  # else the pattern would look for the end from every comma anew
            return None
        match = _LENIENT.fullmatch(text)
        return int(match["status"]) if match else None
    status = document.get("statusCode") if isinstance(document, dict) else None
    return status if isinstance(status, int) and not isinstance(status, bool) else None
