"""What parameter mappings can read of an exchange (`language.mapping.View`)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote

from gatewright.gateway.context import context_value
from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.headers import DROPPED_ON_ENTRY
from gatewright.language.vtl.aws import read_json
from gatewright.net.base import UpstreamResponse

_JSON_BEGINS: Final = (b"{", b"[", b'"', b"'")
_UNREAD: Final[Any] = object()


class RequestView:
    """The method request."""

    __slots__ = ("_document", "_exchange")

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._document: Any = _UNREAD  # the body, parsed once for all mappings that read it

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
        if self._document is _UNREAD:
            try:
                self._document = _parse(self._exchange.body)
            except ValueError:
                raise GatewayError("BAD_REQUEST_BODY", "Invalid JSON in request body") from None
        return self._document

    def context_value(self, name: str) -> str | None:
        return context_value(self._exchange, name)


class ResponseView:
    """The backend's answer. Paths and queries belong to the request: a response mapping cannot name them."""

    __slots__ = ("_document", "_exchange", "_response")

    def __init__(self, exchange: Exchange, response: UpstreamResponse) -> None:
        self._exchange = exchange
        self._response = response
        self._document: Any = _UNREAD

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
        if self._document is _UNREAD:
            try:
                self._document = _parse(self._response.body)
            except ValueError:
                raise configuration_error("Invalid JSON in the endpoint's response body") from None
        return self._document

    def context_value(self, name: str) -> str | None:
        return context_value(self._exchange, name)


def _parse(body: bytes) -> Any:
    return read_json(body.decode()) if body.lstrip().startswith(_JSON_BEGINS) else None
