"""The Protocols of this room: what `app/` fills from the data plane and from the node's upstream client."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from gatewright.program.records import Simulation, StageProgram


class MethodTester(Protocol):
    """Runs one method as a request would."""

    def invoke(self, program: StageProgram, verb: str, simulation: Simulation) -> Mapping[str, Any]:
        """Run the only method of the program. Blocks; call it outside of any transaction.

        `verb` is the request's. Gives the members of TestInvokeMethodResponse. Raises TimeoutError when the execution
        does not end by its own limits.
        """
        ...

    def authorize(self, program: StageProgram, simulation: Simulation) -> Mapping[str, Any]:
        """Ask the authorizer of the only method of the program; never its cache. Blocks and raises as `invoke` does.

        Gives the members of TestInvokeAuthorizerResponse.
        """
        ...


class UnreachableError(Exception):
    """What was asked outside of this node brought no answer. The message says why, for the operator."""


class Outside(Protocol):
    """What lies outside of this node. Blocks, for a bounded time: use it in `Call.after`, never in a transaction."""

    def get(self, url: str, *, timeout: float, max_body: int) -> tuple[int, bytes]:
        """Status and body of a GET request; redirects are not followed. `timeout` in seconds, `max_body` in bytes.

        Raises UnreachableError, also where too many ask at once.
        """
        ...

    def object(self, account: str, region: str, uri: str, version: str | None) -> bytes:
        """What lies under a URI s3://bucket/key, as this account sees it. Raises UnreachableError, also for nothing."""
        ...

    def certificate(self, arn: str) -> str | None:
        """Chain and private key, PEM, that ACM has under an ARN; None when it has none. Raises UnreachableError."""
        ...

    def issuer_problems(self, names: Collection[str]) -> Mapping[str, str]:
        """Why each of these is no issuer of tokens that could be asked for keys; what is missing here is one."""
        ...


class Depot(Protocol):
    """What `Outside` fetches by AWS's names, on the event loop. Raises `net.base.UpstreamError`."""

    async def object(
        self, account: str, region: str, bucket: str, key: str, version: str | None, max_body: int
    ) -> bytes: ...

    async def certificate(self, arn: str) -> str | None: ...
