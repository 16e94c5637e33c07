"""Integrations of HTTP APIs, compiled: a public address, a VPC link, a function, an action of an AWS service.

    HTTP_PROXY             an http or https URL; with connectionType VPC_LINK the ARN of a listener or a service
    AWS_PROXY              a function's ARN, or that of its Invoke call
    AWS_PROXY and subtype  no URI: the parameters are those of the action

A program document that uses VPC links has a member `vpcLinks` (see `http_api_links`).
Sources: "Create HTTP proxy integrations", "Create private integrations", "Create AWS Lambda proxy integrations", "AWS
service integrations" for HTTP APIs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from gatewright.catalog import services
from gatewright.catalog.integration_subtypes import REGION, SUBTYPES
from gatewright.deploy import http_api_links
from gatewright.deploy.base import RefusedError
from gatewright.deploy.links import parse_address
from gatewright.deploy.roles import role_of
from gatewright.language.parameter_mapping import ParameterMappingError, Value, parse_value
from gatewright.language.uri import Uri, fill_variables, parse_uri
from gatewright.program.http_api import (
    FunctionIntegration,
    HttpApiIntegration,
    ProxyIntegration,
    ServiceIntegration,
)
from gatewright.program.route_table import DEFAULT

Body = Mapping[str, Any]
_WRAPPED = re.compile(r"arn:[^:]+:apigateway:[^:]+:lambda:path//?2015-03-31/functions/(?P<arn>arn:[^/]+)/invocations")
_FUNCTION = re.compile(r"arn:[^:]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9_$-]+)?")
_TIMEOUT = 30_000  # ms
_PAYLOADS = ("1.0", "2.0")


def compile_integration(
    integration: Body | None, key: str, variables: Mapping[str, str], vpc_links: Body, document: Body
) -> tuple[HttpApiIntegration | None, str | None]:
    """What a route's integration becomes, and its configuration error, if it has one. Raises RefusedError."""
    if integration is None:
        return None, "the route has no integration"
    kind = integration.get("IntegrationType")
    if kind == "HTTP_PROXY":
        if integration.get("ConnectionType") == "VPC_LINK":
            return _private(integration, variables, vpc_links)
        return _public(integration, key, variables)
    if kind != "AWS_PROXY":
        raise RefusedError(f"integrations of type {kind} are not supported")
    if integration.get("IntegrationSubtype"):
        return _service(integration, variables, document["region"])
    return _function(integration, variables)


def _public(integration: Body, key: str, variables: Mapping[str, str]) -> tuple[HttpApiIntegration, str | None]:
    text = fill_variables(integration.get("IntegrationUri") or "", variables)
    uri = parse_uri(text)
    return (
        ProxyIntegration(_verb(integration), uri, key == DEFAULT, False, _timeout(integration)),
        f"Invalid endpoint address: {text}" if uri is None else None,
    )


def _private(integration: Body, variables: Mapping[str, str], vpc_links: Body) -> tuple[HttpApiIntegration, str | None]:
    """Through a VPC link: to where the setting vpc_link_targets says, by HTTPS when a name is to be verified."""
    address, problem = http_api_links.address_of(integration, variables, vpc_links)
    name = (integration.get("TlsConfig") or {}).get("ServerNameToVerify")
    uri = via = None
    if address is not None:
        scheme = "https" if name else "http"
        via = parse_address(address, scheme, 443 if name else 80)
        if name and via.scheme != scheme:
            problem = f"the setting vpc_link_targets leads to {address}, but serverNameToVerify wants TLS"
        uri = Uri(via.scheme, name or via.host, via.port, ("",), ("",))
    return ProxyIntegration(_verb(integration), uri, True, True, _timeout(integration), via), problem


def _function(integration: Body, variables: Mapping[str, str]) -> tuple[HttpApiIntegration, str | None]:
    text = fill_variables(integration.get("IntegrationUri") or "", variables)
    wrapped = _WRAPPED.fullmatch(text)
    arn = wrapped["arn"] if wrapped else text
    problem = None if _FUNCTION.fullmatch(arn) else f"Invalid function ARN: {text}"
    payload = integration.get("PayloadFormatVersion") or "1.0"
    if payload not in _PAYLOADS:
        raise RefusedError(f"Unsupported PayloadFormatVersion: {payload}")
    return (
        FunctionIntegration(
            function_arn="" if problem else arn,
            target=f"/2015-03-31/functions/{quote(arn, safe='')}/invocations".encode(),
            payload=payload,
            timeout=_timeout(integration),
            assume_role=_role(integration, variables),
        ),
        problem,
    )


def _service(integration: Body, variables: Mapping[str, str], region: str) -> tuple[HttpApiIntegration, str | None]:
    name = integration["IntegrationSubtype"]
    subtype = SUBTYPES.get(name)
    if subtype is None:
        raise RefusedError(f"Operation: {name} is not supported.")
    given = integration.get("RequestParameters") or {}
    role = _role(integration, variables)
    if role is None:
        raise RefusedError(f"Role ARN must be specified for AWS integration configuration with Subtype: {name}")
    parameters = _values({key: value for key, value in given.items() if key != REGION}, variables)
    prefix = "sync-states" if name == "StepFunctions-StartSyncExecution" else subtype.service
    service = services.find(subtype.service, fill_variables(given.get(REGION) or region, variables))
    if prefix != subtype.service:
        service = services.RegionalService(_renamed(service.service, prefix), service.region)
    return (
        ServiceIntegration(name, service, parameters, frozenset(subtype.required), _timeout(integration), role),
        None,
    )


def _renamed(service: services.Service, prefix: str) -> services.Service:
    """The same service under the host name that some of its actions have."""
    return services.Service(
        prefix, service.signing_name, service.id, service.target, service.json_version, service.version
    )


def _values(given: Mapping[str, str], variables: Mapping[str, str]) -> tuple[tuple[str, Value], ...]:
    try:
        return tuple((name, parse_value(value, "request", variables)) for name, value in given.items())
    except ParameterMappingError as error:
        raise RefusedError(str(error)) from None


def _verb(integration: Body) -> bytes:
    name: str = (integration.get("IntegrationMethod") or "ANY").upper()
    return b"" if name == "ANY" else name.encode()


def _timeout(integration: Body) -> float:
    return float(integration.get("TimeoutInMillis") or _TIMEOUT) / 1000


def _role(integration: Body, variables: Mapping[str, str]) -> str | None:
    """Who is called as the caller needs a route that knows the caller: `http_api` checks that."""
    return role_of(fill_variables(integration.get("CredentialsArn") or "", variables), "AWS_IAM")
