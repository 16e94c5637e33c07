"""What mappings (`language.mapping.View`) and selection expressions can read of an event, and of a backend's answer."""

from __future__ import annotations

from typing import Any

import orjson

from gatewright.gateway.websocket.context import context_value
from gatewright.gateway.websocket.events import header_values
from gatewright.gateway.websocket.exchange import NO_JSON, SocketExchange
from gatewright.language.selection_expression import Root
from gatewright.net.base import Header

_STATUS: Root = "integration.response.statuscode"
_MULTI: Root = "integration.response.multivalueheader"
_HEADER: Root = "integration.response.header"


class SocketView:
    """The event: its message, or its handshake."""

    __slots__ = ("_exchange",)

    def __init__(self, exchange: SocketExchange) -> None:
        self._exchange = exchange

    def path_parameter(self, name: str) -> str | None:
        return None

    def query_values(self, name: str) -> list[str]:
        return [value for key, value in self._exchange.query if key == name]

    def header_values(self, name: str) -> list[str]:
        return header_values(self._exchange).get(name, [])

    def body_text(self) -> str:
        return self._exchange.body.decode("utf-8", "replace")

    def body_json(self) -> Any:
        found = self._exchange.document
        return None if found is NO_JSON else found

    def context_value(self, name: str) -> str | None:
        return context_value(self._exchange, name)

    def document(self, root: Root) -> Any:
        return self.body_json() if root == "request.body" else None

    def text(self, root: Root, name: str) -> str | None:
        """Expressions over an event read nothing but its body."""
        return None


class AnswerView:
    """The same event, with what a backend has answered."""

    __slots__ = ("_body", "_headers", "_request", "_status")

    def __init__(self, exchange: SocketExchange, status: int, headers: list[Header], body: bytes) -> None:
        self._request = SocketView(exchange)
        self._status = status
        self._headers = headers
        self._body = body

    def document(self, root: Root) -> Any:
        if root == "request.body":
            return self._request.body_json()
        try:
            return orjson.loads(self._body)
        except orjson.JSONDecodeError:
            return None

    def text(self, root: Root, name: str) -> str | None:
        if root == _STATUS:
            return str(self._status)
        wanted = name.lower().encode("utf-8", "replace")
        values = [value.decode("utf-8", "replace") for key, value in self._headers if key.lower() == wanted]
        if not values or root not in (_HEADER, _MULTI):
            return None
        return values[-1] if root == _HEADER else ",".join(values)
