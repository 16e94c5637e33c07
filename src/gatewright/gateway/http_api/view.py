"""What parameter mappings can read of an exchange (`language.parameter_mapping.View`)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from gatewright.gateway.http_api.context import context_value
from gatewright.gateway.http_api.exchange import HttpExchange
from gatewright.language.parameter_mapping import MappedBody
from gatewright.net.base import Header


class HttpView:
    """The request, and the backend's answer once there is one."""

    __slots__ = ("_answer", "_body", "_exchange", "_headers")

    def __init__(self, exchange: HttpExchange, headers: Sequence[Header] = (), body: bytes = b"") -> None:
        self._exchange = exchange
        self._headers = headers
        self._body = MappedBody(exchange.body)
        self._answer = MappedBody(body)

    def header(self, name: str) -> str | None:
        return joined(self._exchange.request.headers, name)

    def querystring(self, name: str) -> str | None:
        values = [value for key, value in self._exchange.query if key == name]
        return ",".join(values) if values else None

    def path(self) -> str:
        return self._exchange.path.decode("utf-8", "replace")

    def variable(self, name: str) -> str | None:
        raw = self._exchange.path_parameter(name)
        return None if raw is None else unquote(raw, errors="replace")

    def body(self) -> MappedBody:
        return self._body

    def context(self, name: str) -> str | None:
        return context_value(self._exchange, name)

    def answer_header(self, name: str) -> str | None:
        return joined(self._headers, name)

    def answer_body(self) -> MappedBody:
        return self._answer


def joined(headers: Sequence[Header], name: str) -> str | None:
    """All values of a header, by commas; None when there is none."""
    wanted = name.lower().encode("utf-8", "replace")
    values = [value.decode("utf-8", "replace") for key, value in headers if key.lower() == wanted]
    return ",".join(values) if values else None
