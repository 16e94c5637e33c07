"""What a connection leaves behind: enough to tell its $disconnect of its end when the worker that held it was killed.

A signer's secret is no part of it; a $disconnect that is to be called with the caller's own credentials is not told.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from gatewright.gateway.grants import Grant
from gatewright.gateway.websocket.client import Client

Done = Callable[[], None]
LOST: Final = (1006, "Connection closed abnormally")  # what $disconnect hears of a connection that was cut


def write(client: Client, place: tuple[str, str]) -> bytes:
    """The will of a connection to this API and stage."""
    grant: Grant | None = client.grant
    granted: list[Any] | None = None
    if grant is not None:
        granted = [dict(grant.identity), None if grant.context is None else dict(grant.context), grant.latency]
    parts = [*place, client.id, client.domain, client.source_ip, client.user_agent, client.connected, granted]
    return json.dumps(parts, separators=(",", ":")).encode()


def read(will: bytes) -> tuple[Client, tuple[str, str]]:
    """The client, and API and stage. Raises ValueError or TypeError for what is no will."""
    parts: list[Any] = json.loads(will)
    api_id, stage, connection_id, domain, source_ip, user_agent, connected, granted = parts
    client = Client(connection_id, domain, source_ip, user_agent, connected)
    if granted is not None:
        identity, context, latency = granted
        client.grant = Grant(identity=identity, context=context, latency=latency)
    return client, (api_id, stage)
