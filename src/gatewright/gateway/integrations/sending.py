"""Sends a request to an AWS service: signed with the server's credentials, with those of a role, or of the caller."""

from __future__ import annotations

from collections.abc import Sequence

from gatewright.gateway.base import Means
from gatewright.gateway.endpoints import Endpoint, Role, Signer
from gatewright.gateway.errors import GatewayError
from gatewright.gateway.exchange import LATER, Exchange, Later
from gatewright.gateway.integrations.as_caller import signer_of_caller
from gatewright.gateway.integrations.calling import Backend, Complete
from gatewright.net.base import Header
from gatewright.program.records import CALLER


class Sender:
    """An AWS service as one integration calls it. `role`: the ARN of the role it is called as, or CALLER."""

    __slots__ = ("_as_caller", "_endpoint", "_role", "backend")

    def __init__(self, endpoint: Endpoint, role: str | None, timeout: float, complete: Complete, parts: Means) -> None:
        self._endpoint = endpoint
        self._as_caller = role == CALLER
        self._role: Role | None = None
        if role is not None and endpoint.assume is not None and not self._as_caller:
            self._role = endpoint.assume(role)
        self.backend = Backend(endpoint.origin, timeout, complete, parts)

    def send(self, exchange: Exchange, method: bytes, target: bytes, headers: Sequence[Header], body: bytes) -> Later:
        """The exchange ends in a callback. Raises GatewayError."""
        if self._as_caller:
            signer = signer_of_caller(self._endpoint, exchange)
            return self._signed(signer, exchange, method, target, headers, body)
        role = self._role
        signer = self._endpoint.sign if role is None else role.signer()
        if role is None or signer is not None:
            return self._signed(signer, exchange, method, target, headers, body)

        def fetched(result: Signer | GatewayError) -> None:
            try:
                if isinstance(result, GatewayError):
                    raise result
                self._signed(result, exchange, method, target, headers, body)
            except Exception as error:  # noqa: BLE001 - whatever went wrong, the client gets its answer
                exchange.fail(error)

        role.fetch(fetched)
        return LATER

    def _signed(
        self,
        signer: Signer | None,
        exchange: Exchange,
        method: bytes,
        target: bytes,
        headers: Sequence[Header],
        body: bytes,
    ) -> Later:
        if signer is not None:
            headers = signer(self._endpoint.origin, method, target, headers, body)
        return self.backend.call(exchange, method, target, headers, body)
