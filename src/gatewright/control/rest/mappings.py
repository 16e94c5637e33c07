"""Checks of parameter mappings, request parameters, template keys and model names, with AWS's literals.

Sources of values and their grammar are `language.mapping`'s; here is what AWS refuses when they are put.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gatewright.catalog import quotas
from gatewright.control import errors
from gatewright.control.call import Call
from gatewright.language import mapping
from gatewright.store.base import Body

_NAME = r"[a-zA-Z0-9._$-]+"
_REQUEST_PARAMETER = re.compile(rf"method\.request\.(?:path|querystring|header)\.({_NAME})")
_ANY_REQUEST_PARAMETER = re.compile(r"method\.request\.(?:path|querystring|header)\..+", re.DOTALL)
_BAD_NAME = f"Parameter name should match the following regular expression: ^{_NAME}$"  # reported by clients
_RESPONSE_PARAMETER = re.compile(rf"method\.response\.header\.{_NAME}")
_DECLARED = re.compile(rf"method\.request\.(?:multivalue)?(path|querystring|header)\.({_NAME})")
_CONTENT_TYPE = re.compile(r"[^/\s]+/[^/\s]+.*|\$default")
INVALID = "Invalid mapping expression specified: "


def _refuse(*found: str) -> Exception:
    return errors.bad_request(INVALID + errors.mapping_errors(*found))


def check_request_parameters(parameters: Mapping[str, bool]) -> None:
    """A method's parameters: known places, names unique over all of them (recorded)."""
    names = []
    for key in parameters:
        match = _REQUEST_PARAMETER.fullmatch(key)
        if match is None:
            raise _refuse(_BAD_NAME if _ANY_REQUEST_PARAMETER.fullmatch(key) else INVALID + key)
        names.append(match[1])
    if len(set(names)) != len(names):
        raise errors.bad_request("Parameter names must be unique across querystring, header and path")


def check_response_parameters(parameters: Mapping[str, bool]) -> None:
    """A method response's parameters: headers only."""
    for key in parameters:
        if _RESPONSE_PARAMETER.fullmatch(key) is None:
            raise _refuse(INVALID + key)


def check_request_mapping(parameters: Mapping[str, str | None], method: Body) -> None:
    """An integration's requestParameters: the grammar, and that what they read of the request is declared."""
    declared = method.get("requestParameters") or {}
    for key, expression in parameters.items():
        try:
            mapping.parse_request_target(key)
            mapping.parse_source(expression or "", "method.request", {})
        except mapping.MappingError as error:
            raise _refuse(str(error)) from None
        match = _DECLARED.fullmatch(expression or "")
        if match is not None and f"method.request.{match[1]}.{match[2]}" not in declared:
            raise _refuse(f"Invalid mapping expression parameter specified: {expression}")


def check_response_mapping(parameters: Mapping[str, str | None], method: Body, status: str) -> None:
    """An integration response's responseParameters: their headers must be declared by the method response."""
    if not parameters:
        return
    response = (method.get("methodResponses") or {}).get(status)
    if response is None:
        raise _refuse("No method response exists for method.")
    declared = response.get("responseParameters") or {}
    for key, expression in parameters.items():
        if _RESPONSE_PARAMETER.fullmatch(key) is None:
            raise _refuse("Invalid mapping identifier specified")
        if key not in declared:
            raise _refuse(f"Invalid mapping expression parameter specified: {key}")
        try:
            mapping.parse_source(expression or "", "integration.response", {})
        except mapping.MappingError as error:
            raise _refuse(str(error)) from None


def check_templates(templates: Mapping[str, str | None]) -> None:
    """Mapping templates: their keys are content types (recorded), their size is bounded (unverified wording)."""
    bad = [key for key in templates if _CONTENT_TYPE.fullmatch(key) is None]
    if bad:
        raise errors.bad_request(errors.mapping_errors(*(f"Invalid content type specified: {key}" for key in bad)))
    for key, template in templates.items():
        if template is not None and len(template.encode()) > quotas.TEMPLATE_BYTES:
            raise errors.bad_request(f"Mapping template for {key} exceeds {quotas.TEMPLATE_BYTES} bytes")


def shown_templates(templates: Mapping[str, str | None]) -> dict[str, str | None]:
    """Templates as AWS keeps them: the empty one becomes null (recorded)."""
    return {key: template or None for key, template in templates.items()}


def check_models(call: Call, api_id: str, names: Iterable[str]) -> None:
    """Raises BadRequestException for the first name that is no model of the API."""
    for name in names:
        if call.get("model", api_id, name) is None:
            raise errors.bad_request(f"Invalid model identifier specified: {name}")
