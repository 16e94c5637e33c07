"""How much of CloudWatch Logs is kept: the last events of each stream. moto keeps all of them, until memory ends.

What a node writes to logs under load would soon be more than the machine has; its own files hold it (docs/logs.md).
"""

from __future__ import annotations

import json
import sys
from typing import Any

KEPT = 10_000  # events of a stream
_PUT = "Logs_20140328.PutLogEvents"


def is_put(target: str | None) -> bool:
    """Whether a request with this X-Amz-Target may have made a stream longer."""
    return target == _PUT


def trim(account: str, body: bytes) -> None:
    """Drop the oldest events of the stream that a PutLogEvents names, in every Region."""
    models = sys.modules.get("moto.logs.models")
    try:
        asked = json.loads(body)
        group, stream = asked["logGroupName"], asked["logStreamName"]
    except (ValueError, KeyError, TypeError):
        return
    regions = {} if models is None else models.logs_backends[account]
    for backend in list(regions.values()):
        found: Any = backend.groups.get(group)
        kept: Any = None if found is None else found.streams.get(stream)
        if kept is not None and len(kept.events) > KEPT:
            del kept.events[:-KEPT]
