"""Where the AWS services that integrations call are found, and how a call to them is signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gatewright.aws.sigv4 import Credentials
from gatewright.catalog.services import RegionalService
from gatewright.gateway.errors import GatewayError
from gatewright.net.base import Header, Origin

# (origin, method, target, headers, body) → the headers to send instead, signature included.
Signer = Callable[[Origin, bytes, bytes, Sequence[Header], bytes], Sequence[Header]]


class Role(Protocol):
    """A role's temporary credentials."""

    def signer(self) -> Signer | None:
        """How to sign as the role now; None when its credentials must be fetched first."""
        ...

    def fetch(self, done: Callable[[Signer | GatewayError], None]) -> None:
        """Get credentials; many may wait for one call. `done` comes later, or at once."""
        ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An AWS service. `sign` None: the node's own function host, told by internal headers who calls.

    `function`: which of that host's functions. `assume`: what signs as a role instead. `caller`: what signs with other
    credentials, at endpoints that check what their owner may do. `problem`: why every call to it fails.
    """

    origin: Origin
    sign: Signer | None = None
    assume: Callable[[str], Role] | None = None
    problem: str | None = None
    function: str | None = None
    caller: Callable[[Credentials], Signer] | None = None


class Endpoints(Protocol):
    """Answers where to go. Asked when a program is installed, not per request."""

    def function(self, arn: str) -> Endpoint:
        """The Lambda endpoint that serves this function."""
        ...

    def service(self, service: RegionalService, account: str) -> Endpoint:
        """The endpoint of a service, for calls of an API of this account."""
        ...


@dataclass(frozen=True, slots=True)
class OneEndpoint:
    """Everything behind the same door."""

    endpoint: Endpoint

    def function(self, arn: str) -> Endpoint:
        return self.endpoint

    def service(self, service: RegionalService, account: str) -> Endpoint:
        return self.endpoint
