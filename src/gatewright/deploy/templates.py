"""Mapping templates of integrations and integration responses, by media type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.deploy.base import RefusedError
from gatewright.language.literal import is_literal

CATCH_ALL = "$default"


def compile_templates(templates: Mapping[str, Any] | None, place: str) -> dict[str, bytes]:
    """The templates by media type in lower case. `place` names them in errors. Raises RefusedError."""
    texts: dict[str, bytes] = {}
    for kind, text in (templates or {}).items():
        if not is_literal(text or ""):
            raise RefusedError(
                f"{place} {kind}: mapping templates with references or directives (VTL) are not supported yet"
            )
        texts[kind if kind == CATCH_ALL else kind.strip().lower()] = (text or "").encode()
    return texts
