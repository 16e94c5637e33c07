"""Integration responses: selection patterns, mapped headers, templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.deploy.base import RefusedError
from gatewright.deploy.templates import compile_templates
from gatewright.language.mapping import MappingError, Source, parse_response_target, parse_source
from gatewright.language.regex import PatternError
from gatewright.language.selection import compile_pattern
from gatewright.program.records import ResponseRule

Body = Mapping[str, Any]


def compile_responses(integration: Body, method: Body, variables: Mapping[str, str]) -> tuple[ResponseRule, ...]:
    declared = method.get("methodResponses") or {}
    return tuple(
        _response(code, response, code in declared, variables)
        for code, response in (integration.get("integrationResponses") or {}).items()
    )


def _response(code: str, response: Body, declared: bool, variables: Mapping[str, str]) -> ResponseRule:
    place = f"integration response {code}"
    try:
        pattern = compile_pattern(response.get("selectionPattern"))
        headers: list[tuple[bytes, Source]] = []
        for target, expression in (response.get("responseParameters") or {}).items():
            source = parse_source(expression, "integration.response", variables)
            if source is not None:
                headers.append((parse_response_target(target).encode(), source))
    except (MappingError, PatternError) as error:
        raise RefusedError(f"{place}: {error}") from None
    return ResponseRule(
        status=int(code),
        pattern=pattern,
        headers=tuple(headers),
        templates=tuple(compile_templates(response.get("responseTemplates"), f"{place}, responseTemplates").items()),
        content_handling=response.get("contentHandling"),
        problem=None if declared else f"Output mapping refers to an invalid method response: {code}",
    )
