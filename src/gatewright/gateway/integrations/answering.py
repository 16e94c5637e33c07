"""The integration response of mapped integrations (HTTP, MOCK): selection, headers, body.

AWS: "Set up an integration response in API Gateway". The first pattern that matches the whole status code wins, else
the response without a pattern; no match and no default is a configuration error.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from gatewright.gateway.errors import configuration_error
from gatewright.gateway.exchange import Answer, Exchange
from gatewright.gateway.headers import ANSWER_MAPPED, response_lines
from gatewright.gateway.integrations.outbound import mapped_headers, written_headers
from gatewright.gateway.integrations.rendering import Rendering, rendering_of
from gatewright.gateway.integrations.templates import choose_response
from gatewright.gateway.payload import convert_response, decode_base64
from gatewright.gateway.view import ResponseView
from gatewright.language.media import DEFAULT, BinaryTypes
from gatewright.language.variables import Overrides
from gatewright.net.base import Header, UpstreamResponse
from gatewright.program.records import Content, MappingTemplate, ResponseRule

_NO_MATCH: Final = "No match for output mapping and no default output mapping configured"


def select(rules: Sequence[ResponseRule], status: int) -> ResponseRule:
    """The integration response for a backend's status. Raises GatewayError."""
    chosen = _match(rules, str(status))
    if chosen is None:
        raise configuration_error(f"{_NO_MATCH}. Endpoint Response Status Code: {status}")
    return _sound(chosen)


def select_error(rules: Sequence[ResponseRule], message: str | None) -> ResponseRule:
    """The integration response for what a function said when it failed; None: it did not. Raises GatewayError."""
    chosen = _match(rules, message)
    if chosen is None:
        # Without a default, the response that takes any text takes a success too.
        chosen = None if message is not None else _match(rules, "")
    if chosen is None:
        raise configuration_error(_NO_MATCH)
    return _sound(chosen)


def _match(rules: Sequence[ResponseRule], text: str | None) -> ResponseRule | None:
    default = None
    for rule in rules:
        if rule.pattern is None:
            default = default or rule
        elif text is not None and rule.pattern.fullmatch(text):
            return rule
    return default


def _sound(chosen: ResponseRule) -> ResponseRule:
    if chosen.problem is not None:
        raise configuration_error(chosen.problem)
    return chosen


def answer(
    exchange: Exchange, rule: ResponseRule, response: UpstreamResponse, binary: BinaryTypes, trace: bytes | None
) -> Answer:
    """The method response. `trace`: X-Amzn-Trace-Id to answer with, None for none. Raises GatewayError."""
    headers = mapped_headers(rule.headers, ResponseView(exchange, response))
    backend_type = next((value for name, value in response.headers if name.lower() == b"content-type"), None)
    template = choose_response(rule, exchange.header(b"accept"))
    if template is None or not template[1]:  # an empty template passes the body on: AWS's own examples live by it
        kind = template[0] if template else (backend_type or DEFAULT.encode()).decode("latin-1")
        content = kind, _passed(exchange, rule, response.body, backend_type, binary)
    else:
        content = template[0], _made(exchange, rule, template[1], response.body, binary.matches(backend_type))
    status = rule.status
    rendering: Rendering | None = exchange.rendering
    if rendering is not None:
        overrides = rendering.overrides
        status = _status(overrides) or status
        headers = _overridden(headers, overrides)
    if trace is not None:
        headers.append((b"X-Amzn-Trace-Id", trace))
    return assemble(status, headers, content)


def assemble(status: int, headers: list[Header], content: tuple[str, bytes] | None) -> Answer:
    """An answer of mapped headers and a body with its media type; a mapped Content-Type is stronger."""
    lines, typed = response_lines(headers, ANSWER_MAPPED)
    kind, body = content or (DEFAULT, b"")
    if not typed:
        lines.append(b"Content-Type: %b\r\n" % kind.encode("latin-1"))
    return Answer(status, b"".join(lines), body)


def _passed(
    exchange: Exchange, rule: ResponseRule, body: bytes, backend_type: bytes | None, binary: BinaryTypes
) -> bytes:
    if not body:
        return body
    return convert_response(
        body,
        binary=binary.matches(backend_type),
        wanted_binary=binary.matches(exchange.header(b"accept")),
        any_binary=binary.any,
        handling=rule.content_handling,
    )


def _made(exchange: Exchange, rule: ResponseRule, template: Content, body: bytes, binary: bool) -> bytes:
    """What a template makes of a body. A binary one it can read as base64 only, after CONVERT_TO_TEXT.

    unverified: that CONVERT_TO_BINARY decodes what the template made; AWS wants no template for this conversion.
    """
    handling = rule.content_handling
    if body and binary:
        if handling != "CONVERT_TO_TEXT":
            raise configuration_error("Unable to transform response")
        body = b64encode(body)
    made = template
    if isinstance(made, MappingTemplate):
        made = rendering_of(exchange).render(made, body, "response")
    return decode_base64(made) if handling == "CONVERT_TO_BINARY" and not binary else made


def _status(overrides: Overrides) -> int | None:
    """The status that a template chose. 1xx are no answers: AWS's table allows them, HTTP does not."""
    status = overrides.status()
    return None if status is None or status < 200 else status


def _overridden(headers: list[Header], overrides: Overrides) -> list[Header]:
    written = overrides.part(overrides.response, "header")
    if not written:
        return headers
    names = {name.lower().encode() for name in written}
    return [header for header in headers if header[0].lower() not in names] + written_headers(written)
