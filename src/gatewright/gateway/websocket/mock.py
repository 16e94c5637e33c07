"""MOCK: the request template names a status, and that selects the integration response."""

from __future__ import annotations

from typing import Final

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Step
from gatewright.gateway.websocket.answering import NOTHING, is_wanted, mapped
from gatewright.gateway.websocket.exchange import CONNECTING, own
from gatewright.gateway.websocket.live import SocketParts
from gatewright.gateway.websocket.mapped import make_body
from gatewright.language.literal import mock_status
from gatewright.program.records import MockIntegration
from gatewright.program.websocket import SocketIntegration, SocketRoute

_NO_STATUS: Final = "Unable to parse statusCode. It should be an integer that is defined in the request template."
_REMEMBERED: Final = 64


def build(integration: SocketIntegration, route: SocketRoute, parts: SocketParts) -> Step:
    return Mock(integration).run


class Mock:
    """One MOCK integration, ready to run."""

    __slots__ = ("_backend", "_integration", "_statuses")

    def __init__(self, integration: SocketIntegration) -> None:
        assert isinstance(integration.backend, MockIntegration)
        self._backend: MockIntegration = integration.backend
        self._integration = integration
        self._statuses: dict[bytes, int | None] = {}  # what the templates have made, which is mostly the same

    def run(self, exchange: Exchange) -> Answer:
        event = own(exchange)
        backend, integration = self._backend, self._integration
        status = self._status(make_body(event, integration.templates, backend.passthrough, None))
        if status is None:
            raise configuration_error(_NO_STATUS)
        if event.event == CONNECTING:
            return Answer(status, b"", b"")
        if not is_wanted(event):
            return NOTHING
        return mapped(event, integration.responses, str(status), status, [], b"")

    def _status(self, made: bytes) -> int | None:
        known = self._statuses
        if made in known:
            return known[made]
        status = mock_status(made.decode("utf-8", "replace"))
        if len(known) < _REMEMBERED and len(made) <= 256:
            known[made] = status
        return status
