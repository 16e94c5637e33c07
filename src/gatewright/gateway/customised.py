"""Customised gateway responses: status, headers and body of an error as the API's owner wrote them.

AWS: "Set up gateway responses to customize error responses". What is not customised is `errors.render`'s.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from gatewright.gateway.errors import GatewayError, render
from gatewright.gateway.exchange import Answer, Exchange, Render
from gatewright.gateway.headers import sound
from gatewright.gateway.view import RequestView
from gatewright.language.mapping import Source, read
from gatewright.language.media import DEFAULT, first_media_type
from gatewright.language.substitution import Pieces, substitute
from gatewright.program.records import GatewayResponse

# The server's and the gateway's own: a mapping to one of them has no effect.
_OWN: Final = frozenset(
    {
        b"connection",
        b"content-length",
        b"date",
        b"keep-alive",
        b"transfer-encoding",
        b"upgrade",
        b"x-amz-apigw-id",
        b"x-amzn-errortype",
        b"x-amzn-requestid",
    }
)


def build(responses: Mapping[str, GatewayResponse]) -> Render | None:
    """How the errors of a stage are answered; None: all of them in AWS's own way."""
    return Customised(responses).answer if responses else None


class Customised:
    """The gateway responses of one stage."""

    __slots__ = ("_responses",)

    def __init__(self, responses: Mapping[str, GatewayResponse]) -> None:
        self._responses = responses

    def answer(self, exchange: Exchange, error: GatewayError) -> Answer:
        response = self._responses.get(error.kind.name)
        if response is None:
            return Answer(*render(error))
        view = ErrorView(exchange, error)
        kind, template = _choose(response.templates, exchange.header(b"accept"))
        lines, typed = _headers(response.headers, view)
        if not typed:
            lines.append(b"Content-Type: %b\r\n" % kind.encode("latin-1", "replace"))
        lines.append(b"x-amzn-ErrorType: %b\r\n" % error.error_type.encode("latin-1"))
        status = error.status if response.status is None else response.status
        return Answer(status, b"".join(lines), substitute(template, view).encode("utf-8", "replace"))


class ErrorView(RequestView):
    """What gateway responses can read: the request as far as it got, and the error as `context.error.…`."""

    __slots__ = ("_error",)

    def __init__(self, exchange: Exchange, error: GatewayError) -> None:
        super().__init__(exchange)
        self._error = error

    def path_parameter(self, name: str) -> str | None:
        try:
            return super().path_parameter(name)
        except AttributeError:  # no route was found
            return None

    def context_value(self, name: str) -> str | None:
        if name.startswith("error."):
            return self._error_value(name)
        try:
            return super().context_value(name)
        except AttributeError:  # the error came before this was known
            return None

    def _error_value(self, name: str) -> str | None:
        error = self._error
        if name == "error.message":
            return error.message
        if name == "error.messageString":
            return json.dumps(error.message, ensure_ascii=False)
        if name == "error.responseType":
            return error.kind.name
        return error.validation if name == "error.validationErrorString" else None


def _choose(templates: Sequence[tuple[str, Pieces]], accept: bytes | None) -> tuple[str, Pieces]:
    """unverified: AWS's choice among several; here the client's first Accept, else JSON, else the first defined."""
    by_type = {kind.lower(): (kind, template) for kind, template in templates}
    return by_type.get(first_media_type(accept)) or by_type.get(DEFAULT) or templates[0]


def _headers(sources: Sequence[tuple[bytes, Source]], view: ErrorView) -> tuple[list[bytes], bool]:
    """Header lines, and whether Content-Type is among them. A source without a value adds none (unverified)."""
    lines: list[bytes] = []
    typed = False
    for name, source in sources:
        value = ",".join(read(source, view)).encode("utf-8", "replace")
        lowered = name.lower()
        if value and lowered not in _OWN and sound(name, value):
            lines.append(b"%b: %b\r\n" % (name, value))
            typed = typed or lowered == b"content-type"
    return lines, typed
