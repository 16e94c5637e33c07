"""The Protocols of this room."""

from __future__ import annotations

from typing import Protocol

from gatewright.gateway.base import ConnectionInfo
from gatewright.net.base import Channel, Request, Session
from gatewright.net.websocket.connection import WebSocketLimits


class Upgradable(Request, Protocol):
    """A request that can become a WebSocket connection (`net.http1`)."""

    @property
    def is_old(self) -> bool:
        """Whether it is of HTTP/1.0: then its Upgrade counts for nothing (RFC 9110, section 7.8)."""
        ...

    def upgrade(self, head: bytes, session: Session, limits: WebSocketLimits) -> Channel | None:
        """See `Http1Request.upgrade`."""
        ...


class Wills(Protocol):
    """Where it is kept what connections leave behind when their worker is killed (`state.machine.wills`)."""

    def enter(self, connection_id: str, will: bytes) -> None:
        """A connection is open."""
        ...

    def strike(self, connection_id: str) -> None:
        """Its end has been told."""
        ...


class Member(Protocol):
    """An open connection, as those see it who know its id."""

    @property
    def id(self) -> str: ...

    @property
    def place(self) -> tuple[str, str]:
        """API and stage."""
        ...

    def send(self, data: bytes) -> bool:
        """Send a text message; False: the connection is closing. Raises GatewayError (429): nobody reads."""
        ...

    def close(self, code: int, reason: str) -> bool:
        """Begin to close; False: it is closing already."""
        ...

    def info(self) -> ConnectionInfo: ...

    @property
    def connected(self) -> float:
        """When it was opened, in epoch seconds."""
        ...

    def minute(self) -> None:
        """Another minute of it begins."""
        ...
