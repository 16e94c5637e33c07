"""Which template a payload meets, and what happens to a payload that meets none (passthroughBehavior).

AWS: "Method request behavior for payloads without mapping templates for REST APIs".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from gatewright.gateway.errors import GatewayError
from gatewright.language.media import DEFAULT, first_media_type
from gatewright.program.records import Content, Passthrough, ResponseRule

T = TypeVar("T")
CATCH_ALL: Final = "$default"


def choose_request(templates: Mapping[str, T], passthrough: Passthrough, content_type: bytes | None) -> T | None:
    """The template for this Content-Type; None passes the body through. Raises GatewayError (415)."""
    kind = first_media_type(content_type)
    template = templates.get(kind)
    if template is None:
        template = templates.get(CATCH_ALL)
    if template is not None:
        return template
    if passthrough == "NEVER" or (passthrough == "WHEN_NO_TEMPLATES" and templates):
        raise GatewayError("UNSUPPORTED_MEDIA_TYPE")
    return None


def choose_response(rule: ResponseRule, accept: bytes | None) -> tuple[str, Content] | None:
    """Media type and content of the answer's template: the client's first Accept, else JSON, else the first defined."""
    if not rule.templates:
        return None
    if len(rule.templates) == 1:
        return rule.templates[0]
    wanted = first_media_type(accept)
    by_type = dict(rule.templates)
    for kind in (wanted, DEFAULT):
        if kind in by_type:
            return kind, by_type[kind]
    return rule.templates[0]
