"""One message to many connections in one call: POST /{stage}/@connections. Not of AWS.

    {"connectionIds": ["…", "…"], "data": "text"}      200: {"sent": 1, "gone": ["…"], "unreachable": []}

`gone` are not open; `unreachable` those whose worker does not answer, or whose client does not read: try these again.
The call is all or nothing as to who may: the caller needs the permission to post to each of the connections.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from gatewright.gateway.base import Connections
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.websocket.connections import is_id
from gatewright.gateway.websocket.errors import LARGEST, MALFORMED, TOO_LARGE

MOST = 1000  # connections
WHOLE = 16 * 1024 * 1024  # bytes that one call may send in all


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What is asked for. No id comes twice."""

    connection_ids: tuple[str, ...]
    data: bytes


def read(body: bytes, largest: int = LARGEST) -> Broadcast:
    """`largest`: bytes of the message. Raises GatewayError (400, 413)."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        asked = None
    ids, data = (asked.get("connectionIds"), asked.get("data")) if isinstance(asked, dict) else (None, None)
    if not isinstance(ids, list) or not isinstance(data, str):
        raise GatewayError(MALFORMED, 'Expected {"connectionIds": [...], "data": "..."}')
    if not 0 < len(ids) <= MOST:
        raise GatewayError(MALFORMED, f"connectionIds must have 1 to {MOST} members")
    for each in ids:
        if not isinstance(each, str) or not is_id(each):
            raise GatewayError(MALFORMED, f"Invalid connectionId: {each}")
    known = tuple(dict.fromkeys(ids))
    text = data.encode("utf-8", "replace")
    if len(text) > largest or len(text) * len(known) > WHOLE:
        raise GatewayError(TOO_LARGE)
    return Broadcast(known, text)


async def send(connections: Connections, api_id: str, stage: str, broadcast: Broadcast) -> bytes:
    """Send to all that are open; the answer's body."""
    ids = broadcast.connection_ids
    told = await connections.send_all(api_id, stage, ids, broadcast.data)
    gone = [each for each, outcome in zip(ids, told, strict=True) if outcome is False]
    unreachable = [each for each, outcome in zip(ids, told, strict=True) if outcome is None]
    sent = len(ids) - len(gone) - len(unreachable)
    answer = {"sent": sent, "gone": gone, "unreachable": unreachable}
    return json.dumps(answer, separators=(",", ":")).encode()
