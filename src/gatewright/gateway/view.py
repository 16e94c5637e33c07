"""What parameter mappings can read of an exchange (`language.mapping.View`)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from gatewright.gateway.context import context_value
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.headers import DROPPED_ON_ENTRY
from gatewright.net.base import UpstreamResponse

_JSON_BEGINS = (b"{", b"[", b'"', b"'")


class RequestView:
    """The method request."""

    __slots__ = ("_exchange",)

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def path_parameter(self, name: str) -> str | None:
        raw = self._exchange.path_parameter(name)
        return None if raw is None else unquote(raw, errors="replace")

    def query_values(self, name: str) -> list[str]:
        return [value for key, value in self._exchange.query if key == name]

    def header_values(self, name: str) -> list[str]:
        wanted = name.encode()
        if wanted.lower() in DROPPED_ON_ENTRY:
            return []
        return [value.decode("utf-8", "replace") for key, value in self._exchange.request.headers if key == wanted]

    def body_text(self) -> str:
        return self._exchange.body.decode("utf-8", "replace")

    def body_json(self) -> Any:
        try:
            return _parse(self._exchange.body)
        except ValueError:
            raise GatewayError("BAD_REQUEST_BODY", "Invalid JSON in request body") from None

    def context_value(self, name: str) -> str | None:
        return context_value(self._exchange, name)


class ResponseView:
    """The backend's answer. Paths and queries belong to the request: a response mapping cannot name them."""

    __slots__ = ("_exchange", "_response")

    def __init__(self, exchange: Exchange, response: UpstreamResponse) -> None:
        self._exchange = exchange
        self._response = response

    def path_parameter(self, name: str) -> str | None:
        return None

    def query_values(self, name: str) -> list[str]:
        return []

    def header_values(self, name: str) -> list[str]:
        """unverified: whether AWS looks response headers up by exact spelling; here case does not count."""
        wanted = name.lower().encode()
        return [value.decode("utf-8", "replace") for key, value in self._response.headers if key.lower() == wanted]

    def body_text(self) -> str:
        return self._response.body.decode("utf-8", "replace")

    def body_json(self) -> Any:
        try:
            return _parse(self._response.body)
        except ValueError:
            raise configuration_error("Invalid JSON in the endpoint's response body") from None

    def context_value(self, name: str) -> str | None:
        return context_value(self._exchange, name)


def _parse(body: bytes) -> Any:
    return json.loads(body) if body.lstrip().startswith(_JSON_BEGINS) else None
