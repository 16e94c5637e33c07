"""MOCK: the request template names a status code, and that chooses the integration response.

AWS: "Set up mock integrations in API Gateway". Where templates are literal, everything but the choice by Content-Type
and Accept is worked out when the program is installed.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from gatewright.gateway.errors import GatewayError, configuration_error
from gatewright.gateway.exchange import Answer, Exchange, Step
from gatewright.gateway.headers import sound
from gatewright.gateway.integrations.answering import answer, assemble, select
from gatewright.gateway.integrations.rendering import rendering_of
from gatewright.gateway.integrations.templates import choose_request
from gatewright.gateway.live import Parts
from gatewright.language.literal import mock_status
from gatewright.language.media import DEFAULT
from gatewright.net.base import UpstreamResponse
from gatewright.program.records import MappingTemplate, MethodProgram, MockIntegration, ResponseRule

_NO_STATUS: Final = "Unable to parse statusCode. It should be an integer that is defined in the request template."
# What a request template comes to: chosen beforehand, or the template that must be rendered first.
Outcome = ResponseRule | GatewayError | MappingTemplate
_EMPTY: Final = UpstreamResponse(200, [], b"")


def build(integration: MockIntegration, method: MethodProgram, parts: Parts) -> Step:
    key = repr(integration)  # its mappings do not hash
    known: Mock | None = parts.shared.get(key)
    if known is None:
        known = parts.shared[key] = Mock(integration, parts)
    return known.run


class Mock:
    """One MOCK integration, ready to run."""

    __slots__ = ("_binary", "_by_type", "_integration", "_ready", "_tainted")

    def __init__(self, integration: MockIntegration, parts: Parts) -> None:
        self._integration = integration
        self._binary = parts.program.binary
        # A template cannot read a binary payload: AWS answers 500 unless the payload is converted to text first.
        self._tainted = self._binary.any and integration.content_handling != "CONVERT_TO_TEXT"
        self._by_type: dict[str, Outcome] = {
            kind: status if isinstance(status, MappingTemplate) else _outcome(integration, status)
            for kind, status in integration.statuses.items()
        }
        self._ready = {kind: ready for kind, rule in self._by_type.items() if (ready := _constant(rule)) is not None}

    def run(self, exchange: Exchange) -> Answer:
        kind = exchange.header(b"content-type")
        if kind is None and not self._tainted:
            ready = self._ready.get(DEFAULT)
            if ready is not None:
                return ready
        binary = self._binary.matches(kind)
        if self._tainted and binary:
            raise configuration_error("Unable to transform request")
        outcome = choose_request(self._by_type, self._integration.passthrough, kind)
        if outcome is None:
            outcome = _outcome(self._integration, mock_status(exchange.body.decode("utf-8", "replace")))
        elif isinstance(outcome, MappingTemplate):
            body = b64encode(exchange.body) if binary else exchange.body
            text = rendering_of(exchange).render(outcome, body, "request")
            outcome = _outcome(self._integration, mock_status(text.decode()))
        if isinstance(outcome, GatewayError):
            raise outcome
        return answer(exchange, outcome, _EMPTY, self._binary, None)


def _outcome(integration: MockIntegration, status: int | None) -> ResponseRule | GatewayError:
    try:
        if status is None:
            raise configuration_error(_NO_STATUS)
        return select(integration.responses, status)
    except GatewayError as error:
        return error


def _constant(rule: Outcome) -> Answer | None:
    """The answer of a response that depends on nothing in the request."""
    if not isinstance(rule, ResponseRule) or len(rule.templates) > 1:
        return None
    content: tuple[str, bytes] | None = None
    for kind, template in rule.templates:
        if isinstance(template, MappingTemplate) or rule.content_handling == "CONVERT_TO_BINARY":
            return None
        content = kind, template
    if not all(source.constant for _, source in rule.headers):
        return None
    headers = [(name, source.name.encode()) for name, source in rule.headers]
    if not all(sound(name, value) for name, value in headers):
        return None  # the call finds out and says so
    return assemble(rule.status, headers, content)
