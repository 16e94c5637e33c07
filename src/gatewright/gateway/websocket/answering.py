"""What becomes of a backend's answer.

    $connect      its status decides whether the handshake succeeds; its body counts for nothing
    two-way       its body goes to the client, through the integration response that it selects
    one-way       nothing goes back, whatever integration responses there are

AWS: "Set up a WebSocket API integration response". unverified: a body that is no UTF-8 (here: as REST APIs have it).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer
from gatewright.gateway.payload import decode_base64, text
from gatewright.gateway.websocket.exchange import MESSAGE, SocketExchange
from gatewright.gateway.websocket.rendering import choose, render
from gatewright.gateway.websocket.view import AnswerView
from gatewright.net.base import Header
from gatewright.program.websocket import SocketResponse

_NO_MATCH: Final = "No match for output mapping and no default output mapping configured"
_PROTOCOL: Final = b"sec-websocket-protocol"
NOTHING: Final = Answer(200, b"", b"")


class BinaryAnswer(Answer):
    """One whose body goes to the client as a binary message, as what answers a binary message mostly does."""


def is_wanted(exchange: SocketExchange) -> bool:
    """Whether the client gets what the integration answers."""
    return exchange.event == MESSAGE and exchange.route.route.two_way


def passed(exchange: SocketExchange, status: int, headers: Sequence[Header], body: bytes) -> Answer:
    """The answer of a proxy integration, or of one that nobody waits for."""
    if exchange.event != MESSAGE:
        return Answer(status, protocol_of(headers), b"")
    if not exchange.route.route.two_way:
        return NOTHING
    return BinaryAnswer(status, b"", body) if exchange.binary else Answer(status, b"", text(body))


def mapped(
    exchange: SocketExchange,
    responses: Sequence[SocketResponse],
    matched: str | None,
    status: int,
    headers: list[Header],
    body: bytes,
) -> Answer:
    """The answer to a two-way message. `matched`: what patterns are matched with; None: nothing, the default is meant.

    Raises GatewayError.
    """
    chosen = _select(responses, matched)
    if chosen is None and matched is None:  # the response that takes any text takes a success too
        chosen = _select(responses, "")
    if chosen is None:
        raise configuration_error(_NO_MATCH)
    templates = chosen.templates
    view = None if templates.selection is None else AnswerView(exchange, status, headers, body)
    template = choose(templates, view)
    handling = chosen.content_handling
    if not template:
        if handling == "CONVERT_TO_BINARY":
            return BinaryAnswer(200, b"", decode_base64(body))
        if handling == "CONVERT_TO_TEXT":
            return Answer(200, b"", b64encode(body))
        return BinaryAnswer(200, b"", body) if exchange.binary else Answer(200, b"", text(body))
    if handling == "CONVERT_TO_TEXT":
        return Answer(200, b"", render(exchange, template, b64encode(body), "response"))
    if handling == "CONVERT_TO_BINARY":
        return BinaryAnswer(200, b"", decode_base64(render(exchange, template, body, "response")))
    if exchange.binary:
        return BinaryAnswer(200, b"", render(exchange, template, body, "response", binary=True))
    return Answer(200, b"", render(exchange, template, body, "response"))


def protocol_of(headers: Sequence[Header]) -> bytes:
    """The sub-protocol that an integration of $connect has chosen; b"" for none."""
    for name, value in headers:
        if name.lower() == _PROTOCOL:
            return value.strip()
    return b""


def _select(responses: Sequence[SocketResponse], matched: str | None) -> SocketResponse | None:
    default = None
    for response in responses:
        if response.pattern is None:
            default = default or response
        elif matched is not None and response.pattern.fullmatch(matched):
            return response
    return default
