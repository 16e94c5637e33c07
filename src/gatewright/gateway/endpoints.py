"""Where the AWS services that integrations call are found, and how a call to them is signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gatewright.net.base import Header, Origin

# (origin, method, target, headers, body) → the headers to send instead, signature included.
Signer = Callable[[Origin, bytes, bytes, Sequence[Header], bytes], Sequence[Header]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An AWS service. `sign` None: the node's own function host, told by internal headers who calls."""

    origin: Origin
    sign: Signer | None = None


class Endpoints(Protocol):
    """Answers where to go. Asked when a program is installed, not per request."""

    def function(self, arn: str) -> Endpoint:
        """The Lambda endpoint that serves this function."""
        ...


@dataclass(frozen=True, slots=True)
class OneEndpoint:
    """Every function behind the same door: the function host, or a configured endpoint."""

    endpoint: Endpoint

    def function(self, arn: str) -> Endpoint:
        return self.endpoint
