"""Mapping templates of integrations and integration responses, by media type.

A template that does not parse is found here, when the API is deployed. AWS takes any text and answers every call with
500 (unverified); an error that says where it is serves the same people sooner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from gatewright.deploy.base import RefusedError
from gatewright.language.vtl import Template, TemplateError, compile_template
from gatewright.program.records import Content, MappingTemplate

CATCH_ALL = "$default"
# Templates in use, by text: an API's methods repeat them, a deployment most of those before it, and one takes 60 KB.
_COMPILED: WeakValueDictionary[str, Template] = WeakValueDictionary()


def compile_templates(templates: Mapping[str, Any] | None, place: str) -> dict[str, Content]:
    """The templates by media type in lower case. `place` names them in errors. Raises RefusedError."""
    made: dict[str, Content] = {}
    for kind, text in (templates or {}).items():
        try:
            content = compile_content(text or "")
        except TemplateError as error:
            raise RefusedError(f"{place} {kind}: {error}") from None
        made[kind if kind == CATCH_ALL else kind.strip().lower()] = content
    return made


def compile_content(text: str) -> Content:
    """A template, as bytes when it always gives the same. b"" is no template at all: it passes the body on.

    Raises TemplateError.
    """
    if not text:
        return b""
    compiled = _COMPILED.get(text)
    if compiled is None:
        compiled = _COMPILED[text] = compile_template(text)
    return compiled.literal.encode() if compiled.literal else MappingTemplate(text, compiled)
