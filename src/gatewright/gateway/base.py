"""The Protocols of this room."""

from __future__ import annotations

from typing import Protocol

from gatewright.gateway.endpoints import Endpoints
from gatewright.net.base import Upstream
from gatewright.telemetry.counters import StageCounters


class Means(Protocol):
    """What calls of backends are built from, whichever product the API is."""

    @property
    def upstream(self) -> Upstream: ...

    @property
    def endpoints(self) -> Endpoints: ...

    @property
    def counters(self) -> StageCounters:
        """Of the stage that calls."""
        ...

    @property
    def max_payload(self) -> int:
        """Bytes, requests and buffered answers alike."""
        ...
