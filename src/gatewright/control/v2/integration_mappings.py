"""The keys of an integration's parameter mappings, with AWS's literals, and what service integrations need.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
"""

from __future__ import annotations

import re

from gatewright.catalog.integration_subtypes import SUBTYPES
from gatewright.control import errors
from gatewright.language.parameter_mapping import ParameterMappingError, Side, parse_value, reserved
from gatewright.store.base import Body

_FIELD = r"[\w!#$%&'*+.^`|~-]+"
_REQUEST = re.compile(rf"(?:append|overwrite|remove):(?:header|querystring)\.{_FIELD}|overwrite:path")
_RESPONSE = re.compile(rf"(?:append|overwrite|remove):header\.{_FIELD}|overwrite:statuscode")
_HEADER = re.compile(r"\w+:header\.(.+)")
_WEBSOCKET = re.compile(r"integration\.request\.(?:header|querystring|path)\.\S+")


def check_request(parameters: Body) -> None:
    """Raises BadRequestException for a mapping of requests."""
    for key, value in parameters.items():
        if _REQUEST.fullmatch(key) is None:
            raise errors.bad_request("Invalid Request Actioned Parameter")
        _check_header(key)
        _check_value(value, "request")


def check_response(parameters: Body) -> None:
    """Raises BadRequestException for mappings of responses, by status."""
    for status, mappings in parameters.items():
        if not status.isdecimal() or not status.isascii() or not 200 <= int(status) <= 599:
            raise errors.bad_request(f"Status Code {status} is not valid")
        for key, value in (mappings or {}).items():
            if _RESPONSE.fullmatch(key) is None:
                raise errors.bad_request(f"Invalid Response Actioned Parameter destination specified: {key}")
            _check_header(key)
            _check_value(value, "response")


def check_websocket(parameters: Body) -> None:
    """Raises BadRequestException (unverified wording)."""
    for key in parameters:
        if _WEBSOCKET.fullmatch(key) is None:
            raise errors.bad_request(f"Invalid mapping expression specified: {key}")


def check_service(integration: Body) -> None:
    """A first-class service integration: parameters, role, version. unverified: the words on parameters and URIs."""
    name = integration["IntegrationSubtype"]
    subtype = SUBTYPES.get(name)
    if subtype is None or integration["PayloadFormatVersion"] != "1.0" or integration["IntegrationType"] != "AWS_PROXY":
        raise errors.bad_request(f"Operation: {name} is not supported.")
    if not integration.get("CredentialsArn"):
        raise errors.bad_request(f"Role ARN must be specified for AWS integration configuration with Subtype: {name}")
    given = integration.get("RequestParameters") or {}
    if not set(subtype.required) <= set(given):
        raise errors.bad_request(
            f"Operation: {name} requires enabling passthrough, or defining all of the following parameters "
            f"[{', '.join(subtype.required)}]"
        )
    for parameter, value in given.items():
        if parameter not in subtype.parameters:
            raise errors.bad_request(f"Operation: {name} does not support the parameter {parameter}")
        _check_value(value, "request")
    for member in ("IntegrationUri", "ConnectionId", "TlsConfig"):
        if integration.get(member):
            raise errors.bad_request(f"{member} is not supported with Subtype: {name}")


def _check_header(key: str) -> None:
    match = _HEADER.fullmatch(key)
    if match is not None and reserved(match[1]):
        raise errors.bad_request(f"Operations on header {match[1]} are restricted")  # unverified wording


def _check_value(value: str | None, side: Side) -> None:
    """unverified wording"""
    try:
        parse_value(value or "", side, {})
    except ParameterMappingError:
        raise errors.bad_request(f"Invalid mapping expression specified: {value}") from None
