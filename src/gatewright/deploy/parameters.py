"""The requestParameters of an integration: what may be written where, and from which source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatewright.deploy.base import RefusedError
from gatewright.language.mapping import MappingError, parse_request_target, parse_source
from gatewright.program.records import RequestParameter

Body = Mapping[str, Any]


def compile_parameters(
    integration: Body, variables: Mapping[str, str], illegal: frozenset[str]
) -> tuple[tuple[RequestParameter, ...], str | None]:
    parameters = []
    for target, expression in (integration.get("requestParameters") or {}).items():
        try:
            location, name = parse_request_target(target)
            source = parse_source(expression, "method.request", variables)
        except MappingError as error:
            raise RefusedError(f"requestParameters: {error}") from None
        if source is not None:
            parameters.append(RequestParameter(location, name, source))
    return tuple(parameters), illegal_target(integration, illegal)


def illegal_target(integration: Body, illegal: frozenset[str]) -> str | None:
    for target in integration.get("requestParameters") or {}:
        name = target.removeprefix("integration.request.header.")
        if name != target and name.lower() in illegal:
            return f"{name} header already present"  # unverified: AWS's wording; the 500 is recorded
    return None
