"""Compiles customised gateway responses: for each type, the one that its errors are answered with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatewright.catalog.gateway_responses import KINDS, TEMPLATES, standing_for
from gatewright.deploy.base import CompileError
from gatewright.language.mapping import MappingError, Source, parse_source
from gatewright.language.substitution import parse_substitution
from gatewright.program.records import GatewayResponse

Body = Mapping[str, Any]
_HEADER = "gatewayresponse.header."


def compile_gateway_responses(documents: Sequence[Body], variables: Mapping[str, str]) -> dict[str, GatewayResponse]:
    """Type → its response, for those types that are not answered in AWS's own way. Raises CompileError."""
    customised = {each["responseType"]: each for each in documents}
    compiled = {name: _response(name, each, variables) for name, each in customised.items()}
    responses = {}
    for name in KINDS:
        found = standing_for(name, customised)
        if found is not None:
            responses[name] = compiled[found["responseType"]]
    return responses


def _response(name: str, response: Body, variables: Mapping[str, str]) -> GatewayResponse:
    headers: list[tuple[bytes, Source]] = []
    for key, expression in (response.get("responseParameters") or {}).items():
        try:
            source = parse_source(expression, "method.request", variables)
        except MappingError as error:
            raise CompileError(f"gateway response {name}", str(error)) from None
        if source is not None and key.startswith(_HEADER):  # path and querystring have no visible effect on AWS
            headers.append((key.removeprefix(_HEADER).encode(), source))
    templates = response.get("responseTemplates") or TEMPLATES
    return GatewayResponse(
        status=int(response["statusCode"]) if response.get("statusCode") else None,
        headers=tuple(headers),
        templates=tuple((kind.strip(), parse_substitution(text, variables)) for kind, text in templates.items()),
    )
