"""Who is at the other end of a connection: all that is kept of the handshake."""

from __future__ import annotations

from typing import Any

from gatewright.program.usage import ApiKey


class Client:
    """`connected` in epoch seconds. `grant`: `grants.Grant`; None without an authorizer."""

    __slots__ = ("api_key", "connected", "domain", "grant", "id", "source_ip", "user_agent")

    def __init__(self, id: str, domain: str, source_ip: str, user_agent: str | None, connected: float) -> None:
        self.id = id
        self.domain = domain
        self.source_ip = source_ip
        self.user_agent = user_agent
        self.connected = connected
        self.grant: Any = None
        self.api_key: ApiKey | None = None
