"""Mapping templates at work: what the templates of one event see, and which of them is chosen.

AWS: "Data transformation for WebSocket APIs". As for REST APIs one `Rendering` serves both templates of an event: what
the first writes into `$context.requestOverride` the second can read. unverified: that AWS has these variables here;
nothing is overridden by them.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.websocket.context import context_members, context_value
from gatewright.gateway.websocket.events import header_values
from gatewright.gateway.websocket.exchange import CONNECTING, SocketExchange
from gatewright.language.selection_expression import View
from gatewright.language.variables import Context, Lazy, Overrides
from gatewright.language.vtl import TemplateError
from gatewright.language.vtl.aws import Input, Params, Util
from gatewright.program.records import Content, MappingTemplate
from gatewright.program.websocket import DEFAULT, Templates

_UTIL: Final = Util()
_NO_PARAMS: Final = Params()  # messages have none


class Rendering:
    """The templates of one event."""

    __slots__ = ("_context", "_exchange")

    def __init__(self, exchange: SocketExchange) -> None:
        self._exchange = exchange
        self._context = Context(partial(context_value, exchange), Overrides(), partial(context_members, exchange))

    def render(self, template: MappingTemplate, body: bytes, place: str, *, binary: bool = False) -> bytes:
        """The template's text. `body` is $input.body; `place` names the template in the log. Raises GatewayError.

        `binary`: a character of $input.body, and of what is made of it, is a byte.
        """
        compiled = template.compiled
        roots = compiled.roots
        variables: dict[str, Any] = {"context": self._context, "util": _UTIL}
        exchange = self._exchange
        if "input" in roots:
            params = _params(exchange) if exchange.event == CONNECTING else _NO_PARAMS
            text = body.decode("latin-1") if binary else body.decode("utf-8", "replace")
            variables["input"] = Input(text, params)
        if "stageVariables" in roots:
            variables["stageVariables"] = dict(exchange.api.variables)
        try:
            return compiled.render(variables).encode("latin-1" if binary else "utf-8", "replace")
        except TemplateError as error:
            raise configuration_error(f"Unable to transform {place}: {error}") from None


def _params(exchange: SocketExchange) -> Params:
    return Params({}, dict(exchange.query), Lazy(lambda: _last_values(exchange)))


def _last_values(exchange: SocketExchange) -> dict[str, str]:
    return {name: values[-1] for name, values in header_values(exchange).items()}


def render(exchange: SocketExchange, template: Content, body: bytes, place: str, *, binary: bool = False) -> bytes:
    """What a template makes of a body; `binary`: see `Rendering.render`. Raises GatewayError."""
    if not isinstance(template, MappingTemplate):
        return template
    rendering: Rendering | None = exchange.rendering
    if rendering is None:
        exchange.rendering = rendering = Rendering(exchange)
    return rendering.render(template, body, place, binary=binary)


def choose(templates: Templates, view: View | None) -> Content | None:
    """The template that the expression selects, else that of `$default`; None: there is none.

    `view`: not None where there is an expression.
    """
    by_key = templates.by_key
    if not by_key:
        return None
    selection = templates.selection
    if selection is not None and view is not None:
        found = by_key.get(selection.evaluate(view))
        if found is not None:
            return found
    return by_key.get(DEFAULT)
