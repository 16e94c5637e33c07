"""Mapping templates at work: what one exchange's templates see ($input, $util, $stageVariables, $context), and what
they override.

AWS: "Mapping template transformations for REST APIs". One `Rendering` serves the request template and the response
template of an exchange: what the first writes into `$context.requestOverride` and `$context.responseOverride` the
second can read (recorded). `$input.params()` means the method request in both (recorded).
"""

from __future__ import annotations

from typing import Any, Final

from gatewright.gateway.context import context_members, context_value
from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Exchange
from gatewright.gateway.integrations.event import visible_headers
from gatewright.gateway.view import RequestView
from gatewright.language.variables import Context, Lazy, Overrides
from gatewright.language.vtl import TemplateError
from gatewright.language.vtl.aws import Input, Params, Util
from gatewright.program.records import MappingTemplate

_UTIL: Final = Util()
_SHOWN: Final = 300  # characters of a template's line


class Rendering:
    """The templates of one exchange."""

    __slots__ = ("_context", "_exchange", "_params", "overrides")

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._params: Params | None = None
        self.overrides = Overrides()
        self._context = Context(
            lambda name: context_value(exchange, name), self.overrides, lambda branch: context_members(exchange, branch)
        )

    def render(self, template: MappingTemplate, body: bytes, place: str) -> bytes:
        """The template's text. `body` is $input.body; `place` names the template in the log. Raises GatewayError."""
        compiled = template.compiled
        roots = compiled.roots
        variables: dict[str, Any] = {"context": self._context, "util": _UTIL}
        if "input" in roots:
            variables["input"] = Input(body.decode("utf-8", "replace"), self._parameters())
        if "stageVariables" in roots:
            variables["stageVariables"] = dict(self._exchange.program.variables)
        try:
            return compiled.render(variables).encode("utf-8", "replace")
        except TemplateError as error:
            why: dict[str, Any] = {
                "template": place,
                "line": error.line,
                "column": error.column,
                "reason": error.reason,
            }
            why["text"] = line_of(template.text, error.line)
            raise configuration_error(f"Unable to transform {place}: {error}", why=why) from None

    def _parameters(self) -> Params:
        params = self._params
        if params is None:
            exchange = self._exchange
            view = RequestView(exchange)
            path = {name: view.path_parameter(name) or "" for name in exchange.names}
            self._params = params = Params(path, dict(exchange.query), Lazy(lambda: visible_headers(exchange)[0]))
        return params


def line_of(template: str, number: int) -> str:
    """A line of a template, counted from 1."""
    lines = template.split("\n")
    return lines[number - 1][:_SHOWN] if 0 < number <= len(lines) else ""


def rendering_of(exchange: Exchange) -> Rendering:
    """The exchange's own, made when its first template asks for it."""
    rendering: Rendering | None = exchange.rendering
    if rendering is None:
        exchange.rendering = rendering = Rendering(exchange)
    return rendering
